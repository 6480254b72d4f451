import type { Comparison, Filter, Literal, TextFunction } from './filterParser.ts';

/** What a filter looks at. Paths inside a lambda read `collection` or `collection/property`. */
export interface FilterSubject {
  value(path: string): unknown;
  /** Makes two texts of a property comparable, such as by case. */
  comparable(path: string, text: string): string;
}

/** One use of a property in a filter, for what a property supports. */
export interface FilterUse {
  path: string;
  operator: Comparison | TextFunction | 'in' | 'any';
}

interface Scope {
  subject: FilterSubject;
  variable?: string;
  collection?: string;
  item?: unknown;
}

export function matches(filter: Filter, subject: FilterSubject): boolean {
  return holds(filter, { subject });
}

function holds(filter: Filter, scope: Scope): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.parts.every((part) => holds(part, scope));
    case 'or':
      return filter.parts.some((part) => holds(part, scope));
    case 'not':
      return !holds(filter.part, scope);
    case 'any':
      return anyHolds(filter, scope);
    case 'in':
      return filter.values.some((value) => compares(filter.path, 'eq', value, scope));
    case 'compare':
      return compares(filter.path, filter.operator, filter.value, scope);
    case 'text':
      return textHolds(filter, scope);
  }
}

function anyHolds(filter: Extract<Filter, { kind: 'any' }>, scope: Scope): boolean {
  const items = scope.subject.value(filter.path);
  if (!Array.isArray(items)) return false;
  const { body } = filter;
  if (!body) return items.length > 0;
  return items.some((item) =>
    holds(body, {
      subject: scope.subject,
      variable: filter.variable,
      collection: filter.path,
      item,
    }),
  );
}

/** The path as the subject knows it, and the value there. */
function lookUp(path: string, scope: Scope): { path: string; value: unknown } {
  const [head, ...rest] = path.split('/');
  if (scope.collection === undefined || head !== scope.variable)
    return { path, value: scope.subject.value(path) };
  const full = [scope.collection, ...rest].join('/');
  const [property] = rest;
  if (property === undefined) return { path: full, value: scope.item };
  const entries = new Map(Object.entries(Object(scope.item)));
  return { path: full, value: entries.get(property) };
}

function compares(
  path: string,
  operator: Comparison,
  wanted: Literal,
  scope: Scope,
): boolean {
  const found = lookUp(path, scope);
  const order = orderOf(
    comparableOf(found.value, found.path, scope),
    comparableOf(wanted, found.path, scope),
  );
  if (operator === 'eq') return order === 0;
  if (operator === 'ne') return order !== 0;
  if (order === undefined) return false;
  return { gt: order > 0, ge: order >= 0, lt: order < 0, le: order <= 0 }[operator];
}

function comparableOf(value: unknown, path: string, scope: Scope): unknown {
  return typeof value === 'string' ? scope.subject.comparable(path, value) : value;
}

/** Undefined where the two can't be ordered. */
function orderOf(left: unknown, right: unknown): number | undefined {
  if ((left ?? null) === (right ?? null)) return 0;
  if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : 1;
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  return undefined;
}

function textHolds(filter: Extract<Filter, { kind: 'text' }>, scope: Scope): boolean {
  const found = lookUp(filter.path, scope);
  if (typeof found.value !== 'string' || typeof filter.value !== 'string') return false;
  const text = scope.subject.comparable(found.path, found.value);
  const wanted = scope.subject.comparable(found.path, filter.value);
  if (filter.operator === 'startswith') return text.startsWith(wanted);
  if (filter.operator === 'endswith') return text.endsWith(wanted);
  return text.includes(wanted);
}

/** Every use of a property, lambda variables resolved. */
export function usesOf(
  filter: Filter,
  lambda?: { variable: string; path: string },
): FilterUse[] {
  const full = (path: string) => {
    const [head, ...rest] = path.split('/');
    return lambda && head === lambda.variable ? [lambda.path, ...rest].join('/') : path;
  };
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.parts.flatMap((part) => usesOf(part, lambda));
    case 'not':
      return usesOf(filter.part, lambda);
    case 'any':
      return [
        { path: filter.path, operator: 'any' },
        ...(filter.body ? usesOf(filter.body, filter) : []),
      ];
    case 'in':
      return [{ path: full(filter.path), operator: 'in' }];
    case 'compare':
    case 'text':
      return [{ path: full(filter.path), operator: filter.operator }];
  }
}

/** Whether there is a `not` anywhere. */
export function negates(filter: Filter): boolean {
  if (filter.kind === 'not') return true;
  if (filter.kind === 'and' || filter.kind === 'or') return filter.parts.some(negates);
  return filter.kind === 'any' && filter.body !== undefined && negates(filter.body);
}

/** The most alternatives that one `or` or `in` offers. */
export function mostAlternatives(filter: Filter): number {
  switch (filter.kind) {
    case 'in':
      return filter.values.length;
    case 'or': {
      const own = filter.parts.reduce(
        (sum, part) => sum + (part.kind === 'in' ? part.values.length : 1),
        0,
      );
      return Math.max(own, ...filter.parts.map(mostAlternatives));
    }
    case 'and':
      return Math.max(...filter.parts.map(mostAlternatives));
    case 'not':
      return mostAlternatives(filter.part);
    case 'any':
      return filter.body ? mostAlternatives(filter.body) : 1;
    default:
      return 1;
  }
}
