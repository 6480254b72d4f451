import type { ConnectorDeps, Window } from '../connector.ts';
import { inPath } from '../http/inPath.ts';
import type { Answer } from '../http/vendorAnswer.ts';
import { hostList } from '../http/vendorHosts.ts';
import {
  createVendorHttp,
  type VendorHttp,
  type VendorRequest,
} from '../http/vendorHttp.ts';
import { settingPrefix } from '../settingFields.ts';
import { type ExportTask, taskListSchema, taskSchema } from './apiSchema.ts';
import { refusalOf } from './refusals.ts';
import { type RingCentralSettings, tokenHosts } from './settings.ts';
import { createTokens } from './tokens.ts';

/** See `createRingCentralClient`. */
export type RingCentralClient = ReturnType<typeof createRingCentralClient>;

const tasksPath = '/team-messaging/v1/data-export';
const tasksPerPage = 250;
/** So many pages of tasks are looked through: an account has a few a day, for 30 days. */
const mostTaskPages = 20;
/** https://developers.ringcentral.com/guide/basics/rate-limits: at least so long. */
const defaultRetryAfterMs = 30_000;
/** The penalty of a group is 60 s, and is waited for within a page. */
const longestWaitMs = 65_000;

/** RingCentral's API as this connector uses it; each call waits and retries by itself. */
export function createRingCentralClient(
  settings: RingCentralSettings,
  deps: ConnectorDeps,
) {
  const { fetch, clock, log, name } = deps;
  const credentials = createTokens(settings, deps, () => http);
  const http: VendorHttp = createVendorHttp({
    ...{ vendor: 'RingCentral', fetch, clock, log, credentials },
    ...{ defaultRetryAfterMs, longestWaitMs },
    baseUrl: settings.BASE_URL,
    allowedHosts: tokenHosts(settings.BASE_URL, hostList(settings.DOWNLOAD_HOSTS)),
  });

  const ask = <T>(
    request: VendorRequest,
    statuses: number[],
    read: (answer: Answer) => Promise<T>,
  ): Promise<T> =>
    http.send(request, async (answer) => {
      if (statuses.includes(answer.status)) return read(answer);
      throw await refusalOf(answer, request.what, settingPrefix(name));
    });

  const urlOf = (path: string) => new URL(settings.BASE_URL + path);

  return {
    /** All export tasks of the account that it still knows. */
    async tasks(until: Date | undefined): Promise<ExportTask[]> {
      const found: ExportTask[] = [];
      for (let page = 1; page <= mostTaskPages; page++) {
        const url = urlOf(`${tasksPath}?page=${page}&perPage=${tasksPerPage}`);
        const request = { url, what: 'the list of export tasks', until };
        const { tasks, paging } = await ask(request, [200], (answer) =>
          answer.json(taskListSchema),
        );
        found.push(...tasks);
        if (tasks.length === 0 || page >= (paging?.totalPages ?? 1)) break;
      }
      return found;
    },

    task: (id: string, until: Date | undefined): Promise<ExportTask> =>
      ask(
        {
          url: urlOf(`${tasksPath}/${inPath(id)}`),
          ...{ what: 'an export task', until },
        },
        [200],
        (answer) => answer.json(taskSchema),
      ),

    /** A task over the whole account. A fault leaves open whether there is one now. */
    createTask: ({ from, to }: Window, until: Date | undefined): Promise<ExportTask> =>
      ask(
        {
          url: urlOf(tasksPath),
          ...{ what: 'a new export task', method: 'POST', once: true, until },
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({
            timeFrom: from.toISOString(),
            timeTo: to.toISOString(),
          }),
        },
        [200, 201, 202],
        (answer) => answer.json(taskSchema),
      ),

    /** One ZIP of a finished task. */
    dataset: <T>(
      url: URL,
      until: Date | undefined,
      use: (answer: Answer) => Promise<T>,
    ): Promise<T> =>
      ask(
        {
          ...{ url, until, what: 'a dataset of the export', download: true },
          anonymous: isSigned(url),
          headers: { 'accept-encoding': 'identity' },
        },
        [200],
        use,
      ),

    /** A file, with the token or without; statuses below 500 are answers. */
    file: <T>(
      url: URL,
      withToken: boolean,
      until: Date | undefined,
      use: (answer: Answer) => Promise<T>,
    ): Promise<T> =>
      http.send(
        {
          ...{ url, until, what: 'a file', download: true, anonymous: !withToken },
          headers: { 'accept-encoding': 'identity' },
        },
        use,
      ),
  };
}

/** A pre-signed address holds its own permission, and is nobody to show a token to. */
export const isSigned = (url: URL): boolean =>
  [...url.searchParams.keys()].some((name) =>
    /^(signature|awsaccesskeyid|key-pair-id|sig|x-amz-.*|x-goog-.*)$/i.test(name),
  );
