import { describe, expect, test } from 'vitest';
import {
  addChat,
  addPerson,
  change,
  createWorld,
  type FileOptions,
  join,
  leave,
  post,
} from '../../../local/ringcentral/world.ts';
import { ago, exportsPath, now, taskSchema, visit } from './visitor.ts';

function peopled() {
  const world = createWorld();
  const ada = addPerson(world, { name: 'Ada Lovelace', address: 'ada@example.com' });
  const bob = addPerson(world, { name: 'Bob', address: 'bob@else.net', external: true });
  const chat = addChat(world, { name: 'Engines', members: [ada, bob] });
  return { world, ada, bob, chat };
}

describe('tokens', () => {
  test('are given for the right client and JWT alone', async () => {
    const { signIn, simulated } = await visit();
    expect((await signIn({ secret: 'x' })).status).toBe(401);
    expect((await signIn({ form: { assertion: 'x' } })).status).toBe(400);
    const refused = await signIn({ form: { grant_type: 'password' } });
    expect(refused.status).toBe(403);
    expect(await refused.json()).toMatchObject({ errors: [{ errorCode: 'OAU-112' }] });
    expect(simulated.violations).toHaveLength(2);
  });

  test('end, and nothing is given without one', async () => {
    let time = now;
    const { go, simulated } = await visit({ now: () => time });
    expect((await go(exportsPath)).status).toBe(200);
    time = ago(-61);
    expect((await go(exportsPath)).status).toBe(401);
    const bare = await fetch(simulated.baseUrl + exportsPath);
    expect(bare.status).toBe(401);
    expect(simulated.violations).toHaveLength(2);
  });
});

describe('export tasks', () => {
  test('go through their statuses, and have datasets only at the end', async () => {
    const { create, read } = await visit();
    const created = await create();
    expect(created.status).toBe(202);
    const task = taskSchema.parse(await created.json());
    expect(task).toMatchObject({ status: 'Accepted' });
    expect(await read(task.id)).toMatchObject({ status: 'InProgress' });
    const done = await read(task.id);
    expect([done.status, done.datasets?.length]).toEqual(['Completed', 1]);
  });

  test('are two at a time', async () => {
    const { create, read, simulated } = await visit();
    const first = taskSchema.parse(await (await create()).json());
    expect((await create()).status).toBe(202);
    expect((await create()).status).toBe(403);
    expect(simulated.violations).toEqual([
      'POST /data-export: more than two tasks at a time',
    ]);
    await read(first.id);
    await read(first.id);
    expect((await create()).status).toBe(202);
  });

  test('are refused for a window that is none, and for what is not understood', async () => {
    const { create } = await visit();
    const times = [
      { timeTo: ago(-9).toISOString() },
      { timeFrom: ago(400 * 1440).toISOString() },
      { timeFrom: 'yesterday' },
      { everything: true },
    ];
    for (const body of times) expect((await create(body)).status).toBe(400);
  });

  test('are listed newest first, by pages', async () => {
    const { create, go, read } = await visit();
    for (let count = 0; count < 3; count++) {
      const { id } = taskSchema.parse(await (await create()).json());
      await read(id);
      await read(id);
    }
    const second = await (await go(`${exportsPath}?perPage=2&page=2`)).json();
    expect(second).toMatchObject({
      tasks: [{ status: 'Completed' }],
      paging: { totalPages: 2, totalElements: 3 },
    });
    expect((await go(`${exportsPath}?perPage=999`)).status).toBe(400);
  });

  test('lose their links', async () => {
    let time = now;
    const { create, read, go } = await visit({
      now: () => time,
      exports: { statuses: ['Accepted'], linkLifeMs: 60_000 },
    });
    const { id } = taskSchema.parse(await (await create()).json());
    const [dataset] = (await read(id)).datasets ?? [];
    expect((await go(dataset?.uri ?? '')).status).toBe(200);
    time = ago(-2);
    expect((await go(dataset?.uri ?? '')).status).toBe(404);
  });
});

describe('an export', () => {
  test('has what was made or changed in its window, as it is now', async () => {
    const { world, ada, bob, chat } = peopled();
    post(world, chat, ada, { at: ago(3000), text: 'old' });
    change(post(world, chat, ada, { at: ago(3000), text: 'x' }), ago(5), { text: 'y' });
    post(world, chat, bob, { at: ago(9), text: `![:Person](${ada.id})` });
    post(world, chat, bob, { at: ago(8), text: 'late', listedFrom: ago(-1) });
    const { exported, simulated } = await visit({ world });
    const { posts = [], members = [], guests = [] } = await exported();
    expect(posts).toMatchObject([
      { text: 'y', lastModifiedTime: ago(5).toISOString(), deleted: false },
      { mentions: [{ id: ada.id, type: 'Contact' }], chatId: chat.id },
    ]);
    expect(members.map(({ email }) => email)).toContain('ada@example.com');
    expect(guests).toMatchObject([{ firstName: 'Bob', email: 'bob@else.net' }]);
    expect(simulated.violations).toEqual([]);
  });

  test('shows present members only', async () => {
    const { world, ada, bob, chat } = peopled();
    const eve = addPerson(world, { name: 'Eve', address: 'eve@example.com' });
    join(chat, eve, ago(9));
    leave(chat, bob, ago(8));
    const { exported } = await visit({ world });
    expect((await exported()).chats).toMatchObject([
      {
        ...{ Type: 'Team', memberIds: [ada.id, eve.id], guestIds: [] },
        lastModifiedTime: ago(8).toISOString(),
      },
    ]);
  });
});

describe('files', () => {
  async function sharing(file: Partial<FileOptions>) {
    const { world, ada, chat } = peopled();
    const whole = { name: 'a.txt', content: 'abc', ...file };
    post(world, chat, ada, { at: ago(9), files: [whole] });
    const visitor = await visit({ world });
    const [record] = (await visitor.exported()).files ?? [];
    return { ...visitor, uri: String(record?.contentUri) };
  }

  test('behind a signed address are for everybody, and a token there is noted', async () => {
    const { uri, go, simulated } = await sharing({});
    expect(new URL(uri).host).toBe(simulated.mediaHost);
    expect(await (await fetch(uri)).text()).toBe('abc');
    expect((await go(uri)).status).toBe(400);
    expect(simulated.violations).toEqual([
      'GET /file: a token was shown to a signed address',
    ]);
  });

  test('behind the token are for who has one', async () => {
    const { uri, go } = await sharing({ access: 'token' });
    expect((await fetch(uri)).status).toBe(403);
    expect(await (await go(uri)).text()).toBe('abc');
  });

  test('on somebody else’s host report who shows them a token', async () => {
    const { uri, go, simulated } = await sharing({ host: 'elsewhere' });
    expect(new URL(uri).host).not.toBe(simulated.mediaHost);
    await go(uri);
    expect(simulated.violations).toEqual(['a token was sent to a foreign host']);
  });

  test.each([
    ['gone', 404],
    ['refused', 403],
    ['locked', 423],
  ] as const)('that are %s say so', async (state, status) => {
    const { uri } = await sharing({ state });
    expect((await fetch(uri)).status).toBe(status);
  });
});

describe('the usage plan', () => {
  test('ends in a penalty that each request begins anew', async () => {
    let time = now;
    const { go, simulated } = await visit({ now: () => time, usagePlan: { Medium: 2 } });
    const statusAt = async (seconds: number) => {
      time = new Date(now.getTime() + seconds * 1000);
      return (await go(exportsPath)).status;
    };
    expect([await statusAt(0), await statusAt(1), await statusAt(2)]).toEqual([
      ...[200, 200, 429],
    ]);
    expect(await statusAt(40)).toBe(429);
    expect(await statusAt(70)).toBe(429);
    expect(await statusAt(131)).toBe(200);
    expect(simulated.violations).toHaveLength(2);
  });
});
