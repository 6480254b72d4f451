import { GraphError } from './answers.ts';
import {
  type FilterSubject,
  type FilterUse,
  matches,
  mostAlternatives,
  negates,
  usesOf,
} from './filterMatch.ts';
import type { Filter } from './filterParser.ts';
import type { DirectoryUser } from './model.ts';

const text = ['eq', 'ne', 'in', 'ge', 'le', 'startswith', 'endswith'];

// https://learn.microsoft.com/graph/api/resources/user#properties
const supported = new Map<string, string[]>([
  ['id', ['eq', 'ne', 'in']],
  ['mail', text],
  ['userPrincipalName', text],
  ['displayName', text],
  ['userType', ['eq', 'ne', 'in']],
  ['accountEnabled', ['eq', 'ne', 'in']],
  ['proxyAddresses', ['any', 'eq', 'ge', 'le', 'startswith', 'endswith']],
  ['otherMails', ['any', 'eq', 'in', 'ge', 'le', 'startswith', 'endswith']],
  ['imAddresses', ['any', 'eq', 'ge', 'le', 'startswith']],
]);

// https://learn.microsoft.com/graph/filter-query-parameter
const mostClauses = 15;
const longestAdvancedUrl = 2048;

interface QueryTerms {
  /** `ConsistencyLevel: eventual` and `$count=true`. */
  advanced: boolean;
  urlLength: number;
  violate: (violation: string) => void;
}

/** A test for users, or what the directory answers to a filter that it does not support. */
export function userTest(
  filter: Filter,
  terms: QueryTerms,
): (user: DirectoryUser) => boolean {
  const problem = problemOf(filter, terms);
  if (problem) {
    terms.violate(`an unsupported $filter on users: ${problem}`);
    throw new GraphError(400, 'Request_UnsupportedQuery', problem);
  }
  return (user) => matches(filter, subjectOf(user));
}

function problemOf(filter: Filter, terms: QueryTerms): string | undefined {
  const uses = usesOf(filter);
  const bad = uses.find((use) => !isSupported(use));
  if (bad) return `Unsupported property filter clause '${bad.path} ${bad.operator}'.`;
  if (terms.advanced)
    return terms.urlLength > longestAdvancedUrl
      ? `The URL has ${terms.urlLength} characters. Max allowed: ${longestAdvancedUrl}.`
      : undefined;
  // https://learn.microsoft.com/graph/aad-advanced-queries
  if (
    negates(filter) ||
    uses.some(({ operator }) => ['ne', 'endswith'].includes(operator))
  )
    return 'This operator needs ConsistencyLevel: eventual and $count=true.';
  const alternatives = mostAlternatives(filter);
  return alternatives > mostClauses
    ? `Too many child clauses specified in search filter expression containing 'OR' operators: ${alternatives}. Max allowed: ${mostClauses}.`
    : undefined;
}

function isSupported({ path, operator }: FilterUse): boolean {
  return supported.get(path)?.includes(operator) ?? false;
}

function subjectOf(user: DirectoryUser): FilterSubject {
  const values = new Map<string, unknown>(Object.entries(user));
  return {
    value: (path) => values.get(path),
    // The case of the prefix tells the primary address from an alias.
    comparable: (path, value) =>
      path === 'proxyAddresses'
        ? value.replace(/(?<=:).*/, (address) => address.toLowerCase())
        : value.toLowerCase(),
  };
}
