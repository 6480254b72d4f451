import { setTimeout as delay } from 'node:timers/promises';

/** What the functions of these tests saw, and what they are told to do. */
export const seen: { name: string; value: unknown }[] = [];
export const behaviour = new Map<string, (value: unknown) => unknown>();

export function reset(): void {
  seen.length = 0;
  behaviour.clear();
}

/** Notes that a function ran, and does what the test wants it to. */
export async function run(name: string, value: unknown): Promise<unknown> {
  seen.push({ name, value });
  return behaviour.get(name)?.(value);
}

export function runsOf(name: string): unknown[] {
  return seen.filter((it) => it.name === name).map(({ value }) => value);
}

/** Waits until something holds. */
export async function eventually(
  check: () => boolean | Promise<boolean>,
  withinMs = 10_000,
): Promise<void> {
  const end = Date.now() + withinMs;
  while (!(await check())) {
    if (Date.now() > end) throw new Error(`Not within ${withinMs} ms: ${check}`);
    await delay(20);
  }
}
