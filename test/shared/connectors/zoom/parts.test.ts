import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { readChatJson } from '../../../../shared/connectors/zoom/chatJson.ts';
import { readChatText } from '../../../../shared/connectors/zoom/chatText.ts';
import { createDirectory } from '../../../../shared/connectors/zoom/directory.ts';
import { readGroups } from '../../../../shared/connectors/zoom/groups.ts';
import { readNo } from '../../../../shared/connectors/zoom/refusals.ts';
import { createRoster } from '../../../../shared/connectors/zoom/roster.ts';
import { instant } from '../../../../shared/connectors/zoom/schema.ts';
import { tokenHosts } from '../../../../shared/connectors/zoom/settings.ts';
import { uuidInPath } from '../../../../shared/connectors/zoom/uuid.ts';
import { type Expected, verified } from '../../../../shared/connectors/zoom/verify.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('the uuid of a meeting in a path', () => {
  it.each([
    ['BOKXuumlTAGXuqwr3bLyuQ==', 'BOKXuumlTAGXuqwr3bLyuQ%3D%3D'],
    ['ab/cd+e==', 'ab%2Fcd%2Be%3D%3D'],
    ['/abcABC123==', '%252FabcABC123%253D%253D'],
    ['ab//cd==', 'ab%252F%252Fcd%253D%253D'],
  ])('%s is escaped once, or twice because of its slashes', (uuid, escaped) => {
    expect(uuidInPath(uuid)).toBe(escaped);
  });
});

describe('a time of Zoom', () => {
  it.each([
    '2021-03-12T02:12:27Z',
    '2021-03-12T02:12:27.0000000+00:00',
    '2021-03-12 02:12:27',
    '2021-03-12T02:12:27',
  ])('is UTC, however it is written: %s', (text) => {
    expect(instant.parse(text)).toBe('2021-03-12T02:12:27.000Z');
  });
});

describe('hosts that get the token', () => {
  it("are Zoom's own where the API is Zoom's own, and never a stand-in's", () => {
    expect(tokenHosts('https://api.zoom.us/v2', ['cdn.example'])).toEqual([
      ...['zoom.us', '*.zoom.us', 'cdn.example'],
    ]);
    expect(tokenHosts('https://api-eu.zoom.us/v2', [])).toEqual(['zoom.us', '*.zoom.us']);
    expect(tokenHosts('https://api.zoomgov.com/v2', [])).toContain('*.zoomgov.com');
    expect(tokenHosts('https://api.zoom.us.example/v2', [])).toEqual([]);
    expect(tokenHosts('http://127.0.0.1:8080/v2', [])).toEqual([]);
  });
});

describe('a refusal', () => {
  it('is read although it is no JSON', () => {
    const body = '{"code":4711,"message":"Invalid access token, scopes:["a:read"]."}';
    expect(readNo(400, body)).toMatchObject({ status: 400, code: 4711 });
    expect(readNo(200, '{"status":false,"errorCode":124}').code).toBe(124);
    expect(readNo(502, '<html>').code).toBeUndefined();
  });
});

describe('a chat as text', () => {
  const read = (text: string, names = ['Jane Doe', 'John Doe', 'Ann to Bob']) =>
    readChatText(text, (name) => names.includes(name)).map(
      ({ kind, sender, receiver, text: said, isDoubtful, time }) => ({
        ...{ kind, time, said, from: sender.name },
        ...(receiver && { to: receiver.name }),
        ...(isDoubtful && { isDoubtful }),
      }),
    );
  const open = { kind: 'message', from: 'Jane Doe' };
  const aside = { kind: 'private', from: 'Jane Doe', to: 'John Doe' };

  it.each([
    ['00:04:12\tJane Doe:\tHello all', open],
    ['00:04:12 From  Jane Doe  to  Everyone:\n\tHello all', open],
    ['00:04:12\t From  Jane Doe : Hello all', open],
    ['00:04:12\t From Jane Doe to Everyone: Hello all', open],
    ['00:04:12 From Jane Doe to Everyone:\n\tHello all', open],
    ['00:04:12 From Jane Doe to John Doe(Direct Message):\n\tHello all', aside],
    ['00:04:12 From Jane Doe to John Doe: Hello all', aside],
    ['00:04:12 From Ann to Bob to Everyone: Hello all', { from: 'Ann to Bob' }],
    ['00:04:12 From Ann to Bob: Hello all', { kind: 'message', from: 'Ann to Bob' }],
    ['00:04:12 From Nobody to Everyone: Hello all', { isDoubtful: true }],
    ['00:04:12 From Jane Doe to Nobody: Hello all', { kind: 'private', to: 'Nobody' }],
    [
      '00:04:12 From Jane Doe to Everyone: hi to John Doe(Direct Message):\n\tSecret',
      { isDoubtful: true },
    ],
    ['00:04:12\t From  Jane Doe  to  John Doe(Direct Message) : Hello all', aside],
    ['00:04:12 From  Jane Doe  to  John Doe(Privately):\r\n\tHello all', aside],
    ['00:04:12\tJane Doe to John Doe(Privately):\tHello all', aside],
    ['00:04:12\tJane Doe to John Doe:\tHello all', aside],
    ['00:04:12\tAnn to Bob:\tHello all', { kind: 'message', from: 'Ann to Bob' }],
    ['00:04:12 Von  Jane Doe  an  Alle:\n\tHello all', { isDoubtful: true }],
    [
      '00:04:12 From  X  to  Everyone: hi  to  John Doe(Direct Message):\n\tSecret',
      { isDoubtful: true },
    ],
    ['00:04:12 From  X  to  Everyone  to  John Doe:\n\tSecret', { isDoubtful: true }],
    ['00:04:12 From  X  to  Everyone(Direct Message):\n\tSecret', { isDoubtful: true }],
    ['Without any time', { isDoubtful: true, said: 'Without any time' }],
  ])('is read: %j', (text, expected) => {
    const [message, ...others] = read(text);
    expect(others).toEqual([]);
    expect(message).toMatchObject(expected);
    if (!('isDoubtful' in expected)) {
      expect(message).toMatchObject({ time: '00:04:12', said: 'Hello all' });
      expect(message).not.toHaveProperty('isDoubtful');
    }
  });

  it('goes on in lines without a time, and keeps twins apart', () => {
    const text =
      '00:00:01\tJane Doe:\tone\ntwo\n\n00:00:02\tJane Doe:\tsame\n00:00:02\tJane Doe:\tsame\n';
    expect(read(text).map(({ said }) => said)).toEqual(['one\ntwo', 'same', 'same']);
    const ids = readChatText(text, () => true).map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
    expect(readChatText(text, () => true).map(({ id }) => id)).toEqual(ids);
  });
});

describe('a chat as JSON', () => {
  const one = (message: object) =>
    readChatJson(JSON.stringify({ uuid: 'u', messages: [message] }))?.[0];

  it('is base64, or as it stands where it is none', () => {
    const message = {
      ...{ msg_type: 1, e_time: '00:01:05', e_archive_time: '00:01:00', s_id: 'abc' },
      ...{ s_name: base64('Zoë'), s_email: base64('zoe@example.com') },
      ...{ msg_id: base64('{M-1}'), msg_content: base64('Grüße 👋') },
    };
    expect(one(message)).toMatchObject({
      ...{
        kind: 'message',
        seconds: 65,
        archiveSeconds: 60,
        id: '{M-1}',
        text: 'Grüße 👋',
      },
      sender: { id: 'abc', name: 'Zoë', address: 'zoe@example.com' },
    });
    const plain = { ...message, s_name: 'Zoë', msg_content: 'Not base64!' };
    expect(one(plain)).toMatchObject({ text: 'Not base64!', sender: { name: 'Zoë' } });
  });

  it('keeps what it does not know, and is none if it is no chat', () => {
    expect(one({ msg_type: 99, msg_content: base64('?') })).toMatchObject({
      kind: 'unknown',
      text: '?',
    });
    expect(readChatJson(JSON.stringify({ messages: ['odd'] }))).toHaveLength(1);
    expect(readChatJson('{"what":1}')).toBeUndefined();
    expect(readChatJson('<html>')).toBeUndefined();
  });
});

describe('a roster', () => {
  const directory = createDirectory([
    { id: 'ann', name: 'Ann', address: 'ann@example.com' },
    { id: 'ben', name: 'Ben', address: 'ben@example.com' },
  ]);
  const rosterOf = (...rows: object[]) =>
    createRoster(
      rows.map((row) => ({ status: 'in_meeting', ...row })),
      directory,
    );
  const addresses = (roster: ReturnType<typeof createRoster>) =>
    roster.attendees?.map(({ address }) => address);

  it('counts an address only if Zoom says that the user is internal, or lists them', () => {
    expect(addresses(rosterOf({ id: 'ann', user_email: 'else@example.org' }))).toEqual([
      'ann@example.com',
    ]);
    expect(
      addresses(rosterOf({ user_email: 'new@example.com', internal_user: true })),
    ).toEqual(['new@example.com']);
    expect(
      addresses(rosterOf({ user_email: 'ann@example.com', internal_user: false })),
    ).toEqual([undefined]);
    expect(addresses(rosterOf({ user_email: 'ann@example.com' }))).toEqual([undefined]);
    expect(addresses(rosterOf({ participant_user_id: 'ben' }))).toEqual([
      'ben@example.com',
    ]);
  });

  it('joins the stays of one person, and keeps guests of one name together', () => {
    const roster = rosterOf(
      { id: 'ann', user_id: '2', join_time: '2026-03-10T09:10:00.000Z' },
      { id: 'ann', user_id: '1', join_time: '2026-03-10T09:00:00.000Z' },
      { name: 'Phone', user_id: '3' },
      { name: 'Phone', user_id: '4' },
    );
    expect(roster.attendees?.map(({ stays }) => stays.length)).toEqual([2, 2]);
    expect(roster.find({ id: '2' })?.id).toBe('ann');
  });

  it('leaves out who was only in the waiting room, and not who was let in', () => {
    const waiting = { status: 'in_waiting_room' };
    const roster = rosterOf(
      { id: 'ann', ...waiting },
      { id: 'ben', ...waiting },
      { id: 'ben' },
    );
    expect(roster.attendees?.map(({ id }) => id)).toEqual(['ben']);
    expect(roster.isOnlyWaiting({ id: 'ann' })).toBe(true);
    expect(roster.isOnlyWaiting({ id: 'ben' })).toBe(false);
  });

  it('finds nobody by an address that two claim', () => {
    const typed = { name: 'Guest', user_email: 'Ann@Example.com', user_id: '9' };
    expect(rosterOf({ id: 'ann' }).find({ address: 'ANN@example.com' })?.id).toBe('ann');
    expect(
      rosterOf({ id: 'ann' }, typed).find({ address: 'ann@example.com' }),
    ).toBeUndefined();
    const guest = rosterOf(typed).find({ address: 'ann@example.com' });
    expect(guest?.name).toBe('Guest');
    expect(guest?.address).toBeUndefined();
  });
});

describe('the log of groups', () => {
  const actions = [
    { email: 'ann@example.com', joinTime: '00:01:00', leaveTime: '00:02:00' },
    { joinTime: '00:00:00' },
  ];
  const groups = readGroups([
    JSON.stringify({
      archiving_start_time: 'x',
      private_group: [{ id: '{G-1}', actions }],
    }),
  ]);

  it('tells who was in a group then, those without an address included', () => {
    expect(groups.inGroup('{G-1}', 90)).toEqual(['ann@example.com', undefined]);
    expect(groups.inGroup('{G-1}', 30)).toEqual([undefined]);
    expect(groups.inGroup('{G-1}', undefined)).toBeUndefined();
    expect(groups.inGroup('other', 90)).toBeUndefined();
    expect(groups.backstage(90)).toBeUndefined();
    expect(readGroups(['<html>']).inGroup('{G-1}', 90)).toBeUndefined();
  });
});

describe('a download', () => {
  const check = (content: Buffer | string, expected: Partial<Expected>) =>
    buffer(
      Readable.from(
        verified(Readable.from([Buffer.from(content)]), {
          ...{ bytes: undefined, fingerprint: undefined, extension: undefined },
          ...expected,
        }),
      ),
    );
  const film = Buffer.from('\0\0\0\x18ftypisom the film', 'latin1');
  const error = '{"status":false,"errorCode":124,"errorMessage":"Forbidden"}';

  it.each([
    ['a film', film, { extension: 'MP4', bytes: film.length }],
    ['sound', film, { extension: 'M4A' }],
    ['captions with a byte order mark', '\ufeffWEBVTT\n', { extension: 'VTT' }],
    ['JSON', ' [1]', { extension: 'JSON' }],
    ['a shared page of the right length', '<html>', { bytes: 6 }],
    ['text of a kind that nobody knows', 'anything', { extension: 'XYZ' }],
  ])('that is %s is good', async (_, content, expected) => {
    expect((await check(content, expected)).length).toBeGreaterThan(0);
  });

  it.each([
    ['an error in place of a film', error, { extension: 'MP4' }],
    ['an error in place of JSON', error, { extension: 'JSON' }],
    ['an error in place of what nobody knows', error, { extension: 'XYZ' }],
    ['a page in place of captions', '<!DOCTYPE html>', { extension: 'VTT' }],
    ['a page in place of a shared file', '<html>', {}],
    ['another length', film, { extension: 'MP4', bytes: film.length + 1 }],
    ['nothing', '', { extension: 'MP4' }],
    ['another fingerprint', film, { extension: 'MP4', fingerprint: '0'.repeat(64) }],
  ])('that is %s is none', async (_, content, expected) => {
    await expect(check(content, expected)).rejects.toThrow();
  });
});
