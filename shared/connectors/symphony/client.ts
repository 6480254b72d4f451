import { randomBytes } from 'node:crypto';
import { ZodError, type z } from 'zod';
import type { ConnectorDeps } from '../connector.ts';
import { inPath } from '../http/inPath.ts';
import type { Answer } from '../http/vendorAnswer.ts';
import { Refusal } from '../http/vendorFaults.ts';
import { hostList } from '../http/vendorHosts.ts';
import {
  createVendorHttp,
  type VendorHttp,
  type VendorRequest,
} from '../http/vendorHttp.ts';
import { SourceFailure } from '../page/sourceFaults.ts';
import { settingPrefix } from '../settingFields.ts';
import { Unreadable } from './faults.ts';
import {
  agentInfoSchema,
  everybodySchema,
  memberListSchema,
  messageListSchema,
  messageSchema,
  sessionInfoSchema,
  streamListSchema,
  userListSchema,
} from './schema.ts';
import { hostWithPort, type SymphonySettings } from './settings.ts';
import { createSessions } from './tokens.ts';

/** See `createSymphonyClient`. */
export type SymphonyClient = ReturnType<typeof createSymphonyClient>;

type Until = Date | undefined;

/** Which messages of a stream are asked for. */
export interface MessageQuery {
  /** Milliseconds, both included. */
  since: number;
  until: number;
  /** So many of the first ones are left out. */
  skip: number;
  limit: number;
}

/** https://rest-api.symphony.com/main/streams-conversations/all-streams-endpoints/list-streams-for-enterprise-v2 */
const streamsPerPage = 100;
/** https://rest-api.symphony.com/main/streams-conversations/stream-members */
const membersPerPage = 1000;
/** https://rest-api.symphony.com/main/user-management/list-users-v2 */
const usersPerPage = 1000;

/** Symphony's API as this connector uses it; each call waits and retries by itself. */
export function createSymphonyClient(settings: SymphonySettings, deps: ConnectorDeps) {
  const { fetch, clock, log, name } = deps;
  const credentials = createSessions(settings, deps, () => http);
  const http: VendorHttp = createVendorHttp({
    ...{ vendor: 'Symphony', fetch, clock, log, credentials },
    baseUrl: settings.POD_URL,
    // All requests share one session: it may have ended again before one of them had its turn.
    renewals: 3,
    allowedHosts: [
      hostWithPort(settings.AGENT_URL),
      ...hostList(settings.DOWNLOAD_HOSTS),
    ],
  });

  async function ask<T>(
    request: VendorRequest,
    read: (answer: Answer) => Promise<T>,
  ): Promise<T> {
    // Symphony's support finds a request by it.
    const traced = { ...request.headers, 'x-trace-id': randomBytes(3).toString('hex') };
    return http.send({ ...request, headers: traced }, async (answer) => {
      if (answer.status !== 200) {
        throw refusalOf(answer.status, request.what, settingPrefix(name));
      }
      try {
        return await read(answer);
      } catch (error) {
        throw error instanceof ZodError ? new Unreadable(request.what) : error;
      }
    });
  }

  function get<T>(
    address: string,
    request: { what: string; query?: Record<string, string>; until: Until },
    schema: z.ZodType<T>,
  ): Promise<T> {
    const { what, query, until } = request;
    return ask({ url: urlOf(address, query), what, until }, (answer) =>
      answer.json(schema),
    );
  }

  const pod = `${settings.POD_URL}/pod`;
  const agent = `${settings.AGENT_URL}/agent`;

  return {
    session: (until: Until) =>
      get(`${pod}/v2/sessioninfo`, { what: 'the account', until }, sessionInfoSchema),
    agentInfo: (until: Until) =>
      get(`${agent}/v1/info`, { what: "the agent's version", until }, agentInfoSchema),
    streams: (skip: number, types: string[], until: Until) =>
      ask(
        {
          url: urlOf(`${pod}/v2/admin/streams/list`, page(skip, streamsPerPage)),
          what: 'the list of streams',
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ streamTypes: types.map((type) => ({ type })) }),
          until,
        },
        (answer) => answer.json(streamListSchema),
      ),
    members: (streamId: string, skip: number, until: Until) =>
      get(
        `${pod}/v1/admin/stream/${inPath(streamId)}/membership/list`,
        { what: 'the members of a stream', query: page(skip, membersPerPage), until },
        memberListSchema,
      ),
    messages: (streamId: string, query: MessageQuery, until: Until) =>
      orNothing(
        get(
          `${agent}/v4/stream/${inPath(streamId)}/message`,
          { what: 'the messages of a stream', query: texts(query), until },
          messageListSchema,
        ),
        [],
      ),
    message: (id: string, until: Until) =>
      get(
        `${agent}/v1/message/${inPath(id)}`,
        { what: 'a message', until },
        messageSchema,
      ),
    users: (ids: string[], until: Until) =>
      orNothing(
        get(
          `${pod}/v3/users`,
          {
            ...{ what: 'the names of people', until },
            query: { uid: ids.join(','), local: 'false' },
          },
          userListSchema,
        ),
        {},
      ),
    everybody: (skip: number, until: Until) =>
      orNothing(
        get(
          `${pod}/v2/admin/user/list`,
          { what: 'the list of users', query: page(skip, usersPerPage), until },
          everybodySchema,
        ),
        [],
      ),
    /** `use` gets whatever is answered. */
    download: <T>(
      file: { streamId: string; messageId: string; fileId: string },
      until: Until,
      use: (answer: Answer) => Promise<T>,
    ): Promise<T> => {
      const { streamId, messageId, fileId } = file;
      const path = `${agent}/v1/stream/${inPath(streamId)}/attachment`;
      const url = urlOf(path, { fileId, messageId });
      return http.send({ url, until, what: 'a file', download: true }, use);
    },
  };
}

function urlOf(address: string, query: Record<string, string> = {}): URL {
  const url = new URL(address);
  for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
  return url;
}

const page = (skip: number, limit: number) => texts({ skip, limit });

const texts = (numbers: object): Record<string, string> =>
  Object.fromEntries(Object.entries(numbers).map(([key, value]) => [key, String(value)]));

/** 204 is how Symphony says that there is nothing. */
async function orNothing<T>(request: Promise<T>, nothing: T): Promise<T> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof Refusal && error.status === 204) return nothing;
    throw error;
  }
}

function refusalOf(
  status: number,
  what: string,
  prefix: string,
): Refusal | SourceFailure {
  if (status !== 401) return new Refusal('Symphony', what, status);
  const message = `Symphony refused a session that it had just given, when asked for ${what}: check in the Admin Portal that the service account of ${prefix}USERNAME is active, and that the agent at ${prefix}AGENT_URL belongs to the pod.`;
  return new SourceFailure(message, true);
}
