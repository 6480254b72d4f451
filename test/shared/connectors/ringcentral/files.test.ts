import { describe, expect, it } from 'vitest';
import {
  addTask,
  type FileOptions,
  idOf,
  post,
  remove,
} from '../../../../local/ringcentral/world.ts';
import { itemSaying, minutesAgo, now, openBench, stage } from './harness.ts';

const at = minutesAgo(60);

async function openWith(file: Partial<FileOptions>) {
  const { world, a, chat } = stage();
  const whole = { name: 'plan.txt', content: 'the plan', ...file };
  const said = post(world, chat, a, { at, text: 'See', files: [whole] });
  const bench = await openBench({ world });
  const [stored] = world.files.values();
  if (!stored) throw new Error('There is no file.');
  return { bench, said, stored, world };
}

const contentsOf = ({ files }: Awaited<ReturnType<typeof openBench>>) =>
  [...files.contents.values()].map(String);

describe('a file of a post', () => {
  it('comes from its signed address without the token', async () => {
    const { bench } = await openWith({});
    await using _ = bench;
    const item = itemSaying((await bench.run()).items, 'See');
    expect(item.files).toMatchObject([{ name: 'plan.txt', bytes: 8 }]);
    expect(contentsOf(bench)).toEqual(['the plan']);
    expect(bench.simulated.violations).toEqual([]);
    expect(bench.simulated.requests.file).toBe(1);
  });

  it('comes with the token where its address is not signed', async () => {
    const { bench } = await openWith({ access: 'token' });
    await using _ = bench;
    const item = itemSaying((await bench.run()).items, 'See');
    expect(item.files).toHaveLength(1);
    expect(bench.simulated.requests.file).toBe(2);
  });

  it.each(['elsewhere', 'redirected'] as const)(
    'that lies on a host that nobody listed (%s) is not asked for, and keeps its place',
    async (host) => {
      const { bench } = await openWith({ host });
      await using _ = bench;
      const item = itemSaying((await bench.run()).items, 'See');
      expect(item.files).toEqual([]);
      expect(item.missing[0]?.reason).toContain('outside of RingCentral');
      expect(bench.simulated.violations).toEqual([]);
      expect(bench.pipeline.gaps.size).toBe(0);
    },
  );

  it('that was deleted is a line, and no gap', async () => {
    const { bench } = await openWith({ state: 'gone' });
    await using _ = bench;
    const item = itemSaying((await bench.run()).items, 'See');
    expect(item.missing).toEqual([
      { name: 'plan.txt', bytes: 8, reason: 'RingCentral no longer has the file.' },
    ]);
    expect(bench.pipeline.gaps.size).toBe(0);
  });

  it('that was refused follows as a supplement, by its newest address', async () => {
    const { bench, stored } = await openWith({ state: 'refused' });
    await using _ = bench;
    const first = itemSaying((await bench.run()).items, 'See');
    expect(first.missing[0]?.reason).toContain('403');
    stored.state = 'ready';
    const { items, pages } = await bench.run();
    expect(items).toMatchObject([
      {
        ...{ event: 'supplemented', changesKey: first.key, at: first.at },
        ...{ participants: first.participants, files: [{ name: 'plan.txt' }] },
      },
    ]);
    expect(pages.flatMap(({ givenUpGaps }) => givenUpGaps)).toEqual([]);
    expect((await bench.run()).items).toEqual([]);
  });

  it('that follows when its post is in no export any more comes by its old address', async () => {
    const { bench, stored } = await openWith({ state: 'locked' });
    await using _ = bench;
    await bench.run();
    stored.state = 'ready';
    const nothing = { from: now, to: now };
    const { items } = await bench.run({ window: nothing });
    expect(items).toMatchObject([{ event: 'supplemented' }]);
    expect(bench.simulated.tasksMade()).toBe(1);
  });

  it.each(['truncated', 'wrongLength', 'html'] as const)(
    'that comes as something else (%s) is asked for again',
    async (kind) => {
      const { bench } = await openWith({ flaw: { kind, times: 2 } });
      await using _ = bench;
      const item = itemSaying((await bench.run()).items, 'See');
      expect(item.files).toHaveLength(1);
      expect(contentsOf(bench)).toEqual(['the plan']);
    },
  );

  it('may be a web page by its own name', async () => {
    const { bench } = await openWith({ name: 'a.html', contentType: 'text/html' });
    await using _ = bench;
    expect(itemSaying((await bench.run()).items, 'See').files).toHaveLength(1);
  });

  it('that the export does not list waits a week for its address', async () => {
    const { bench, world } = await openWith({});
    await using _ = bench;
    world.records = world.records.filter(({ folder }) => folder !== 'files');
    const item = itemSaying((await bench.run()).items, 'See');
    expect(item.missing[0]?.reason).toContain('not in RingCentral');
    expect(bench.pipeline.gaps.size).toBe(1);
    bench.clock.advance(8 * 86_400_000);
    const { pages } = await bench.run();
    expect(pages.flatMap(({ givenUpGaps }) => givenUpGaps)).toHaveLength(1);
  });

  it('is kept with a post that was deleted before anybody came, and missed silently later', async () => {
    const { bench, said, stored } = await openWith({});
    await using _ = bench;
    remove(said, minutesAgo(50));
    const [item] = (await bench.run()).items;
    expect(item).toMatchObject({ event: 'deleted', files: [{ name: 'plan.txt' }] });
    stored.state = 'gone';
    const { bench: other, said: same } = await openWith({ state: 'gone' });
    await using __ = other;
    remove(same, minutesAgo(50));
    expect((await other.run()).items).toMatchObject([{ files: [], missing: [] }]);
  });
});

describe('files of a task', () => {
  it('ride in its email', async () => {
    const { world, a, b, chat } = stage();
    const said = post(world, chat, a, {
      ...{ at, text: 'See' },
      files: [{ name: 'a.txt', content: 'a' }],
    });
    const [file] = world.files.keys();
    const more = { attachments: [{ id: file, type: 'File', name: 'a.txt' }] };
    addTask(world, [chat], a, { at, subject: 'Do', assignees: [b], more });
    await using bench = await openBench({ world });
    const { items } = await bench.run();
    const task = items.find(({ itemId }) => itemId !== idOf(said));
    expect(task?.files).toMatchObject([{ name: 'a.txt' }]);
    expect(items).toHaveLength(2);
  });
});
