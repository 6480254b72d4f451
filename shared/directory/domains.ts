import { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { Graph } from '../mailbox/graphClient.ts';

const organizationSchema = z.object({
  value: z.array(z.object({ verifiedDomains: z.array(z.object({ name: z.string() })) })),
});

const dayMs = 24 * 60 * 60_000;

/**
 * The organisation's own domains, in lower case: the setting, else what Microsoft 365 has
 * verified, asked once a day.
 *
 * https://learn.microsoft.com/graph/api/organization-list
 */
export function createDomains(deps: {
  graph: Graph;
  internalDomains: string[] | undefined;
  clock: Clock;
}): () => Promise<Set<string>> {
  const { graph, internalDomains, clock } = deps;
  if (internalDomains?.length) {
    const domains = new Set(internalDomains.map((domain) => domain.toLowerCase()));
    return async () => domains;
  }
  let asked: { at: number; domains: Promise<Set<string>> } | undefined;
  return () => {
    const now = clock.now().getTime();
    if (!asked || now - asked.at >= dayMs) {
      const domains = ask(graph);
      const own = { at: now, domains };
      asked = own;
      domains.catch(() => {
        if (asked === own) asked = undefined;
      });
    }
    return asked.domains;
  };
}

async function ask(graph: Graph): Promise<Set<string>> {
  const { value } = await graph.request({
    ...{ method: 'GET', answer: organizationSchema },
    path: '/organization?$select=verifiedDomains',
  });
  const names = value.flatMap(({ verifiedDomains }) => verifiedDomains);
  return new Set(names.map(({ name }) => name.toLowerCase()));
}
