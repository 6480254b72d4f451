import { badRequest } from './answers.ts';

export type Literal = string | number | boolean | null;

const comparisons = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const;
export type Comparison = (typeof comparisons)[number];

const functions = ['startswith', 'endswith', 'contains'] as const;
export type TextFunction = (typeof functions)[number];

/** What OData calls a filter, as far as mail and the directory use it. */
export type Filter =
  | { kind: 'and' | 'or'; parts: Filter[] }
  | { kind: 'not'; part: Filter }
  | { kind: 'compare'; path: string; operator: Comparison; value: Literal }
  | { kind: 'in'; path: string; values: Literal[] }
  | { kind: 'text'; path: string; operator: TextFunction; value: Literal }
  | { kind: 'any'; path: string; variable: string; body: Filter | undefined };

interface Token {
  kind: 'word' | 'literal' | 'sign';
  text: string;
  value?: Literal;
}

const patterns = {
  text: /'((?:[^']|'')*)'/y,
  date: /\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)?/y,
  number: /-?\d+(?:\.\d+)?/y,
  word: /[A-Za-z_$@][\w.$@]*(?:\/[A-Za-z_$@][\w.$@]*)*/y,
  sign: /[(),:]/y,
};

function tokenAt(source: string, at: number): { token: Token; end: number } {
  for (const [kind, pattern] of Object.entries(patterns)) {
    pattern.lastIndex = at;
    const match = pattern.exec(source);
    if (match) return { token: toToken(kind, match), end: pattern.lastIndex };
  }
  throw badRequest(`Invalid filter clause: Syntax error at position ${at}.`);
}

function toToken(kind: string, match: RegExpExecArray): Token {
  const [text, quoted = ''] = match;
  if (kind === 'text')
    return { kind: 'literal', text, value: quoted.replaceAll("''", "'") };
  if (kind === 'date')
    return { kind: 'literal', text, value: new Date(text).toISOString() };
  if (kind === 'number') return { kind: 'literal', text, value: Number(text) };
  if (kind === 'sign') return { kind: 'sign', text };
  const constant = new Map<string, Literal>([
    ['true', true],
    ['false', false],
    ['null', null],
  ]).get(text);
  return constant === undefined
    ? { kind: 'word', text }
    : { kind: 'literal', text, value: constant };
}

function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    if (/\s/.test(source.charAt(at))) {
      at++;
      continue;
    }
    const { token, end } = tokenAt(source, at);
    tokens.push(token);
    at = end;
  }
  return tokens;
}

/** Parses a decoded `$filter`; throws what the service answers to one it can't read. */
export function parseFilter(source: string): Filter {
  const reader = createReader(tokensOf(source));
  const filter = readOr(reader);
  reader.end();
  return filter;
}

type Reader = ReturnType<typeof createReader>;

function createReader(tokens: Token[]) {
  let at = 0;
  const fail = () =>
    badRequest(
      `Invalid filter clause: Syntax error near '${tokens[at]?.text ?? 'the end'}'.`,
    );
  const reader = {
    fail,
    peek: (ahead = 0) => tokens[at + ahead],
    next(): Token {
      const token = tokens[at++];
      if (!token) throw fail();
      return token;
    },
    /** Takes the token if it reads so. */
    take(text: string): boolean {
      if (tokens[at]?.text.toLowerCase() !== text) return false;
      at++;
      return true;
    },
    expect(text: string): void {
      if (!reader.take(text)) throw fail();
    },
    literal(): Literal {
      const token = reader.next();
      if (token.kind !== 'literal' || token.value === undefined) throw fail();
      return token.value;
    },
    word(): string {
      const token = reader.next();
      if (token.kind !== 'word') throw fail();
      return token.text;
    },
    end(): void {
      if (at < tokens.length) throw fail();
    },
  };
  return reader;
}

function readOr(reader: Reader): Filter {
  const parts = [readAnd(reader)];
  while (reader.take('or')) parts.push(readAnd(reader));
  return joined('or', parts);
}

function readAnd(reader: Reader): Filter {
  const parts = [readNot(reader)];
  while (reader.take('and')) parts.push(readNot(reader));
  return joined('and', parts);
}

function joined(kind: 'and' | 'or', parts: Filter[]): Filter {
  const [only] = parts;
  return parts.length === 1 && only ? only : { kind, parts };
}

function readNot(reader: Reader): Filter {
  if (reader.take('not')) return { kind: 'not', part: readNot(reader) };
  if (!reader.take('(')) return readTerm(reader);
  const inner = readOr(reader);
  reader.expect(')');
  return inner;
}

function readTerm(reader: Reader): Filter {
  const word = reader.word();
  if (reader.take('(')) return readCall(reader, word);
  const operator = reader.word().toLowerCase();
  if (operator === 'in') return { kind: 'in', path: word, values: readList(reader) };
  const comparison = comparisons.find((name) => name === operator);
  if (!comparison) throw reader.fail();
  return { kind: 'compare', path: word, operator: comparison, value: reader.literal() };
}

function readList(reader: Reader): Literal[] {
  reader.expect('(');
  const values = [reader.literal()];
  while (reader.take(',')) values.push(reader.literal());
  reader.expect(')');
  return values;
}

function readCall(reader: Reader, name: string): Filter {
  const operator = functions.find((known) => known === name.toLowerCase());
  if (operator) {
    const path = reader.word();
    reader.expect(',');
    const value = reader.literal();
    reader.expect(')');
    return { kind: 'text', path, operator, value };
  }
  if (!/\/any$/i.test(name)) throw reader.fail();
  const path = name.slice(0, -'/any'.length);
  if (reader.take(')')) return { kind: 'any', path, variable: '', body: undefined };
  const variable = reader.word();
  reader.expect(':');
  const body = readOr(reader);
  reader.expect(')');
  return { kind: 'any', path, variable, body };
}
