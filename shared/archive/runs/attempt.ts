import type { OrchestrationContext, Task } from 'durable-functions';
import { messageOf } from '../../errors.ts';
import type { Again, Failure } from './runMessages.ts';

/** How long to wait before a step is tried again, in milliseconds. */
const pausesMs = [2_000, 6_000, 18_000];

/** An activity and its input. */
export interface Step {
  name: string;
  input: unknown;
}

/**
 * Takes steps side by side, and those that want it again, a few times. Returns what the first
 * one said, if it said something, and why they could not all be done. The library's own retries can't be used here:
 * when one of two fails for good, the other would go on unattended.
 */
export function* attempt(
  context: OrchestrationContext,
  steps: Step[],
): Generator<Task, [unknown, Failure | undefined], unknown> {
  const results = new Map<Step, unknown>();
  for (let tries = 0; ; tries++) {
    const open = steps.filter((step) => !results.has(step));
    let message = '';
    try {
      const tasks = open.map(({ name, input }) => context.df.callActivity(name, input));
      const answers = (yield context.df.Task.all(tasks)) as unknown[];
      for (const [position, step] of open.entries()) {
        const answer = answers[position];
        if (isAgain(answer)) message = answer.message;
        else results.set(step, answer);
      }
    } catch (error) {
      message = messageOf(error);
    }
    const [first] = steps;
    const done = steps.every((step) => results.has(step));
    if (done) return [first && results.get(first), undefined];
    const pauseMs = pausesMs[tries];
    if (pauseMs === undefined) return [first && results.get(first), brokenOff(message)];
    yield context.df.createTimer(after(context, pauseMs));
  }
}

const isAgain = (answer: unknown): answer is Again =>
  typeof answer === 'object' &&
  answer !== null &&
  'kind' in answer &&
  answer.kind === 'again';

const brokenOff = (message: string): Failure => ({
  misconfigured: false,
  message: `The run broke off and its window is read again by the next one: ${message}`,
});

/** An instant by the orchestration's own clock; milliseconds from now. */
export const after = (context: OrchestrationContext, ms: number): Date =>
  new Date(context.df.currentUtcDateTime.getTime() + ms);
