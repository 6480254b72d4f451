import { afterEach, describe, expect, it } from 'vitest';
import {
  addDirect,
  addRoom,
  edit,
  join,
  post,
  remove,
  type SimPerson,
  type World,
} from '../../local/webex/world.ts';
import { tables } from '../../shared/names.ts';
import {
  addressOf,
  messagesIn,
  type Stage,
  type StageOptions,
  setStage,
  textsIn,
} from './stage.ts';

let stage: Stage;
afterEach(() => stage.close());

const person = (world: World, name: string): SimPerson => {
  const found = [...world.people.values()].find((candidate) => candidate.name === name);
  if (!found) throw new Error(`There is no ${name}.`);
  return found;
};

const minute = 60_000;
const start = Math.floor(Date.now() / minute) * minute - 60 * minute;
/** So many minutes into an hour that is just over. */
const at = (minutes: number) => new Date(start + minutes * minute);
const window = ['--from', at(0).toISOString(), '--to', at(60).toISOString()];

async function open(options: Partial<StageOptions> = {}) {
  stage = await setStage({ people: ['ada', 'bob', 'carl'], ...options });
  const { world } = stage;
  const [ada, bob, carl] = ['ada', 'bob', 'carl'].map((name) => person(world, name));
  if (!ada || !bob || !carl) throw new Error('The stage is empty.');
  const room = addRoom(world, {
    title: 'Analytical Engine',
    creator: ada,
    members: [bob],
  });
  return { world, ada, bob, carl, room };
}

describe('a window of Webex', () => {
  it('reaches everybody who could read it, exactly once, and nobody else', async () => {
    const { world, ada, bob, carl, room } = await open({ external: ['eve'] });
    const eve = person(world, 'eve');
    const direct = addDirect(world, bob, eve);
    const first = post(world, room, ada, { at: at(1), text: 'Shall we meet at nine?' });
    post(world, direct, bob, { at: at(2), text: 'Between us.' });
    join(world, room, carl, { at: at(10) });
    edit(world, first, { at: at(12), text: 'Shall we meet at noon?' });
    const file = { name: 'plan.txt', content: 'The plan.' };
    const last = post(world, room, bob, { at: at(20), text: 'Here.', files: [file] });
    remove(world, last, { at: at(30), by: ada });
    post(world, room, ada, { at: at(60), text: 'After the window.' });

    const { code, runs, stderr } = await stage.run(window);
    expect(stderr).toBe('');
    expect(runs).toMatchObject([{ state: 'completed', imported: 12, unmapped: 1 }]);
    expect(code).toBe(0);
    expect(textsIn(stage, 'ada')).toEqual([
      'Shall we meet at nine?',
      'ada edited an earlier message.',
      'Here.',
      expect.stringMatching(/^ada deleted a message/),
    ]);
    expect(textsIn(stage, 'bob')).toHaveLength(5);
    expect(textsIn(stage, 'carl')).toEqual([
      'ada edited an earlier message.',
      'Here.',
      expect.stringMatching(/^ada deleted a message/),
    ]);
    // Carl joined after the first message: nothing may quote it to him.
    const toCarl = messagesIn(stage, 'carl').map(({ body }) => body.content);
    expect(toCarl.join()).not.toContain('at nine?');
    const [withFile] = messagesIn(stage, 'carl').filter((m) => m.attachments.length > 0);
    expect(withFile).toMatchObject({
      isDraft: false,
      isRead: true,
      from: addressOf('bob'),
      categories: ['Webex Teams'],
      receivedAt: at(20),
      sentAt: at(20),
      attachments: [{ name: 'plan.txt', size: 9 }],
    });
    expect([...stage.webex.violations, ...stage.graph.violations]).toEqual([]);
  });

  it('imports nothing when it is read a second time', async () => {
    const { world, ada, room } = await open();
    post(world, room, ada, { at: at(1), text: 'Once.' });
    await stage.run(window);
    const again = await stage.run(window);
    expect(again).toMatchObject({
      code: 0,
      runs: [{ availableFromSource: 1, reread: 1, availableForImport: 0, imported: 0 }],
    });
    expect(textsIn(stage, 'ada')).toEqual(['Once.']);
  });

  it('says so when there is nothing in it', async () => {
    await open();
    const { code, runs, stdout } = await stage.run(window);
    expect(code).toBe(0);
    expect(runs).toMatchObject([{ state: 'completed', availableFromSource: 0 }]);
    expect(stdout).toMatch(/The source listed no items from/);
  });

  it('loses no item to one that can not be read', async () => {
    const { world, ada, room } = await open();
    post(world, room, ada, { at: at(1), text: 'Before.' });
    post(world, room, ada, { at: at(2), garbled: { id: 42 } });
    post(world, room, ada, { at: at(3), text: 'After.' });
    const { code, runs } = await stage.run(window);
    expect(code).toBe(1);
    expect(runs).toMatchObject([
      { state: 'completedWithIssues', imported: 4, failed: 1 },
    ]);
    expect(textsIn(stage, 'bob')).toEqual(['Before.', 'After.']);
    const [row] = await stage.rows(tables.itemLog);
    expect(row).toMatchObject({
      outcome: 'failed',
      reason: expect.stringMatching(/\.$/),
    });
  });

  it('sends a file that was locked in the next run, as a supplement', async () => {
    const { world, ada, room } = await open();
    const locked = post(world, room, ada, {
      at: at(1),
      text: 'See the file.',
      files: [
        {
          name: 'late.txt',
          content: 'Late.',
          state: { kind: 'scanning', retryAfterSeconds: 300 },
        },
      ],
    });
    const first = await stage.run(window);
    expect(first.runs).toMatchObject([
      { state: 'completedWithIssues', partial: 2, openGaps: 1 },
    ]);
    const [file] = locked.files;
    if (file) file.state = { kind: 'ready' };

    const second = await stage.run(window);
    expect(second.runs).toMatchObject([{ state: 'completed', imported: 2, openGaps: 0 }]);
    const [original, supplement] = messagesIn(stage, 'bob');
    expect(original?.attachments).toEqual([]);
    expect(original?.body.content).toMatch(/File not included: file 1: .* scanning/);
    expect(supplement?.attachments).toMatchObject([{ name: 'late.txt', size: 5 }]);
    const third = await stage.run(window);
    expect(third.runs).toMatchObject([{ state: 'completed', imported: 0 }]);
  });

  it('goes to the catch-all for those of our people who have no mailbox', async () => {
    const { world, ada, bob, room } = await open();
    const user = stage.graph.tenant.users.find(({ mail }) => mail === bob.address);
    if (user) user.mailbox.state = 'none';
    post(world, room, ada, { at: at(1), text: 'For bob.' });
    const { runs } = await stage.run(window, { UNMAPPED_MAILBOX: addressOf('carl') });
    expect(runs).toMatchObject([{ state: 'completed', imported: 2, failed: 0 }]);
    expect(textsIn(stage, 'carl')).toEqual(['For bob.']);
  });
});

describe('what is wrong', () => {
  it('is said for each connector by itself, and stops no other', async () => {
    const { world, ada, room } = await open();
    post(world, room, ada, { at: at(1), text: 'Still here.' });
    const { code, runs, stdout } = await stage.run(window, {
      CONNECTORS: 'webex,broken:webex,other:teams',
    });
    expect(code).toBe(1);
    expect(runs.map(({ state }) => state)).toEqual(['completed', 'failed', 'failed']);
    expect(stdout).toMatch(/BROKEN_CLIENT_ID is missing: set it\./);
    expect(stdout).toMatch(/"teams" in CONNECTORS is no type of connector/);
    const rows = await stage.rows(tables.connectorStatus);
    expect(rows).toMatchObject([
      { rowKey: 'broken', state: 'misconfigured' },
      { rowKey: 'other', state: 'misconfigured' },
      { rowKey: 'webex', state: 'idle' },
    ]);
    expect(textsIn(stage, 'bob')).toEqual(['Still here.']);
  });

  it.each([
    ['credentials are refused', { WEBEX_REFRESH_TOKEN: 'wrong' }, 'misconfigured'],
    ['the vendor is away', { WEBEX_BASE_URL: 'http://127.0.0.1:59998' }, 'failed'],
  ])('is one sentence where %s', async (_what, env, state) => {
    await open();
    const { code, runs, stdout } = await stage.run(window, env);
    expect(code).toBe(1);
    const message = runs[0]?.message ?? '';
    expect(message).toMatch(/^\S.*\.$/);
    expect(stdout).toContain(message);
    const [status] = await stage.rows(tables.connectorStatus);
    expect(status).toMatchObject({ state, message });
  });

  it('is said where Microsoft Graph refuses the app, and mended by the next run', async () => {
    const { world, ada, room } = await open();
    post(world, room, ada, { at: at(1), text: 'Patience.' });
    const refused = await stage.run(window, { GRAPH_ACCESS_TOKEN: 'wrong' });
    expect(refused.code).toBe(1);
    expect(refused.runs).toMatchObject([
      {
        state: 'incomplete',
        message: expect.stringMatching(/does not accept the sign-in/),
      },
    ]);
    const mended = await stage.run(window);
    expect(mended.code).toBe(0);
    expect(textsIn(stage, 'bob')).toEqual(['Patience.']);
  });
});
