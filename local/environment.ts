import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ConfigurationError } from '../shared/errors.ts';

const fileSchema = z.object({
  Values: z.record(z.string(), z.string()).default({}),
});

/** What a laptop has in place of Azure's: a crash is looked into after a second. */
export const laptopDefaults = {
  LOOKUP_PATIENCE_SECONDS: '1',
};

export type Environment = Record<string, string | undefined>;

/**
 * The settings of this start: `local.settings.json` in the folder, and over it the environment.
 * Throws a `ConfigurationError` if the file is not as it should be.
 */
export function laptopEnvironment(folder: string, env: Environment): Environment {
  const merged: Environment = {
    ...laptopDefaults,
    ...withoutEmpty(readSettingsFile(`${folder}/local.settings.json`)),
    ...withoutEmpty(env),
  };
  merged.ArchiveStorage ??= hasIdentity(merged) ? undefined : developmentStorage;
  merged.AzureWebJobsStorage ??= merged.ArchiveStorage ?? developmentStorage;
  return merged;
}

export const developmentStorage = 'UseDevelopmentStorage=true';

const withoutEmpty = (env: Environment): Environment =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => value));

const hasIdentity = (env: Environment) => Boolean(env.ArchiveStorage__blobServiceUri);

function readSettingsFile(path: string): Environment {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return {};
  }
  const parsed = fileSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data.Values;
  throw new ConfigurationError([
    'local.settings.json is not as it should be: it must be JSON with an object "Values" whose values are strings. local.settings.json.example shows it.',
  ]);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
