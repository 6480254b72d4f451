import { convertLimits, convertStep } from '../archive/convertStep.ts';
import { fetchStep } from '../archive/fetchStep.ts';
import type { PageRef } from '../archive/runs/runIds.ts';
import type { Again, FetchRequest, FetchResult } from '../archive/runs/runMessages.ts';
import { composeEmail } from '../email/compose.ts';
import { ConfigurationError, safeMessageOf } from '../errors.ts';
import type { Core } from './core.ts';

/** The half that knows vendors: from the source to emails and manifests. */
export function createSource(core: Core) {
  const { log } = core;
  const limits = convertLimits();

  return {
    async fetchPage(request: FetchRequest): Promise<FetchResult | Again> {
      const { connector, runId, page, cursor, window, readFrom } = request;
      try {
        const answer = await fetchStep(core, core.connectors.open(connector), {
          ...{ connector, runId, page, cursor },
          window: { from: new Date(window.from), to: new Date(window.to) },
          readFrom: new Date(readFrom),
        });
        if (answer.kind === 'wait') {
          return { kind: 'wait', until: answer.until.toISOString() };
        }
        if (answer.kind === 'failed') return answer;
        return { kind: 'page', ...(answer.next !== undefined && { next: answer.next }) };
      } catch (error) {
        if (!(error instanceof ConfigurationError)) return again(error);
        return { kind: 'failed', misconfigured: true, message: error.message };
      }
    },

    /** Throws what `tryToConvertPage` answers. */
    convertPage: convert,

    async tryToConvertPage(ref: PageRef): Promise<Again | undefined> {
      try {
        await convert(ref);
        return undefined;
      } catch (error) {
        return again(error);
      }
    },
  };

  async function convert(ref: PageRef): Promise<void> {
    const { name, type } = core.connectors.ready(ref.connector);
    const origin = { connector: name, source: type };
    const deps = { ...core, compose: composeEmail, limits };
    await convertStep(deps, core.connectors.open(name), origin, ref);
  }

  function again(error: unknown): Again {
    const message = safeMessageOf(error);
    log.warn(message);
    return { kind: 'again', message };
  }
}
