import { ConfigurationError } from '../../shared/errors.ts';

/** The app's settings, as in `process.env`. */
export type Env = Record<string, string | undefined>;

/** Replaces each `%NAME%` by that setting, as the real host does in bindings and host.json. */
export function fillSettings(text: string, env: Env): string {
  return text.replaceAll(/%([^%]+)%/g, (_, name: string) => {
    const value = env[name];
    if (value === undefined) {
      throw new ConfigurationError([
        `The setting ${name} is missing: "${text}" needs it.`,
      ]);
    }
    return value;
  });
}

/** https://learn.microsoft.com/azure/azure-functions/disable-function */
export function isDisabled(functionName: string, env: Env): boolean {
  const value = env[`AzureWebJobs.${functionName}.Disabled`]?.toLowerCase();
  return value === 'true' || value === '1';
}
