import { badRequest } from './answers.ts';
import { type Filter, parseFilter } from './filterParser.ts';

/** The system query options that this simulation knows, checked for their form. */
export interface QueryOptions {
  filter?: Filter;
  select?: string[];
  expand: string[];
  top?: number;
  skip: number;
  count: boolean;
  orderBy?: { path: string; descending: boolean };
  skipToken?: string;
  /** Everything, also what does not begin with `$`. */
  all: URLSearchParams;
  /** Length of the URL, as the service at its public address would see it. */
  urlLength: number;
}

const known = new Set([
  '$filter',
  '$select',
  '$expand',
  '$top',
  '$skip',
  '$count',
  '$orderby',
  '$skiptoken',
  '$format',
]);

const publicRoot = 'https://graph.microsoft.com/v1.0';

/** `relativeUrl` is what follows the version. Throws what the service answers to a bad one. */
export function readQuery(relativeUrl: string): QueryOptions {
  const raw = relativeUrl.split('?').slice(1).join('?');
  const all = new URLSearchParams(raw);
  checkNames(all);
  const options: QueryOptions = {
    expand: splitList(all.get('$expand') ?? ''),
    skip: wholeNumber(all.get('$skip') ?? '0', '$skip'),
    count: readCount(all.get('$count')),
    all,
    urlLength: publicRoot.length + relativeUrl.length,
  };
  const filter = all.get('$filter');
  if (filter !== null) options.filter = parseFilter(filter);
  const select = all.get('$select');
  if (select !== null) options.select = splitList(select);
  const top = all.get('$top');
  if (top !== null) options.top = wholeNumber(top, '$top');
  const orderBy = all.get('$orderby');
  if (orderBy !== null) options.orderBy = readOrder(orderBy);
  const skipToken = all.get('$skiptoken');
  if (skipToken !== null) options.skipToken = skipToken;
  return options;
}

function checkNames(all: URLSearchParams): void {
  const names = [...all.keys()].filter((name) => name.startsWith('$'));
  for (const name of names) {
    if (!known.has(name))
      throw badRequest(`The query option '${name}' is not supported.`);
    if (names.filter((other) => other === name).length > 1)
      throw badRequest(
        `Query option '${name}' was specified more than once, but it must be specified at most once.`,
      );
  }
}

function wholeNumber(text: string, name: string): number {
  if (!/^\d+$/.test(text))
    throw badRequest(`Invalid value '${text}' for ${name} query option found.`);
  return Number(text);
}

function readCount(text: string | null): boolean {
  if (text !== null && text !== 'true' && text !== 'false')
    throw badRequest(`Invalid value '${text}' for $count query option found.`);
  return text === 'true';
}

function readOrder(text: string): { path: string; descending: boolean } {
  const [path = '', direction = 'asc', ...rest] = text.trim().split(/\s+/);
  if (rest.length > 0 || !['asc', 'desc'].includes(direction))
    throw badRequest(`The $orderby clause '${text}' is not supported.`);
  return { path, descending: direction === 'desc' };
}

/** Splits at commas, but not inside parentheses or quotes. */
function splitList(text: string): string[] {
  const parts = text.match(/(?:[^,('"]|'[^']*'|\((?:[^()']|'[^']*'|\([^()]*\))*\))+/g);
  return (parts ?? []).map((part) => part.trim()).filter((part) => part !== '');
}

// Anything but what encodeURIComponent leaves as it is, and list punctuation.
const unencoded = /[^A-Za-z0-9\-_.~!*'()%,;$+]/;

/**
 * The options that were sent without encoding: braces, colons, slashes and angle brackets in a
 * filter reach the service changed, or not at all.
 */
export function unencodedOptions(relativeUrl: string): string[] {
  const raw = relativeUrl.split('?').slice(1).join('?');
  return raw.split('&').flatMap((pair) => {
    const at = pair.indexOf('=');
    const [name = ''] = new URLSearchParams(pair).keys();
    const isText = name === '$filter' || name === '$expand';
    return isText &&
      unencoded.test(pair.slice(at + 1).replace(/^singleValue\w+\(\$filter=/, ''))
      ? [name]
      : [];
  });
}

/** Keeps the selected properties, and the id, which always comes. */
export function selected(
  entity: Record<string, unknown>,
  select: string[] | undefined,
): Record<string, unknown> {
  if (!select || select.includes('*')) return entity;
  const wanted = new Set(['id', ...select]);
  return Object.fromEntries(
    Object.entries(entity).filter(([name]) => name.startsWith('@') || wanted.has(name)),
  );
}
