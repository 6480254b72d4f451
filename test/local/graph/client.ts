import { afterEach } from 'vitest';
import { z } from 'zod';
import type { DirectoryUser } from '../../../local/graph/model.ts';
import {
  type SimulatedGraph,
  type SimulatedGraphOptions,
  startSimulatedGraph,
} from '../../../local/graph/simulatedGraph.ts';
import { addUser, createTenant } from '../../../local/graph/tenant.ts';

export const keyProperty =
  'String {4E7C2A51-9B0D-4F3E-A6C8-1D5F70B2E943} Name ArchiveItemKey';

const running: SimulatedGraph[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((graph) => graph.close()));
});

export interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
  /** `error.code`, or undefined. */
  code: string | undefined;
}

const bodySchema = z.record(z.string(), z.unknown());
const errorSchema = z.object({ error: z.object({ code: z.string() }) });

/** A plain client of one simulated Graph; headers given win. */
export function clientOf(graph: SimulatedGraph) {
  return async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const url = path.startsWith('http') ? path : graph.baseUrl + path;
    const response = await fetch(url, {
      method,
      headers: {
        Authorization: `Bearer ${graph.token}`,
        Prefer: 'IdType="ImmutableId"',
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const parsed = text === '' ? {} : bodySchema.parse(JSON.parse(text));
    const { status } = response;
    const code = errorSchema.safeParse(parsed).data?.error.code;
    return { status, headers: response.headers, body: parsed, code };
  };
}

export type Client = ReturnType<typeof clientOf>;

/** A simulated Graph with one person in it; stopped after the test. */
export async function graphWithAda(options: Partial<SimulatedGraphOptions> = {}) {
  const tenant = options.tenant ?? createTenant({ domains: ['example.com'] });
  const ada = addUser(tenant, { name: 'Ada Lovelace', address: 'ada@example.com' });
  const graph = await start({ ...options, tenant });
  return { graph, ada, call: clientOf(graph), inbox: pathOf(ada, 'inbox') };
}

export async function start(options: SimulatedGraphOptions): Promise<SimulatedGraph> {
  const graph = await startSimulatedGraph(options);
  running.push(graph);
  return graph;
}

export function pathOf(user: DirectoryUser, folder: string): string {
  return `/users/${user.id}/mailFolders/${encodeURIComponent(folder)}`;
}

/** The creation of an archived message, as the product sends it. */
export function archivedMessage(key: string, extra: Record<string, unknown> = {}) {
  const bob = { emailAddress: { name: 'Bob', address: 'bob@example.com' } };
  return {
    subject: 'Project X',
    body: { contentType: 'html', content: '<p>Hello</p>' },
    from: bob,
    sender: bob,
    toRecipients: [{ emailAddress: { name: 'Ada', address: 'ada@example.com' } }],
    internetMessageId: `<${key}@archive.example.com>`,
    isRead: true,
    categories: ['Webex Teams'],
    singleValueExtendedProperties: [
      { id: 'Integer 0x0E07', value: '1' },
      { id: 'SystemTime 0x0039', value: '2026-03-04T10:00:00Z' },
      { id: 'SystemTime 0x0E06', value: '2026-03-04T10:00:00Z' },
      { id: keyProperty, value: key },
    ],
    ...extra,
  };
}

export function keyFilter(key: string, id = keyProperty): string {
  const filter = `singleValueExtendedProperties/Any(ep: ep/id eq '${id}' and ep/value eq '${key}')`;
  return `$filter=${encodeURIComponent(filter)}`;
}

export function valuesOf(answer: Answer): Record<string, unknown>[] {
  return z.array(bodySchema).parse(answer.body.value);
}

/** A clock that moves only when told. */
export function handClock(start = '2026-11-20T01:00:00Z') {
  let time = Date.parse(start);
  return {
    now: () => new Date(time),
    advance: (ms: number) => {
      time += ms;
    },
  };
}
