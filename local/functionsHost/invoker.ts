import type { Log } from '../../shared/log.ts';
import { durableClientInputs } from './bindings.ts';
import { invoke, type Registration, type Trigger } from './core.ts';
import type { TypedData } from './typedData.ts';

/** Runs functions, with the inputs that they have beside their triggers. */
export interface Invoker {
  invoke(registration: Registration, trigger: Trigger): Promise<TypedData | undefined>;
  /** What `df.getClient` makes its client of, as JSON. */
  setClientData(json: string): void;
  /** Resolves when no function is running. */
  idle(): Promise<void>;
}

export function createInvoker(log: Log): Invoker {
  const running = new Set<Promise<unknown>>();
  let clientData: TypedData = {};
  return {
    invoke(registration, trigger) {
      const names = durableClientInputs(registration);
      const inputs = new Map(names.map((name) => [name, clientData]));
      const run = invoke(registration, { ...trigger, inputs }, log);
      const over = run
        .catch(() => {})
        .finally(() => {
          running.delete(over);
        });
      running.add(over);
      return run;
    },
    setClientData(json) {
      clientData = { json };
    },
    async idle() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
