import { compactTime } from '../state/tableKeys.ts';

/** `yyyyMMddTHHmmssZ-xxxx`: when the run was planned (UTC), and four hex digits. */
export function newRunId(now: Date, random: () => number): string {
  const tail = Math.floor(random() * 0x1_0000).toString(16);
  return `${compactTime(now)}-${tail.padStart(4, '0')}`;
}

/** When the run was planned; throws if this is no run id. */
export function runStart(runId: string): Date {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-[0-9a-f]{4}$/.exec(runId);
  if (!parts) throw new Error(`"${runId}" is no run id.`);
  const [, y, mo, d, h, mi, s] = parts.map(Number);
  return new Date(Date.UTC(y ?? 0, (mo ?? 1) - 1, d, h, mi, s));
}

/** The durable instance that carries a run. */
export const instanceOf = (connector: string, runId: string): string =>
  `${connector}-${runId}`;

/** One page of a run, as blob paths, gaps and log rows name it: `NAME/RUN/N`. */
export interface PageRef {
  connector: string;
  runId: string;
  page: number;
}

/** `NAME/RUN/N`: where a page lies in its containers. */
export const pagePath = (ref: PageRef): string =>
  `${ref.connector}/${ref.runId}/${ref.page}`;

/** Reads `NAME/RUN/N`; undefined if it is something else. */
export function parsePagePath(path: string): PageRef | undefined {
  const parts = /^([a-z0-9-]{1,24})\/(\d{8}T\d{6}Z-[0-9a-f]{4})\/(\d+)$/.exec(path);
  if (!parts) return undefined;
  const [, connector = '', runId = '', page] = parts;
  return { connector, runId, page: Number(page) };
}
