import type { OrchestrationContext, Task } from 'durable-functions';
import { describe, expect, it } from 'vitest';
import {
  archiveRun,
  connectorRun,
} from '../../../../shared/archive/runs/orchestrators.ts';

/** What an orchestrator asked for, in words that a test can compare. */
interface Asked {
  name: string;
  input?: unknown;
  parts?: Asked[];
}

function contextFor(input: unknown) {
  const continued: unknown[] = [];
  const ask = (name: string, value?: unknown) => ({ name, input: value });
  const df = {
    getInput: () => input,
    currentUtcDateTime: new Date('2026-11-20T01:00:00Z'),
    callActivity: ask,
    callActivityWithRetry: (name: string, _retry: unknown, value: unknown) =>
      ask(name, value),
    callSubOrchestrator: ask,
    createTimer: (at: Date) => ask('timer', at.toISOString()),
    continueAsNew: (value: unknown) => continued.push(value),
    Task: { all: (parts: Asked[]) => ({ name: 'all', parts }) },
  };
  const context = { df, error() {} } as unknown as OrchestrationContext;
  return { context, continued };
}

type Run = Generator<Task, unknown, unknown>;

/** Steps an orchestrator to its end; `answer` plays the activities. */
function play(run: Run, answer: (asked: Asked) => unknown) {
  const log: Asked[] = [];
  const reply = (asked: Asked): unknown => {
    if (asked.parts) return asked.parts.map(reply);
    log.push(asked);
    return answer(asked);
  };
  let step = run.next();
  while (!step.done) {
    const asked = step.value as unknown as Asked;
    try {
      step = run.next(reply(asked));
    } catch (error) {
      step = run.throw(error);
    }
  }
  return { log, result: step.value };
}

const window = { from: '2026-11-19T01:00:00.000Z', to: '2026-11-20T01:00:00.000Z' };
const go = { kind: 'go', window, readFrom: window.from, fetcher: 'fetchWebex' };
const run = { connector: 'webex', runId: '20261120T010000Z-0000' };
const names = (log: Asked[]) => log.map(({ name }) => name);

describe('archiveRun', () => {
  it('starts one run for each connector', () => {
    const { context } = contextFor({});
    const { log, result } = play(archiveRun(context), ({ name }) =>
      name === 'planRuns' ? [run, { ...run, connector: 'zoom' }] : undefined,
    );
    expect(names(log)).toEqual(['planRuns', 'connectorRun', 'connectorRun']);
    expect(result).toHaveLength(2);
  });

  it('ends where there is nothing to run', () => {
    const { context } = contextFor({});
    const { log } = play(archiveRun(context), () => []);
    expect(names(log)).toEqual(['planRuns']);
  });
});

describe('connectorRun', () => {
  const pages = [
    { kind: 'page', next: 'a' },
    { kind: 'page', next: 'b' },
    { kind: 'page' },
  ];

  function answers(change: Record<string, unknown> = {}) {
    const fetched = [...pages];
    return ({ name }: Asked) => {
      if (name in change) {
        const value = change[name];
        return typeof value === 'function' ? value() : value;
      }
      if (name === 'beginRun') return go;
      if (name === 'fetchWebex') return fetched.shift();
      if (name === 'settleRun') return { state: 'completed', ended: true };
      return undefined;
    };
  }

  it('converts each page while the next one is fetched, and closes the window last', () => {
    const { context } = contextFor(run);
    const { log, result } = play(connectorRun(context), answers());
    expect(names(log)).toEqual([
      'beginRun',
      'fetchWebex',
      ...['fetchWebex', 'convertPage'],
      ...['fetchWebex', 'convertPage'],
      'convertPage',
      'closeWindow',
      'settleRun',
    ]);
    const close = log.find(({ name }) => name === 'closeWindow');
    expect(close?.input).toEqual({ ...run, backfill: false, pages: 3 });
    expect(result).toBe('completed');
  });

  it('hands each page the cursor that the page before returned', () => {
    const { context } = contextFor(run);
    const { log } = play(connectorRun(context), answers());
    const cursors = log
      .filter(({ name }) => name === 'fetchWebex')
      .map(({ input }) => (input as { cursor?: string }).cursor);
    expect(cursors).toEqual([undefined, 'a', 'b']);
  });

  it('does nothing where the settings are wrong', () => {
    const { context } = contextFor(run);
    const rejected = answers({ beginRun: { kind: 'rejected' } });
    const { log, result } = play(connectorRun(context), rejected);
    expect(names(log)).toEqual(['beginRun']);
    expect(result).toBe('failed');
  });

  it('waits while another run of the connector fetches', () => {
    const { context } = contextFor(run);
    const begun = [{ kind: 'busy' }, go];
    const { log } = play(
      connectorRun(context),
      answers({ beginRun: () => begun.shift() }),
    );
    expect(names(log).slice(0, 3)).toEqual(['beginRun', 'timer', 'beginRun']);
  });

  it('waits as long as the vendor says and asks for the same page again', () => {
    const { context } = contextFor(run);
    const until = '2026-11-20T01:10:00.000Z';
    const fetched = [
      { kind: 'page', next: 'a' },
      { kind: 'wait', until },
      { kind: 'page' },
    ];
    const { log } = play(
      connectorRun(context),
      answers({ fetchWebex: () => fetched.shift() }),
    );
    expect(log.find(({ name }) => name === 'timer')?.input).toBe(until);
    const asked = log.filter(({ name }) => name === 'fetchWebex');
    expect(asked.map(({ input }) => (input as { page: number }).page)).toEqual([0, 1, 1]);
    expect(names(log).filter((name) => name === 'convertPage')).toHaveLength(2);
  });

  it('closes the window with the reason if the source can not be read', () => {
    const { context } = contextFor(run);
    const failed = { kind: 'failed', misconfigured: true, message: 'Sign in again.' };
    const { log } = play(connectorRun(context), answers({ fetchWebex: failed }));
    expect(log.find(({ name }) => name === 'closeWindow')?.input).toMatchObject({
      pages: 0,
      failure: { misconfigured: true, message: 'Sign in again.' },
    });
  });

  it('closes the window with the reason if a page can not be converted', () => {
    const { context } = contextFor(run);
    const convertPage = { kind: 'again', message: 'The storage is away.' };
    const { log } = play(connectorRun(context), answers({ convertPage }));
    const close = log.find(({ name }) => name === 'closeWindow');
    expect(close?.input).toMatchObject({ failure: { misconfigured: false } });
    expect(JSON.stringify(close?.input)).toContain('The storage is away.');
  });

  it('tries a page again that broke off, and what went well beside it only once', () => {
    const { context } = contextFor(run);
    const again = { kind: 'again', message: 'Half an answer.' };
    const fetched = [{ kind: 'page', next: 'a' }, again, again, { kind: 'page' }];
    const { log, result } = play(
      connectorRun(context),
      answers({ fetchWebex: () => fetched.shift() }),
    );
    expect(names(log).slice(1, -2)).toEqual([
      'fetchWebex',
      ...['fetchWebex', 'convertPage'],
      ...['timer', 'fetchWebex'],
      ...['timer', 'fetchWebex'],
      'convertPage',
    ]);
    expect(result).toBe('completed');
  });

  it('ends as failed, and not with an error, when it can not even be closed', () => {
    const { context } = contextFor(run);
    const closeWindow = () => {
      throw new Error('The storage is away.');
    };
    const { result } = play(connectorRun(context), answers({ closeWindow }));
    expect(result).toBe('failed');
  });

  it('continues as new after many pages, with no task left open', () => {
    const { context, continued } = contextFor(run);
    const fetchWebex = () => ({ kind: 'page', next: 'more' });
    const { log } = play(connectorRun(context), answers({ fetchWebex }));
    const count = (wanted: string) => names(log).filter((n) => n === wanted).length;
    expect(count('fetchWebex')).toBe(count('convertPage'));
    expect(continued).toMatchObject([
      { ...run, progress: { phase: 'fetch', page: count('fetchWebex'), cursor: 'more' } },
    ]);
  });

  it('says that a run with a window of its own is a backfill', () => {
    const { context } = contextFor({ ...run, window });
    const { log } = play(connectorRun(context), answers());
    expect(log[0]?.input).toMatchObject({ window });
    const close = log.find(({ name }) => name === 'closeWindow');
    expect(close?.input).toMatchObject({ backfill: true });
  });
});
