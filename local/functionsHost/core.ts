import { randomUUID } from 'node:crypto';
import Module, { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { Log } from '../../shared/log.ts';
import type { TypedData } from './typedData.ts';

const bindingSchema = z.looseObject({ type: z.string(), direction: z.string() });
const metadataSchema = z.looseObject({
  name: z.string(),
  bindings: z.record(z.string(), bindingSchema),
});
export type Binding = z.infer<typeof bindingSchema>;

/** One function, as `app.…` or `df.app.…` registered it. */
export interface Registration {
  name: string;
  trigger: { name: string; binding: Binding };
  /** Input bindings beside the trigger, by name. */
  inputs: Map<string, Binding>;
  outputs: Map<string, Binding>;
  metadata: unknown;
  callback: Callback;
}

type Callback = (...args: unknown[]) => unknown;
type LogSink = (level: string, category: string, message: string) => void;

interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], run: Callback): Promise<unknown>;
  getResponse(
    context: unknown,
    result: unknown,
  ): Promise<{ returnValue?: TypedData | null }>;
}

interface ProgrammingModel {
  getInvocationModel(invocation: {
    invocationId: string;
    metadata: unknown;
    log: LogSink;
    request: {
      invocationId: string;
      inputData: { name: string; data: TypedData }[];
      triggerMetadata: Record<string, TypedData>;
    };
  }): InvocationModel;
}

const registered = new Map<string, Registration>();
const namesByFile = new Map<string, string[]>();
let model: ProgrammingModel | undefined;

/** What `@azure/functions` finds under the name of the worker's own module. */
const core = {
  version: '4.0.0',
  hostVersion: '4.1040.0',
  Disposable: class {
    dispose(): void {}
  },
  log(): void {},
  registerHook(): never {
    throw new Error("The laptop's functions host runs no hooks: remove app.hook.…");
  },
  setProgrammingModel(given: ProgrammingModel): void {
    model = given;
  },
  getProgrammingModel: () => model,
  registerFunction(given: unknown, callback: Callback): { dispose(): void } {
    const registration = toRegistration(given, callback);
    if (registered.has(registration.name)) {
      throw new Error(
        `A function named "${registration.name}" has already been registered.`,
      );
    }
    registered.set(registration.name, registration);
    return { dispose: () => registered.delete(registration.name) };
  },
};

function toRegistration(given: unknown, callback: Callback): Registration {
  const { name, bindings } = metadataSchema.parse(given);
  const all = Object.entries(bindings);
  const trigger = all.find(([, binding]) => /trigger$/i.test(binding.type));
  if (!trigger) throw new Error(`The function "${name}" has no trigger.`);
  const others = (direction: string) =>
    new Map(all.filter(([key, b]) => key !== trigger[0] && b.direction === direction));
  return {
    name,
    trigger: { name: trigger[0], binding: trigger[1] },
    inputs: others('in'),
    outputs: others('out'),
    metadata: given,
    callback,
  };
}

/** In a worker of Azure's own `@azure/functions-core` is a module of the worker's. */
function standInForWorker(): void {
  const original = Module.prototype.require;
  if (Reflect.get(original, 'standsIn') === true) return;
  const patched = new Proxy(original, {
    apply: (target, self, args) =>
      args[0] === '@azure/functions-core' ? core : Reflect.apply(target, self, args),
    get: (target, key) => key === 'standsIn' || Reflect.get(target, key),
  });
  Module.prototype.require = patched;
  createRequire(import.meta.url)('@azure/functions');
}

/**
 * Imports the files of functions, one after another as the worker does, and returns what they
 * registered. A file that this process imported before gives the same registrations again.
 */
export async function loadFunctions(files: string[]): Promise<Registration[]> {
  standInForWorker();
  const found: Registration[] = [];
  for (const file of files) {
    if (!namesByFile.has(file)) {
      const before = new Set(registered.keys());
      await import(/* @vite-ignore */ pathToFileURL(file).href);
      namesByFile.set(
        file,
        [...registered.keys()].filter((name) => !before.has(name)),
      );
    }
    for (const name of namesByFile.get(file) ?? []) {
      const registration = registered.get(name);
      if (registration) found.push(registration);
    }
  }
  return found;
}

/** What a trigger hands to its function. */
export interface Trigger {
  data: TypedData;
  metadata?: Record<string, TypedData>;
  /** Data of further inputs, by name. */
  inputs?: Map<string, TypedData>;
}

/** Runs a function the way the worker does, with all of the library's conversions. */
export async function invoke(
  registration: Registration,
  trigger: Trigger,
  log: Log,
): Promise<TypedData | undefined> {
  if (!model) throw new Error('No function was registered through @azure/functions.');
  const invocationId = randomUUID();
  const extra = [...(trigger.inputs ?? [])].map(([name, data]) => ({ name, data }));
  const invocation = model.getInvocationModel({
    invocationId,
    metadata: registration.metadata,
    log: (level, _category, message) => write(log, level, message),
    request: {
      invocationId,
      inputData: [{ name: registration.trigger.name, data: trigger.data }, ...extra],
      triggerMetadata: trigger.metadata ?? {},
    },
  });
  const { context, inputs } = await invocation.getArguments();
  const result = await invocation.invokeFunction(context, inputs, registration.callback);
  const response = await invocation.getResponse(context, result);
  return response.returnValue ?? undefined;
}

function write(log: Log, level: string, message: string): void {
  if (level === 'error' || level === 'critical') log.error(message);
  else if (level === 'warning') log.warn(message);
  else if (level === 'information') log.info(message);
}
