import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AppWorld, createAppWorld, startAppStorage } from './appWorld.ts';

let storage: Awaited<ReturnType<typeof startAppStorage>>;
let world: AppWorld;
beforeAll(async () => {
  storage = await startAppStorage();
});
afterAll(() => storage.close());
beforeEach(async () => {
  world = await createAppWorld(storage.connectionString);
});
afterEach(async () => {
  expect(world.graph.violations).toEqual([]);
  await world.close();
});

const header = 'ExternalUserId,O365UserMailbox\r\n';
const ada = { id: 'id-ada', address: 'ada@contoso.com' };
const bob = { id: 'id-bob', address: 'Bob@Contoso.com' };
const eve = { id: 'id-eve', address: 'eve@elsewhere.org' };

describe('a custom mapping', () => {
  it('comes before the directory, by id and by address', async () => {
    for (const name of ['ada', 'bob', 'first', 'second']) {
      world.add({ address: `${name}@contoso.com` });
    }
    await world.putMapping(
      `${header}id-ada,First@contoso.com\r\nBOB@contoso.com,second@contoso.com\r\n`,
    );
    await world.archive(['Hello'], [ada, bob]);
    await world.pump();

    expect(world.textsOf('first@contoso.com')).toEqual(['Hello']);
    expect(world.textsOf('second@contoso.com')).toEqual(['Hello']);
    expect(world.textsOf('ada@contoso.com')).toEqual([]);
    expect(world.textsOf('bob@contoso.com')).toEqual([]);
  });

  it('that names no mailbox fails the copy, and says so', async () => {
    world.add({ address: 'ada@contoso.com' });
    await world.putMapping(`${header}id-ada,nobody@contoso.com\r\n`);
    const { runId } = await world.archive(['Hello'], [ada]);
    await world.pump();

    expect(await world.itemLog(runId)).toMatchObject([
      { outcome: 'failed', reason: expect.stringMatching(/custom mapping.*Correct/) },
    ]);
    await world.putMapping(`${header}id-ada,ada@contoso.com\r\n`);
    await world.sweep();
    await world.pump();
    expect(world.textsOf('ada@contoso.com')).toEqual(['Hello']);
  });

  it('with wrong lines is reported, and the last good one stays in force', async () => {
    for (const name of ['ada', 'first', 'second']) {
      world.add({ address: `${name}@contoso.com` });
    }
    await world.putMapping(`${header}id-ada,first@contoso.com\r\n`);
    await world.archive(['One'], [ada]);
    await world.pump();
    await world.putMapping(`${header}id-ada,second@contoso.com\r\nid-bob,\r\n`);
    await world.restart({});
    await world.archive(['Two'], [ada]);
    await world.pump();

    expect(world.textsOf('first@contoso.com')).toEqual(['One', 'Two']);
    expect((await world.status()).mappingProblem).toMatch(/Line 3: O365UserMailbox is/);

    await world.putMapping(`${header}id-ada,second@contoso.com\r\n`);
    await world.archive(['Three'], [ada]);
    await world.pump();
    expect(world.textsOf('second@contoso.com')).toEqual(['Three']);
    expect((await world.status()).mappingProblem).toBe('');
  });
});

describe('a new mapping', () => {
  it('delivers what had no mailbox before, once, and to the new mailbox only', async () => {
    for (const name of ['ada', 'home']) world.add({ address: `${name}@contoso.com` });
    const { runId } = await world.archive(['One', 'Two'], [ada, bob, eve]);
    await world.pump();
    expect(await world.settle(runId)).toMatchObject({ state: 'completedWithIssues' });

    await world.putMapping(
      `${header}id-bob,home@contoso.com\r\neve@elsewhere.org,home@contoso.com\r\n`,
    );
    await world.sweep();
    await world.pump();
    await world.sweep();
    await world.pump();

    expect(world.textsOf('home@contoso.com')).toEqual(['One', 'Two']);
    expect(world.textsOf('ada@contoso.com')).toEqual(['One', 'Two']);
    const own = (await world.runs()).filter((run) => run.kind === 'mapping');
    expect(own).toHaveLength(1);
    expect(own).toMatchObject([
      {
        ...{ state: 'completed', availableForImport: 2, imported: 2, failed: 0 },
        message: expect.stringMatching(/custom mapping/),
      },
    ]);
    const log = await world.itemLog(runId);
    expect(log).toHaveLength(3);
    expect(log.every((row) => Boolean(row.resolvedAt))).toBe(true);
  });

  it('to a mailbox that has the items already adds nothing there', async () => {
    world.add({ address: 'ada@contoso.com' });
    const { runId } = await world.archive(['One', 'Two'], [ada, eve]);
    await world.pump();
    await world.putMapping(`${header}id-eve,ada@contoso.com\r\n`);
    await world.sweep();
    await world.pump();
    await world.sweep();

    expect(world.textsOf('ada@contoso.com')).toEqual(['One', 'Two']);
    expect((await world.runs()).filter((run) => run.kind === 'mapping')).toMatchObject([
      { state: 'completed', availableForImport: 2, imported: 0, skipped: 2 },
    ]);
    expect(await world.itemLog(runId)).toMatchObject([
      { resolvedAt: expect.any(String) },
    ]);
  });

  it('delivers every page of every run', async () => {
    for (const name of ['ada', 'home']) world.add({ address: `${name}@contoso.com` });
    await world.archivePages([['One'], ['Two'], ['Three']], [ada, eve]);
    await world.archivePages([['Four'], ['Five']], [ada, bob]);
    await world.pump();

    await world.putMapping(
      `${header}id-bob,home@contoso.com\r\nid-eve,home@contoso.com\r\n`,
    );
    await world.sweep();
    await world.pump();

    expect(world.textsOf('home@contoso.com')).toEqual(
      ['One', 'Two', 'Three', 'Four', 'Five'].toSorted(),
    );
  });

  it('that named no mailbox is followed by one that does, and all is resolved', async () => {
    world.add({ address: 'home@contoso.com' });
    const { runId } = await world.archive(['One', 'Two'], [bob, eve]);
    await world.pump();
    for (const mailbox of ['nowhere', 'home']) {
      await world.putMapping(`${header}id-eve,${mailbox}@contoso.com\r\n`);
      await world.sweep();
      await world.pump();
    }
    for (const run of await world.runs()) await world.settle(String(run.runId));

    expect(world.textsOf('home@contoso.com')).toEqual(['One', 'Two']);
    const runs = await world.runs();
    expect(runs).toHaveLength(3);
    for (const run of runs) {
      const { imported, partial, skipped, failed } = run;
      const sum = [imported, partial, skipped, failed].reduce<number>(
        (all, one) => all + Number(one),
        0,
      );
      expect(run.availableForImport).toBe(sum);
      for (const row of await world.itemLog(String(run.runId))) {
        const isBobs = row.sourceUserId === 'id-bob';
        expect(Boolean(row.resolvedAt)).toBe(!isBobs);
      }
    }
    expect(await world.itemLog(runId)).toHaveLength(3);
  });

  it('waits for the one before it, which may have found a mailbox for the same people', async () => {
    for (const name of ['home', 'other']) world.add({ address: `${name}@contoso.com` });
    const { runId } = await world.archive(['One'], [eve]);
    await world.pump();
    const map = (name: string) =>
      world.putMapping(`${header}id-eve,${name}@contoso.com\n`);
    const lift = world.graph.faults.add({
      kind: 'badGateway',
      routes: ['createMessage'],
    });
    await map('home');
    await world.sweep();
    await world.pump(world.clock.now().getTime() + 60_000);
    await map('other');
    expect(await world.sweep()).toMatchObject({ mappings: 0 });
    expect(await world.app().replay({ connector: world.connector, runId })).toMatchObject(
      {
        ...{ kind: 'nothing', message: expect.stringMatching(/mapping/) },
      },
    );
    lift();
    await world.pump();
    await world.sweep();
    await world.pump();

    expect(world.textsOf('home@contoso.com')).toEqual(['One']);
    expect(world.textsOf('other@contoso.com')).toEqual([]);
  });

  it('leaves alone who had a mailbox, and whom it does not name', async () => {
    for (const name of ['ada', 'home']) world.add({ address: `${name}@contoso.com` });
    await world.archive(['One'], [ada, bob]);
    await world.pump();

    await world.putMapping(`${header}id-ada,home@contoso.com\r\n`);
    await world.sweep();
    await world.pump();

    expect(world.textsOf('home@contoso.com')).toEqual([]);
    expect(await world.runs()).toHaveLength(1);
  });

  it('delivers what went to the catch-all, too', async () => {
    for (const name of ['all', 'home']) world.add({ address: `${name}@contoso.com` });
    await world.restart({ UNMAPPED_MAILBOX: 'all@contoso.com' });
    const { runId } = await world.archive(['One'], [bob]);
    await world.pump();
    expect(world.textsOf('all@contoso.com')).toEqual(['One']);
    expect(await world.itemLog(runId)).toMatchObject([
      { outcome: 'unmapped', sourceUserId: 'id-bob', sourceAddress: 'bob@contoso.com' },
    ]);

    await world.putMapping(`${header}bob@contoso.com,home@contoso.com\r\n`);
    await world.sweep();
    await world.pump();

    expect(world.textsOf('home@contoso.com')).toEqual(['One']);
    expect(world.textsOf('all@contoso.com')).toEqual(['One']);
  });

  it('goes on where a crash broke it off', async () => {
    world.add({ address: 'home@contoso.com' });
    await world.archive(['One'], [bob]);
    await world.pump();
    await world.putMapping(`${header}id-bob,home@contoso.com\r\n`);
    const { deliver } = world.app().core;
    const send = deliver.send;
    deliver.send = async () => {
      throw new Error('The process is gone.');
    };
    await world.sweep();
    deliver.send = send;
    await world.sweep();
    await world.pump();

    expect(world.textsOf('home@contoso.com')).toEqual(['One']);
    expect((await world.runs()).filter((run) => run.kind === 'mapping')).toHaveLength(1);
  });

  it('delivers what was routed by the one before it and came into the log later', async () => {
    world.add({ address: 'home@contoso.com' });
    const { runId } = await world.archive(['One'], [bob]);
    const { itemLog } = world.app().core;
    const { write } = itemLog;
    itemLog.write = async () => {
      throw new Error('The process is gone.');
    };
    await expect(world.pump()).rejects.toThrow('gone');
    itemLog.write = write;

    await world.putMapping(`${header}id-bob,home@contoso.com\r\n`);
    expect(await world.sweep()).toMatchObject({ delivered: 1, mappings: 0 });
    await world.pump();
    expect(await world.itemLog(runId)).toHaveLength(1);
    expect(await world.sweep()).toMatchObject({ mappings: 1 });
    await world.pump();
    expect(await world.sweep()).toMatchObject({ mappings: 0 });

    expect(world.textsOf('home@contoso.com')).toEqual(['One']);
  });

  it('delivers a page that is being routed by the one before it when it comes', async () => {
    world.add({ address: 'home@contoso.com' });
    const { itemLog } = world.app().core;
    const { runId } = await world.archivePages([['One'], ['Two']], [eve]);
    const { write } = itemLog;
    itemLog.write = async (connector, run, rows) => {
      if (rows.some(({ page }) => page === 1)) throw new Error('The process is gone.');
      return write(connector, run, rows);
    };
    await expect(world.pump()).rejects.toThrow('gone');
    itemLog.write = write;
    await world.putMapping(`${header}id-eve,home@contoso.com\r\n`);
    await world.sweep();
    // As on the queue, what fails is tried again.
    for (let n = 0; n < 3; n++) {
      await world.pump().catch(() => undefined);
      await world.sweep();
    }
    await world.pump();

    expect(world.textsOf('home@contoso.com')).toEqual(['One', 'Two']);
    expect((await world.itemLog(runId)).every((row) => Boolean(row.resolvedAt))).toBe(
      true,
    );
  });

  it('sends nothing of the same to those whom the one before it served', async () => {
    for (const name of ['home', 'other']) world.add({ address: `${name}@contoso.com` });
    await world.archive(['One'], [bob, eve]);
    await world.pump();
    for (const mailbox of ['home', 'other']) {
      const lines = `id-bob,${mailbox}@contoso.com\r\nid-eve,${mailbox}@contoso.com\r\n`;
      await world.putMapping(header + lines);
      await world.sweep();
      await world.pump();
    }

    expect(world.textsOf('home@contoso.com')).toEqual(['One']);
    expect(world.textsOf('other@contoso.com')).toEqual([]);
  });

  it('and none at all cost one storage call to look at', async () => {
    await world.putMapping(`${header}id-bob,home@contoso.com\r\n`);
    const { mappings } = world.app().core;
    const first = await mappings.inForce(world.connector);
    expect(await mappings.inForce(world.connector)).toBe(first);
  });
});
