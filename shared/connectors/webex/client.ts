import type { z } from 'zod';
import { parseJson } from '../../parseJson.ts';
import type { ConnectorDeps } from '../connector.ts';
import { inPath } from '../http/inPath.ts';
import type { Answer } from '../http/vendorAnswer.ts';
import { hostList } from '../http/vendorHosts.ts';
import {
  createVendorHttp,
  type VendorHttp,
  type VendorRequest,
} from '../http/vendorHttp.ts';
import { SourceFailure } from '../page/sourceFaults.ts';
import { settingPrefix } from '../settingFields.ts';
import { WebexRefusal } from './faults.ts';
import { nextLink } from './links.ts';
import {
  actionSchema,
  errorAnswerSchema,
  listSchema,
  messageSchema,
  personSchema,
  roomSchema,
  teamSchema,
} from './schema.ts';
import { tokenHosts, type WebexSettings } from './settings.ts';
import { createTokens } from './tokens.ts';

export interface ListPage {
  items: unknown[];
  /** The page that follows, on this very endpoint. */
  next: URL | undefined;
}

export interface ListQuery {
  url: URL;
  what: string;
  /** Statuses that the caller treats itself. */
  accept?: number[];
}

export type WebexClient = ReturnType<typeof createWebexClient>;

/** Webex's API as this connector uses it; each call waits and retries by itself. */
export function createWebexClient(settings: WebexSettings, deps: ConnectorDeps) {
  const { fetch, clock, log, name } = deps;
  const credentials = createTokens(settings, deps, () => http);
  const http: VendorHttp = createVendorHttp({
    ...{ vendor: 'Webex', fetch, clock, log, credentials },
    baseUrl: settings.BASE_URL,
    allowedHosts: tokenHosts(settings.BASE_URL, hostList(settings.DOWNLOAD_HOSTS)),
  });

  const urlOf = (path: string, query: Record<string, string> = {}): URL => {
    const url = new URL(settings.BASE_URL + path);
    for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
    return url;
  };

  async function get<T>(
    request: VendorRequest,
    read: (answer: Answer) => Promise<T>,
  ): Promise<T> {
    return http.send(request, async (answer) => {
      if (answer.status === 200) return read(answer);
      throw await refusalOf(answer, request.what, settingPrefix(name));
    });
  }

  const getOne = <T>(
    path: string,
    what: string,
    schema: z.ZodType<T>,
    until: Date | undefined,
  ): Promise<T> =>
    get({ url: urlOf(path), what, until }, (answer) => answer.json(schema));

  /** One page of a list, and where the next one is. */
  const list = (query: ListQuery, until: Date | undefined): Promise<ListPage> =>
    get({ ...query, until }, async (answer) => ({
      items: (await answer.json(listSchema)).items,
      next: nextLink(answer.headers.get('link'), query.url),
    }));

  return {
    urlOf,
    list,
    me: (until: Date | undefined) =>
      getOne('/people/me', 'the authorised account', personSchema, until),
    message: (id: string, until: Date | undefined) =>
      getOne(`/messages/${inPath(id)}`, 'a message', messageSchema, until),
    action: (id: string, until: Date | undefined) =>
      getOne(`/attachment/actions/${inPath(id)}`, 'a card answer', actionSchema, until),
    room: (id: string, until: Date | undefined) =>
      getOne(`/rooms/${inPath(id)}`, 'a space', roomSchema, until),
    team: (id: string, until: Date | undefined) =>
      getOne(`/teams/${inPath(id)}`, 'a team', teamSchema, until),
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

async function refusalOf(
  answer: Answer,
  what: string,
  prefix: string,
): Promise<WebexRefusal | SourceFailure> {
  if (answer.status === 401) {
    const message = `Webex refused a token that it had just given: check that the integration and the account that authorised it are still active, and renew ${prefix}REFRESH_TOKEN.`;
    return new SourceFailure(message, true);
  }
  const date = new Date(answer.headers.get('date') ?? '');
  const reason = reasonIn(await answer.text());
  const isDate = !Number.isNaN(date.getTime());
  return new WebexRefusal(what, answer.status, reason, isDate ? date : undefined);
}

const reasonIn = (body: string): string =>
  errorAnswerSchema.safeParse(parseJson(body)).data?.message ?? '';
