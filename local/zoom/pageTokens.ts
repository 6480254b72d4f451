import { createHash } from 'node:crypto';
import { type Answer, json } from '../simulation/answers.ts';
import { refusal } from './answers.ts';

/** https://developers.zoom.us/docs/api/rest/pagination/: a token dies after 15 minutes. */
const lifeMs = 15 * 60_000;
const largestPage = 300;
const usualPage = 30;

export interface Paging {
  /** Smaller pages than were asked for. */
  pageSize?: number | undefined;
  now: () => Date;
  violation(text: string): void;
}

export interface PagedList {
  where: string;
  query: URLSearchParams;
  /** The field of the answer that holds the list. */
  field: string;
  items: unknown[];
  /** Further fields of the answer. */
  extra?: Record<string, unknown>;
  /** What `to` must be on the pages that follow, where the answer says another one. */
  to?: string | undefined;
}

interface Kept {
  offset: number;
  madeAt: number;
  /** The parameters must be the same as when it was made. */
  query: string;
}

export function createPageTokens({ pageSize, now, violation }: Paging) {
  const kept = new Map<string, Kept>();

  function offsetOf({ where, query }: PagedList): number | Answer {
    const token = query.get('next_page_token');
    if (!token) return 0;
    const known = kept.get(token);
    const isOld = known && now().getTime() - known.madeAt >= lifeMs;
    if (known && !isOld && known.query === fingerprint(query)) return known.offset;
    if (!known) violation(`${where}: a page token that nobody gave`);
    else if (!isOld) violation(`${where}: other parameters than on the page before`);
    return refusal(400, 300, 'The next page token is invalid or expired.');
  }

  return function page(list: PagedList): Answer {
    const { query, field, items, extra = {}, to } = list;
    const asked = Number(query.get('page_size') ?? usualPage);
    if (!(asked >= 1 && asked <= largestPage)) {
      violation(`${list.where}: page_size is not 1 to ${largestPage}`);
      return refusal(400, 300, 'Invalid field: page_size.');
    }
    const offset = offsetOf(list);
    if (typeof offset !== 'number') return offset;
    const size = Math.min(asked, pageSize ?? asked);
    const end = offset + size;
    const follows = new URLSearchParams(query);
    if (to !== undefined) follows.set('to', to);
    let next = '';
    if (end < items.length) {
      const state = { offset: end, madeAt: now().getTime(), query: fingerprint(follows) };
      next = createHash('sha256')
        .update(JSON.stringify(state))
        .digest('base64url')
        .slice(0, 35);
      kept.set(next, state);
    }
    return json(200, {
      ...extra,
      ...(to !== undefined && { to }),
      page_count: Math.ceil(items.length / size),
      page_size: asked,
      total_records: items.length,
      next_page_token: next,
      [field]: items.slice(offset, end),
    });
  };
}

/** All parameters but the token itself. */
function fingerprint(query: URLSearchParams): string {
  const rest = [...query].filter(([name]) => name !== 'next_page_token');
  return JSON.stringify(rest.sort(([a], [b]) => (a < b ? -1 : 1)));
}
