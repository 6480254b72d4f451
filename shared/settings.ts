import { z } from 'zod';
import type { StorageConnection } from './archive/state/storage.ts';
import { ConfigurationError } from './errors.ts';
import { isLoopback, secureUrl } from './secureUrl.ts';

const megabyte = 1024 * 1024;

const positive = (name: string) =>
  z.coerce
    .number(`${name} must be a number.`)
    .positive(`${name} must be greater than 0.`);

/** Comma separated; lower case. */
export const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim().toLowerCase())
    .filter(Boolean),
);

/** Every setting that is not a connector's own. */
export const appSettingsSchema = z.object({
  AzureWebJobsStorage: z.string().optional().describe("The Functions host's own storage"),
  ArchiveStorage: z.string().optional().describe("The archive's storage"),
  ArchiveStorage__blobServiceUri: z.string().optional(),
  ArchiveStorage__queueServiceUri: z.string().optional(),
  ArchiveStorage__tableServiceUri: z.string().optional(),
  ArchiveStorage__credential: z.string().optional(),
  ArchiveStorage__clientId: z.string().optional(),
  CONNECTORS: z
    .string()
    .default('')
    .describe('Connectors to run: type or name:type, comma separated'),
  ARCHIVE_SCHEDULE: z.string().default('0 0 1 * * *').describe('NCRONTAB'),
  SWEEP_SCHEDULE: z.string().default('0 */5 * * * *').describe('NCRONTAB'),
  ARCHIVE_START: z.iso
    .datetime({
      offset: true,
      error: 'ARCHIVE_START must be a time as in 2026-01-31T00:00:00Z.',
    })
    .transform((text) => new Date(text))
    .optional()
    .describe("Where a connector's first window begins"),
  GAP_DAYS: z.coerce
    .number('GAP_DAYS must be a number.')
    .nonnegative('GAP_DAYS must not be negative.')
    .default(7)
    .describe('How many days a gap is tried before it is archived as it is'),
  GRAPH_BASE_URL: secureUrl('GRAPH_BASE_URL')
    .default('https://graph.microsoft.com/v1.0')
    .describe('Microsoft Graph, with the version'),
  GRAPH_TENANT_ID: z.string().optional().describe('An app registration, where the'),
  GRAPH_CLIENT_ID: z.string().optional().describe("app's own identity"),
  GRAPH_CLIENT_SECRET: z.string().optional().describe('does not serve'),
  AZURE_AUTHORITY_HOST: z.string().optional().describe('For national clouds'),
  GRAPH_ACCESS_TOKEN: z
    .string()
    .optional()
    .describe('A fixed token, only where GRAPH_BASE_URL is on loopback'),
  GRAPH_MAX_IN_FLIGHT: positive('GRAPH_MAX_IN_FLIGHT').default(64),
  INTERNAL_DOMAINS: list.optional().describe("The organisation's own domains"),
  UNMAPPED_MAILBOX: z
    .string()
    .trim()
    .optional()
    .describe('The mailbox for copies that no mailbox is found for'),
  MAX_MESSAGE_MB: positive('MAX_MESSAGE_MB')
    .max(150, 'MAX_MESSAGE_MB can be 150 at most.')
    .default(150),
  LOOKUP_PATIENCE_SECONDS: z.coerce
    .number('LOOKUP_PATIENCE_SECONDS must be a number.')
    .nonnegative()
    .default(900),
  IMPORT_TRIGGER_SOURCE: z
    .enum(
      ['EventGrid', 'LogsAndContainerScan'],
      'IMPORT_TRIGGER_SOURCE must be EventGrid or LogsAndContainerScan.',
    )
    .optional(),
  KEEP_SOURCE_DAYS: positive('KEEP_SOURCE_DAYS').default(30),
  RUN_DEADLINE_HOURS: positive('RUN_DEADLINE_HOURS').default(20),
});

export type AppSettings = z.infer<typeof appSettingsSchema>;

/** Settings as the process has them. */
export type Environment = Record<string, string | undefined>;

/**
 * The settings of the app, and what is wrong with them. Where there are problems the wrong
 * settings are left out: enough to tell the administrator, and to do nothing else.
 */
export function readSettings(env: Environment): {
  settings: AppSettings;
  problems: string[];
} {
  const present = withoutEmpty(env);
  const unresolved = Object.keys(appSettingsSchema.shape).filter((name) =>
    isUnresolved(present[name]),
  );
  const parsed = appSettingsSchema.safeParse(present);
  const wrong = (parsed.error?.issues ?? []).map((issue) => String(issue.path[0]));
  for (const name of [...unresolved, ...wrong]) delete present[name];
  const settings = parsed.success ? parsed.data : appSettingsSchema.parse(present);
  const problems = [
    ...unresolved.map(unresolvedProblem),
    ...(parsed.error?.issues ?? []).map((issue) => issue.message),
    ...graphProblems(settings),
  ];
  return { settings, problems };
}

function graphProblems(settings: AppSettings): string[] {
  const problems: string[] = [];
  if (settings.GRAPH_ACCESS_TOKEN && !isLoopback(settings.GRAPH_BASE_URL)) {
    problems.push(
      'GRAPH_ACCESS_TOKEN is refused because GRAPH_BASE_URL is not on loopback: remove it and use an app registration or the identity of the app.',
    );
  }
  const { GRAPH_CLIENT_SECRET, GRAPH_TENANT_ID, GRAPH_CLIENT_ID } = settings;
  if (GRAPH_CLIENT_SECRET && !(GRAPH_TENANT_ID && GRAPH_CLIENT_ID)) {
    problems.push(
      'GRAPH_CLIENT_SECRET is set, but GRAPH_TENANT_ID or GRAPH_CLIENT_ID is not: set all three, or none to use the identity of the app.',
    );
  }
  return problems;
}

/** Where the archive lies. Throws a `ConfigurationError` if the settings don't say. */
export function storageConnection(settings: AppSettings): StorageConnection {
  const { ArchiveStorage: connectionString, ArchiveStorage__clientId: clientId } =
    settings;
  if (connectionString) return { connectionString };
  const blobServiceUri = settings.ArchiveStorage__blobServiceUri;
  const queueServiceUri = settings.ArchiveStorage__queueServiceUri;
  const tableServiceUri = settings.ArchiveStorage__tableServiceUri;
  if (!blobServiceUri || !queueServiceUri || !tableServiceUri) {
    throw new ConfigurationError([
      'ArchiveStorage is missing: set it to a connection string, or set ArchiveStorage__blobServiceUri, ArchiveStorage__queueServiceUri and ArchiveStorage__tableServiceUri.',
    ]);
  }
  return {
    ...{ blobServiceUri, queueServiceUri, tableServiceUri },
    ...(clientId && { clientId }),
  };
}

/** Azure leaves a Key Vault reference as it is where it can't resolve it. */
export const isUnresolved = (value: string | undefined): boolean =>
  value?.startsWith('@Microsoft.KeyVault(') ?? false;

/** A sentence about such a reference. */
export const unresolvedProblem = (setting: string): string =>
  `${setting} is a Key Vault reference that was not resolved: check that the secret exists and that the app's identity may read it.`;

/** An empty setting is as good as none. */
export function withoutEmpty(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()));
}

/** The largest message put into a mailbox, in bytes. */
export const maxMessageBytes = (settings: AppSettings): number =>
  settings.MAX_MESSAGE_MB * megabyte;

/** When a timer fires. A function's registration can't wait for the app to be made. */
export function scheduleOf(
  name: 'ARCHIVE_SCHEDULE' | 'SWEEP_SCHEDULE',
  env: Environment,
): string {
  return readSettings(env).settings[name];
}

/** How the blob trigger learns of orders: Flex Consumption knows Event Grid only. */
export function importTriggerSource(
  env: Environment,
): 'EventGrid' | 'LogsAndContainerScan' {
  const chosen = readSettings(env).settings.IMPORT_TRIGGER_SOURCE;
  const onAzure = Boolean(env.WEBSITE_INSTANCE_ID ?? env.WEBSITE_SITE_NAME);
  return chosen ?? (onAzure ? 'EventGrid' : 'LogsAndContainerScan');
}
