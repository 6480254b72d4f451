import { z } from 'zod';
import { safeKey } from './archive/state/tableKeys.ts';
import { connectorTypes } from './connectors/registry.ts';
import { settingPrefix } from './connectors/settingFields.ts';
import {
  type Environment,
  isUnresolved,
  list,
  unresolvedProblem,
  withoutEmpty,
} from './settings.ts';

/** What a connector has whatever its type; the names follow its prefix. */
export const commonConnectorSettingsSchema = z.object({
  OVERLAP_HOURS: z.coerce
    .number('OVERLAP_HOURS must be a number.')
    .nonnegative('OVERLAP_HOURS must not be negative.')
    .optional()
    .describe('How many hours behind the watermark are read again'),
  USERS: list.optional().describe('Addresses or domains; only these mailboxes get items'),
});

/** A connector as `CONNECTORS` names it, with its settings, or with what is wrong with them. */
export type ConnectorEntry = {
  name: string;
  type: string;
} & (
  | { ok: true; overlapHours: number; users: Set<string> | undefined; settings: unknown }
  | { ok: false; problems: string[] }
);

/** The connectors that `CONNECTORS` names, each with its own settings or its own problems. */
export function readConnectors(env: Environment, connectors: string): ConnectorEntry[] {
  const named = Map.groupBy(
    connectors
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean)
      .map((part) => {
        const [name = '', type = name] = part.split(':').map((side) => side.trim());
        return { name, type };
      }),
    ({ name }) => name,
  );
  return [...named.values()].flatMap(([entry, twin]) => {
    if (!entry) return [];
    const problems = [
      ...nameProblems(entry.name),
      ...(twin
        ? [`CONNECTORS names "${entry.name}" twice: give each a name of its own.`]
        : []),
    ];
    if (problems.length === 0) return [{ ...entry, ...readConnector(env, entry) }];
    return [{ ...entry, name: safeKey(entry.name), ok: false as const, problems }];
  });
}

function nameProblems(name: string): string[] {
  if (/^[a-z0-9-]{1,24}$/.test(name)) return [];
  return [
    `"${name}" in CONNECTORS is no name for a connector: use 1 to 24 lower-case letters, digits and "-".`,
  ];
}

function readConnector(env: Environment, { name, type }: { name: string; type: string }) {
  const kind = connectorTypes.find((candidate) => candidate.type === type);
  if (!kind) {
    const known = connectorTypes.map((candidate) => candidate.type).join(', ');
    const problem = `"${type}" in CONNECTORS is no type of connector: use one of ${known}.`;
    return { ok: false as const, problems: [problem] };
  }
  const prefix = settingPrefix(name);
  const own = Object.fromEntries(
    Object.entries(withoutEmpty(env))
      .filter(([setting]) => setting.startsWith(prefix))
      .map(([setting, value]) => [setting.slice(prefix.length), value]),
  );
  const names = Object.keys({
    ...kind.settings.shape,
    ...commonConnectorSettingsSchema.shape,
  });
  const unresolved = names.filter((setting) => isUnresolved(own[setting]));
  const settings = kind.settings.safeParse(own);
  const common = commonConnectorSettingsSchema.safeParse(own);
  const issues = [...(settings.error?.issues ?? []), ...(common.error?.issues ?? [])];
  const problems = [
    ...unresolved.map((setting) => unresolvedProblem(prefix + setting)),
    ...issues.map((issue) => settingProblem(prefix, issue)),
  ];
  if (problems.length > 0 || !settings.success || !common.success) {
    return { ok: false as const, problems };
  }
  return {
    ok: true as const,
    overlapHours: common.data.OVERLAP_HOURS ?? kind.overlapHours,
    users: common.data.USERS && new Set(common.data.USERS),
    settings: settings.data,
  };
}

/** Names the setting as the administrator knows it, with the connector's prefix. */
function settingProblem(prefix: string, issue: z.core.$ZodIssue): string {
  const setting = `${prefix}${issue.path.join('_')}`;
  const missing = issue.code === 'invalid_type' && issue.input === undefined;
  return missing ? `${setting} is missing: set it.` : `${setting}: ${issue.message}`;
}
