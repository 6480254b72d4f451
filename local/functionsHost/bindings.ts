import { ConfigurationError } from '../../shared/errors.ts';
import type { Registration } from './core.ts';

const triggers = ['timer', 'queue', 'blob', 'http', 'activity', 'orchestration'] as const;
type TriggerKind = (typeof triggers)[number];

export function hasTrigger({ trigger }: Registration, kind: TriggerKind): boolean {
  return trigger.binding.type.toLowerCase() === `${kind}trigger`;
}

/** Names the inputs that are durable clients. */
export function durableClientInputs({ inputs }: Registration): string[] {
  return [...inputs]
    .filter(([, binding]) => binding.type === 'durableClient')
    .map(([name]) => name);
}

/** Refuses what this host can't do: it must not look as if it did. */
export function checkBindings(registrations: Registration[]): void {
  const problems = registrations.flatMap((registration) => {
    const { name, trigger, inputs, outputs } = registration;
    const others = [
      ...[...inputs.values()].filter(({ type }) => type !== 'durableClient'),
      ...[...outputs.values()].filter(({ type }) => type !== 'http'),
    ];
    const unknown = triggers.some((kind) => hasTrigger(registration, kind))
      ? others
      : [trigger.binding, ...others];
    return unknown.map(
      ({ type }) =>
        `The function ${name} has a binding of type ${type}, which the laptop's functions host doesn't know: run it with Core Tools.`,
    );
  });
  if (problems.length > 0) throw new ConfigurationError(problems);
}
