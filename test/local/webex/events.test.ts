import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { decodeId } from '../../../local/webex/ids.ts';
import {
  addDirect,
  addPerson,
  addRoom,
  edit,
  happen,
  join,
  leave,
  post,
  remove,
  submitCard,
  type World,
} from '../../../local/webex/world.ts';
import { ago, newWorld, now, visit } from './visitor.ts';

function peopled() {
  const world = newWorld();
  const ada = addPerson(world, { name: 'Ada Lovelace', address: 'ada@example.com' });
  const bob = addPerson(world, { name: 'Bob Stone', address: 'bob@example.com' });
  const room = addRoom(world, { title: 'Engines', creator: ada, members: [bob] });
  return { world, ada, bob, room };
}

function withMessages(count: number): World {
  const { world, ada, room } = peopled();
  for (let at = 0; at < count; at += 1) {
    post(world, room, ada, { at: ago(count - at), text: `Number ${at}` });
  }
  return world;
}

describe('what events say', () => {
  test('a message is thin: its text, and neither files nor html nor the thread', async () => {
    const { world, ada, bob, room } = peopled();
    const root = post(world, room, ada, { at: ago(9), text: 'Root' });
    post(world, room, bob, {
      at: ago(8),
      text: 'Reply',
      html: '<p>Reply</p>',
      parent: root,
      files: [{ name: 'a.txt', content: 'a' }],
    });
    const { allEvents, webex } = await visit({ world });
    const [reply] = await allEvents({ resource: 'messages' });
    expect(reply).toMatchObject({ type: 'created', appId: 'null', actorId: bob.id });
    expect(
      Object.keys(z.record(z.string(), z.unknown()).parse(reply?.data)).toSorted(),
    ).toEqual(['created', 'id', 'personEmail', 'personId', 'roomId', 'roomType', 'text']);
    expect(Buffer.from(reply?.orgId ?? '', 'base64').toString()).toBe(world.orgUuid);
    expect(webex.violations).toEqual([]);
  });

  test('each edit carries its own text, and a deletion only ids', async () => {
    const { world, ada, bob, room } = peopled();
    const message = post(world, room, ada, { at: ago(9), text: 'one' });
    edit(world, message, { at: ago(8), text: 'two' });
    edit(world, message, { at: ago(7), text: 'three' });
    remove(world, message, { at: ago(6), by: bob });
    const { allEvents, get } = await visit({ world });
    const events = await allEvents({ resource: 'messages' });
    expect(events.map(({ type }) => type)).toEqual([
      ...['deleted', 'updated', 'updated', 'created'],
    ]);
    expect(events.map(({ data }) => data)).toMatchObject([
      { id: message.id },
      { text: 'three', updated: ago(7).toISOString() },
      { text: 'two', created: ago(9).toISOString() },
      { text: 'one' },
    ]);
    expect(events[0]).toMatchObject({ actorId: bob.id });
    expect(events[0]?.data).not.toHaveProperty('text');
    expect(new Set(events.map(({ id }) => id)).size).toBe(4);
    expect(await (await get(`/messages/${message.id}`)).json()).toMatchObject({
      text: 'three',
    });
  });

  test('who comes and goes is told with names and addresses', async () => {
    const { world, ada, room } = peopled();
    const eve = addPerson(world, { name: 'Eve', address: 'eve@example.com' });
    join(world, room, eve, { at: ago(9), by: ada });
    leave(world, room, eve, { at: ago(5) });
    const { allEvents } = await visit({ world });
    const person = {
      personId: eve.id,
      personEmail: eve.address,
      personDisplayName: 'Eve',
    };
    expect(await allEvents({ resource: 'memberships' })).toMatchObject([
      { type: 'deleted', actorId: eve.id, created: ago(5).toISOString(), data: person },
      { type: 'created', actorId: ada.id, created: ago(9).toISOString(), data: person },
    ]);
  });

  test('the answers to a card are not in its event', async () => {
    const { world, ada, bob, room } = peopled();
    const card = post(world, room, ada, { at: ago(9), card: { type: 'AdaptiveCard' } });
    const action = submitCard(world, card, bob, {
      at: ago(8),
      inputs: { colour: 'red' },
    });
    const { allEvents, get } = await visit({ world });
    const [event] = await allEvents({ resource: 'attachmentActions' });
    expect(event?.data).toMatchObject({ id: action.id, messageId: card.id });
    expect(event?.data).not.toHaveProperty('inputs');
    const answer = await get(`/attachment/actions/${action.id}`);
    expect(await answer.json()).toMatchObject({ inputs: { colour: 'red' } });
  });

  test('in a space of others only our own people are seen, in a 1:1 both', async () => {
    const { world, ada } = peopled();
    const sol = addPerson(world, {
      name: 'Sol',
      address: 'sol@else.net',
      external: true,
    });
    const forum = addRoom(world, {
      title: 'Forum',
      creator: sol,
      members: [ada],
      external: true,
    });
    const direct = addDirect(world, ada, sol);
    const hidden = post(world, forum, sol, { at: ago(9), text: 'theirs' });
    post(world, forum, ada, { at: ago(8), text: 'ours' });
    post(world, direct, sol, { at: ago(7), text: 'between us' });
    const { allEvents, get } = await visit({ world });
    const events = await allEvents({ resource: 'messages' });
    expect(events.map(({ data }) => data)).toMatchObject([
      { text: 'between us' },
      { text: 'ours' },
    ]);
    expect((await get(`/messages/${hidden.id}`)).status).toBe(404);
  });

  test('events may be listed late, be unreadable, or of a kind that nobody knows', async () => {
    const { world, ada, room } = peopled();
    post(world, room, ada, { at: ago(30), text: 'late', listedFrom: ago(-5) });
    post(world, room, ada, { at: ago(20), garbled: 'not an object' });
    happen(world, ada, { at: ago(10), resource: 'reactions', type: 'added', data: null });
    let time = now;
    const { allEvents } = await visit({ world, now: () => time });
    expect(await allEvents()).toMatchObject([
      { resource: 'reactions', data: null },
      { resource: 'messages', data: 'not an object' },
    ]);
    time = ago(-6);
    expect(await allEvents()).toHaveLength(3);
  });

  test('text without a key is ciphertext until the keys come back', async () => {
    const { world, ada, room } = peopled();
    const at = ago(9);
    const secret = post(world, room, ada, { at, text: 'hi', decryptableFrom: ago(-60) });
    let time = now;
    const { get } = await visit({ world, now: () => time });
    const failed = await get(`/messages/${secret.id}`);
    expect(await failed.json()).toMatchObject({
      text: expect.stringMatching(/^eyJhbGciOi/),
      errors: { text: { code: 'kms_failure' } },
    });
    time = ago(-61);
    const whole: unknown = await (await get(`/messages/${secret.id}`)).json();
    expect(whole).toMatchObject({ text: 'hi' });
    expect(whole).not.toHaveProperty('errors');
  });
});

describe('how events are listed', () => {
  test('newest first, in pages that each event is on once', async () => {
    const { allEvents, webex } = await visit({ world: withMessages(25) });
    const events = await allEvents({ resource: 'messages', max: '10' });
    expect(events.map(({ created }) => created)).toEqual(
      Array.from({ length: 25 }, (_, at) => ago(at + 1).toISOString()),
    );
    expect(webex.requests.events).toBe(3);
    expect(webex.violations).toEqual([]);
  });

  test('the next link carries the cursor and the window', async () => {
    const { events } = await visit({ world: withMessages(3) });
    const link = (await events({ max: '2' })).headers.get('link') ?? '';
    expect(link).toMatch(/^<http:\/\/127\.0\.0\.1:\d+\/v1\/events\?.+>; rel="next"$/);
    const query = new URL(link.slice(1, link.indexOf('>'))).searchParams;
    expect([...query.keys()].toSorted()).toEqual(['cursor', 'from', 'max', 'to']);
  });

  test('pages may be empty and yet not the last', async () => {
    const quirks = { emptyPages: true };
    const { allEvents, events, webex } = await visit({ world: withMessages(5), quirks });
    expect(await (await events({ max: '2' })).json()).toEqual({ items: [] });
    expect(await allEvents({ max: '2' })).toHaveLength(5);
    expect(webex.requests.events).toBe(7);
  });

  test('the window leaves out both of its ends, unless told otherwise', async () => {
    const window = { from: ago(3).toISOString(), to: ago(1).toISOString() };
    const strict = await visit({ world: withMessages(5) });
    expect(await strict.allEvents(window)).toHaveLength(1);
    const quirks = { inclusiveBounds: true };
    const lenient = await visit({ world: withMessages(5), quirks });
    expect(await lenient.allEvents(window)).toHaveLength(3);
  });

  test('a large page may time out', async () => {
    const quirks = { gatewayTimeoutAbove: 500 };
    const { events } = await visit({ world: withMessages(1), quirks });
    expect((await events({ max: '1000' })).status).toBe(504);
    expect((await events({ max: '500' })).status).toBe(200);
  });

  test('ids may be padded or end in a newline, and are found all the same', async () => {
    const quirks = { idVariants: true };
    const { allEvents, get } = await visit({ world: withMessages(3), quirks });
    const data = z.object({ id: z.string() });
    const ids = (await allEvents()).map((event) => data.parse(event.data).id);
    expect(ids.some((id) => Buffer.from(id, 'base64').at(-1) === 10)).toBe(true);
    expect(new Set(ids.map(decodeId)).size).toBe(3);
    for (const id of ids) expect((await get(`/messages/${id}`)).status).toBe(200);
  });

  test('the next link may be broken, as it once was', async () => {
    const quirks = { brokenNextLinks: true };
    const { events } = await visit({ world: withMessages(3), quirks });
    const link = (await events({ max: '2', resource: 'messages' })).headers.get('link');
    expect(link).toContain('max=null');
    expect(link).not.toContain('resource=');
  });
});

describe('what is refused', () => {
  const cases: [string, Record<string, string>, number, RegExp][] = [
    ['an unknown resource', { resource: 'chats' }, 400, /resource/],
    ['an unknown type', { type: 'edited' }, 400, /type/],
    ['a max of 0', { max: '0' }, 400, /max/],
    ['a max above 1000', { max: '1001' }, 400, /max/],
    ['a max that is no number', { max: 'null' }, 400, /max/],
    ['a date without a time', { from: '2026-03-01' }, 400, /ISO 8601/],
    ['an end in the future', { to: ago(-1).toISOString() }, 400, /future/],
    ['a start behind the end', { to: ago(2000).toISOString() }, 400, /before/],
    ['a cursor that is made up', { cursor: 'abc' }, 400, /cursor/],
    ['a service type for messages', { serviceType: 'calling' }, 400, /serviceType/],
    [
      'a start more than 90 days ago',
      { from: '2025-12-10T11:59:59.999Z' },
      403,
      /^User is only authorized to search within past 90 days\.$/,
    ],
  ];
  test.each(cases)('%s', async (_, query, status, message) => {
    const { events, webex } = await visit({ world: withMessages(1) });
    const response = await events(query);
    expect(response.status).toBe(status);
    const trackingId = response.headers.get('trackingid');
    expect(await response.json()).toEqual({
      message: expect.stringMatching(message),
      errors: [{ description: expect.stringMatching(message) }],
      trackingId,
    });
    expect(trackingId).toMatch(/^ROUTER_/);
    const noted = status === 400 ? 1 : 0;
    expect(webex.violations.length).toBeGreaterThanOrEqual(noted);
  });

  test('a listing without a start is answered, and noted', async () => {
    const { get, webex } = await visit({ world: withMessages(1) });
    expect((await get('/events?resource=messages')).status).toBe(200);
    expect(webex.violations).toEqual(['GET /events: no "from"']);
  });
});
