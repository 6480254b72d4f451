import { badRequest, type Reply } from './answers.ts';
import type { Call } from './service.ts';

interface PageOptions {
  /** As in `$metadata#users`. */
  context: string;
  defaultSize: number;
  largestSize: number;
  /** Whether `$count` shows. */
  counted: boolean;
}

/** One page of a collection, with the link to the next one. */
export function pageOf<Item>(
  call: Call,
  items: Item[],
  options: PageOptions,
  view: (item: Item) => unknown,
): Reply {
  const { query, service } = call;
  const size = query.top ?? options.defaultSize;
  if (size < 1 || size > options.largestSize)
    throw badRequest(
      `Invalid page size specified: '${size}'. Must be between 1 and ${options.largestSize} inclusive.`,
    );
  const start = query.skipToken ? Number.parseInt(query.skipToken, 36) : query.skip;
  if (Number.isNaN(start)) throw badRequest('Skip token is not valid.');
  const end = start + size;
  return {
    status: 200,
    body: {
      '@odata.context': `${service.baseUrl()}/$metadata#${options.context}`,
      ...(query.count && options.counted ? { '@odata.count': items.length } : {}),
      ...(end < items.length ? { '@odata.nextLink': nextLink(call, end) } : {}),
      value: items.slice(start, end).map(view),
    },
  };
}

function nextLink({ query, service, url }: Call, start: number): string {
  const parameters = new URLSearchParams(query.all);
  parameters.delete('$skip');
  parameters.set('$skiptoken', start.toString(36));
  // The form encoding's plus sign for a space is not everywhere understood.
  const encoded = parameters.toString().replaceAll('+', '%20');
  return `${service.baseUrl()}${url.split('?')[0]}?${encoded}`;
}
