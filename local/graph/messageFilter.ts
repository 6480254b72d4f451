import { GraphError } from './answers.ts';
import { canonicalId } from './extendedProperties.ts';
import { type FilterSubject, type FilterUse, matches, usesOf } from './filterMatch.ts';
import type { Filter } from './filterParser.ts';
import type { StoredMessage } from './model.ts';

const properties = 'singleValueExtendedProperties';
const order = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'];
const text = ['eq', 'ne', 'startswith', 'contains'];

// https://learn.microsoft.com/graph/api/singlevaluelegacyextendedproperty-get
const supported = new Map<string, string[]>([
  [properties, ['any']],
  [`${properties}/id`, ['eq']],
  [`${properties}/value`, text],
  ['internetMessageId', ['eq', 'ne']],
  ['subject', text],
  ['conversationId', ['eq']],
  ['parentFolderId', ['eq']],
  ['isDraft', ['eq', 'ne']],
  ['isRead', ['eq', 'ne']],
  ['hasAttachments', ['eq', 'ne']],
  ['receivedDateTime', order],
  ['sentDateTime', order],
  ['createdDateTime', order],
]);

/** A test for messages, or what the service answers to a filter that it does not support. */
export function messageTest(
  filter: Filter,
  violate: (violation: string) => void,
): (message: StoredMessage) => boolean {
  const bad = usesOf(filter).find((use) => !isSupported(use));
  if (bad) {
    violate(`an unsupported $filter on messages: ${bad.path} ${bad.operator}`);
    throw new GraphError(
      400,
      'ErrorInvalidUrlQueryFilter',
      `The query filter contains the property '${bad.path}', which can't be used so.`,
    );
  }
  checkPropertyIds(filter);
  return (message) => matches(filter, subjectOf(message));
}

function isSupported({ path, operator }: FilterUse): boolean {
  return supported.get(path)?.includes(operator) ?? false;
}

/** A value can be asked for only of one property, whose id must be well-formed. */
function checkPropertyIds(filter: Filter): void {
  if (filter.kind === 'not') checkPropertyIds(filter.part);
  if (filter.kind === 'and' || filter.kind === 'or')
    filter.parts.forEach(checkPropertyIds);
  if (filter.kind !== 'any') return;
  const parts = filter.body?.kind === 'and' ? filter.body.parts : [filter.body];
  const ids = parts.flatMap((part) =>
    part?.kind === 'compare' && part.path === `${filter.variable}/id` ? [part.value] : [],
  );
  const [id] = ids;
  if (ids.length === 1 && typeof id === 'string' && canonicalId(id)) return;
  throw new GraphError(
    400,
    'ErrorInvalidExtendedProperty',
    'The filter must name one extended property by a valid id.',
  );
}

function subjectOf(message: StoredMessage): FilterSubject {
  const values = new Map<string, unknown>(Object.entries(message));
  values.set('parentFolderId', message.folderId);
  values.set('hasAttachments', message.attachments.length > 0);
  return {
    value: (path) =>
      path === properties ? message.extendedProperties : values.get(path),
    comparable: (path, value) =>
      path === `${properties}/id` ? (canonicalId(value) ?? value) : value.toLowerCase(),
  };
}
