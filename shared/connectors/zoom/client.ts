import { z } from 'zod';
import { parseJson } from '../../parseJson.ts';
import type { ConnectorDeps } from '../connector.ts';
import type { Answer } from '../http/vendorAnswer.ts';
import { BrokenAnswer, Refusal, VendorFault } from '../http/vendorFaults.ts';
import { hostList } from '../http/vendorHosts.ts';
import { createVendorHttp } from '../http/vendorHttp.ts';
import { SourceFailure } from '../page/sourceFaults.ts';
import { settingPrefix } from '../settingFields.ts';
import { StaleList } from './faults.ts';
import { type Feature, needOf } from './features.ts';
import { readNo, refusalOf } from './refusals.ts';
import { listSchema } from './schema.ts';
import { tokenHosts, type ZoomSettings } from './settings.ts';
import { createTokens } from './tokens.ts';

/** What `createZoomClient` gives. */
export type ZoomClient = ReturnType<typeof createZoomClient>;

/** Which list to read. */
export interface ListQuery {
  path: string;
  /** The field of the answer that holds the list. */
  items: string;
  feature: Feature;
  query?: Record<string, string>;
}

/** A whole list, all of its pages. */
export interface List {
  items: unknown[];
  /** How many there are, where Zoom says so. */
  total: number | undefined;
}

/** https://developers.zoom.us/docs/api/rest/pagination/ */
const pageSize = 300;
/** Tokens of lists last 15 minutes: a list that takes longer begins anew, so often. */
const listTries = 3;

/** Zoom's API as this connector uses it; each call waits and retries by itself. */
export function createZoomClient(settings: ZoomSettings, deps: ConnectorDeps) {
  const { fetch, clock, log } = deps;
  const prefix = settingPrefix(deps.name);
  const tokens = createTokens(settings, deps);
  const http = createVendorHttp({
    ...{ vendor: 'Zoom', fetch, clock, log, credentials: tokens },
    baseUrl: settings.BASE_URL,
    allowedHosts: tokenHosts(settings.BASE_URL, hostList(settings.DOWNLOAD_HOSTS)),
    // The eighth is the one for a token.
    maxInFlight: 7,
  });

  async function getJson(
    path: string,
    query: Record<string, string>,
    feature: Feature,
    until: Date | undefined,
  ): Promise<Record<string, unknown>> {
    const url = new URL(settings.BASE_URL + path);
    for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
    const { what } = needOf(feature);
    return http.send({ url, what, until }, async (answer) => {
      if (answer.status !== 200) throw await refused(answer, feature);
      return bodyOf(await answer.text(), feature);
    });
  }

  async function refused(answer: Answer, feature: Feature): Promise<Error> {
    const no = readNo(answer.status, await answer.text());
    if (isStale(no)) return new StaleList();
    return judged(refusalOf(no, needOf(feature), prefix));
  }

  /** A token that is refused although it is good: perhaps it is of another region. */
  function judged(refusal: Refusal | SourceFailure): Error {
    const region = tokens.apiUrl();
    const isElsewhere = region && !settings.BASE_URL.startsWith(region);
    const isGlobal = new URL(settings.BASE_URL).hostname === 'api.zoom.us';
    if (!isElsewhere || isGlobal || refusal instanceof Refusal) return refusal;
    if (!refusal.message.includes('region')) return refusal;
    const host = URL.parse(region)?.host ?? 'another host';
    return new SourceFailure(
      `The account is in another region than ${prefix}BASE_URL: it is served at ${host}. Set ${prefix}BASE_URL to that, or to https://api.zoom.us/v2.`,
      true,
    );
  }

  /** "Only for paid accounts" may come with a status of 200. */
  function bodyOf(body: string, feature: Feature): Record<string, unknown> {
    const parsed = bodySchema.safeParse(parseJson(body));
    if (!parsed.success) throw new BrokenAnswer('it is not what was asked for');
    const { code, message } = parsed.data;
    if (typeof code === 'number' && typeof message === 'string') {
      throw refusalOf({ status: 200, code, message }, needOf(feature), prefix);
    }
    return parsed.data;
  }

  /** All pages of a list. `most`: undefined is returned as soon as there are more. */
  async function list(
    { path, items, feature, query = {} }: ListQuery,
    until: Date | undefined,
    most = Number.POSITIVE_INFINITY,
  ): Promise<List | undefined> {
    for (let tries = 1; ; tries++) {
      try {
        return await listOnce({ path, items, feature, query }, until, most);
      } catch (error) {
        if (!(error instanceof StaleList)) throw error;
        if (tries === listTries) throw new Refusal('Zoom', needOf(feature).what, 400);
        log.warn(`A list of Zoom's ended in its middle (${feature}); it is read again.`);
      }
    }
  }

  async function listOnce(
    { path, items, feature, query = {} }: ListQuery,
    until: Date | undefined,
    most: number,
  ): Promise<List | undefined> {
    const found: unknown[] = [];
    let same: Record<string, string> = { ...query, page_size: String(pageSize) };
    let total: number | undefined;
    for (let token = ''; ; ) {
      const asked = token === '' ? same : { ...same, next_page_token: token };
      const body = await getJson(path, asked, feature, until);
      const answer = listSchema.parse(body);
      const some = body[items];
      for (const item of listOf(some, feature)) found.push(item);
      total ??= answer.total_records;
      // Zoom sets a `to` in the future to its own time, and the pages that follow must say that.
      if ('to' in same && isInstant(answer.to)) same = { ...same, to: answer.to };
      const next = answer.next_page_token ?? '';
      if (next === '') return { items: found, total };
      if (found.length > most) return undefined;
      if (next === token) throw brokenList(feature, 'does not go on');
      token = next;
    }
  }

  return {
    get: getJson,
    list,
    /** A file under the API or on a listed host; others throw `ForeignUrl`. */
    download: <T>(
      url: URL,
      until: Date | undefined,
      use: (answer: Answer) => Promise<T>,
    ): Promise<T> =>
      http.send(
        {
          ...{ url, until, what: 'a file', download: true },
          // A compressed body would not have the length that its header says.
          headers: { 'accept-encoding': 'identity' },
        },
        use,
      ),
  };
}

/** A list that is not there is empty; what is none hides what should be archived. */
function listOf(value: unknown, feature: Feature): unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw brokenList(feature, 'is none');
}

const brokenList = (feature: Feature, why: string): VendorFault =>
  new VendorFault(
    'broken',
    `Zoom was asked for ${needOf(feature).what} and gave a list that ${why}.`,
  );

const bodySchema = z.record(z.string(), z.unknown());

/** https://developers.zoom.us/docs/api/rest/pagination/: 300, or in words. */
const isStale = ({ status, code, message }: ReturnType<typeof readNo>): boolean =>
  status === 400 &&
  (code === 300 || code === undefined || code === 3001 || code === 4700) &&
  /next.?page.?token/i.test(message);

const isInstant = (text: string | undefined): text is string =>
  text !== undefined && /T.*\d/.test(text) && !Number.isNaN(Date.parse(text));
