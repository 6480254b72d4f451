import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  addFile,
  addMeeting,
  addUser,
  createWorld,
  join,
  say,
} from '../../../local/zoom/world.ts';
import { ago, bodyOf, now, visit } from './visitor.ts';

function stage(meetings = 1) {
  const world = createWorld({ seed: 'server' });
  const ann = addUser(world, { name: 'Ann', address: 'ann@example.com' });
  for (let index = 0; index < meetings; index++) {
    addMeeting(world, { host: ann, start: ago(180), people: [ann], isRecorded: true });
  }
  const [meeting] = world.meetings;
  if (!meeting) throw new Error('There is no meeting.');
  return { world, ann, meeting };
}

const span = 'from=2026-03-09T12:00:00Z&to=2026-03-10T12:00:00Z';

describe('an access token', () => {
  it.each([
    [{ basic: 'who:what' }, /client/i],
    [{ form: { account_id: 'wrong' } }, /account/i],
    [{ form: { grant_type: 'password' } }, /grant/i],
  ])('is refused to %j', async (change, reason) => {
    const { askForToken, zoom } = await visit(stage());
    const answer = await askForToken(change);
    expect(answer.status).toBe(400);
    expect((await bodyOf(answer)).reason).toMatch(reason);
    expect(zoom.violations).toHaveLength(1);
  });

  it('lives as long as it says, beside others', async () => {
    let time = now;
    const { get, token } = await visit({ ...stage(), now: () => time });
    const other = await token();
    expect((await get('/users')).status).toBe(200);
    expect((await get('/users', { authorization: `Bearer ${other}` })).status).toBe(200);
    time = new Date(+now + 3_600_000);
    expect((await get('/users')).status).toBe(401);
  });

  it('is needed for everything, and has no business in an address', async () => {
    const { get, zoom } = await visit(stage());
    expect((await get('/users', {})).status).toBe(401);
    await get('/users?access_token=x');
    expect(zoom.violations).toEqual([
      'GET users: no bearer token',
      'GET users: a token in the URL',
    ]);
  });
});

describe('a list', () => {
  it('has pages, whose token needs the same parameters and dies after 15 minutes', async () => {
    let time = now;
    const { get, zoom } = await visit({ ...stage(5), now: () => time });
    const path = `/archive_files?${span}&page_size=2`;
    const first = await bodyOf(await get(path));
    expect(first).toMatchObject({ total_records: 5, page_size: 2 });
    const follow = (more: string) =>
      get(`${path}${more}&next_page_token=${first.next_page_token}`);
    expect((await bodyOf(await follow(''))).meetings).toHaveLength(2);
    expect(zoom.violations).toEqual([]);
    expect((await follow('&query_date_type=archive_complete_time')).status).toBe(400);
    expect(zoom.violations).toHaveLength(1);
    time = new Date(+now + 15 * 60_000);
    expect((await follow('')).status).toBe(400);
  });

  it('sets a `to` in the future to now, and then wants that', async () => {
    const { get } = await visit(stage(3));
    const asked = '/archive_files?from=2026-03-09T12:00:00Z&page_size=2';
    const { to, next_page_token: next } = await bodyOf(
      await get(`${asked}&to=2026-03-10T15:00:00Z`),
    );
    expect(to).toBe('2026-03-10T12:00:00Z');
    const again = (end: string) => get(`${asked}&to=${end}&next_page_token=${next}`);
    expect((await again('2026-03-10T15:00:00Z')).status).toBe(400);
    expect((await again(to)).status).toBe(200);
  });

  it.each([
    `/archive_files?from=2026-03-01T00:00:00Z&to=2026-03-10T00:00:00Z`,
    `/archive_files?from=2026-03-09&to=2026-03-10`,
    '/report/history_meetings?from=2026-01-01&to=2026-03-01',
    '/report/history_meetings?from=2026-03-01',
    '/users?page_size=500',
  ])('is refused for its bounds: %s', async (path) => {
    const { get, zoom } = await visit(stage());
    expect((await get(path)).status).toBe(400);
    expect(zoom.violations).toHaveLength(1);
  });
});

describe('a uuid', () => {
  it.each([
    ['/abc//d==', 1, 404],
    ['/abc//d==', 2, 200],
    ['abc/d==', 1, 200],
    ['abc/d==', 2, 404],
    ['abcd==', 1, 200],
  ])('%s that is escaped %d times is answered with %d', async (uuid, times, status) => {
    const { world, meeting } = stage();
    meeting.uuid = uuid;
    const { get } = await visit({ world });
    const once = encodeURIComponent(uuid);
    const escaped = times === 2 ? encodeURIComponent(once) : once;
    expect((await get(`/past_meetings/${escaped}`)).status).toBe(status);
  });
});

describe('a meeting', () => {
  it('has one row for each stay, also in the waiting room', async () => {
    const { world, ann, meeting } = stage();
    join(meeting, ann, { from: 5, isWaiting: true });
    join(meeting, { name: 'Guest', typed: 'ann@example.com' });
    const { get } = await visit({ world });
    const path = `/past_meetings/${encodeURIComponent(meeting.uuid)}/participants`;
    const { participants } = await bodyOf(await get(path));
    expect(participants).toMatchObject([
      { id: ann.id, status: 'in_meeting', internal_user: true },
      { id: ann.id, status: 'in_waiting_room' },
      { id: '', user_email: 'ann@example.com', internal_user: false },
    ]);
  });

  it('has a chat of every kind, in base64, as a file', async () => {
    const { world, ann, meeting } = stage();
    const first = say(meeting, ann, 'Hello');
    say(meeting, ann, '', { type: 3, about: first.id });
    const { get } = await visit({ world });
    const { meetings } = await bodyOf(await get(`/archive_files?${span}`));
    const [file] = meetings[0]?.archive_files ?? [];
    if (!file) throw new Error('There is no file.');
    expect(file).toMatchObject({ file_type: 'CHAT', file_extension: 'JSON' });
    const chat = Buffer.from(await (await get(file.download_url)).arrayBuffer());
    expect(createHash('sha256').update(chat).digest('hex')).toBe(
      file.encryption_fingerprint,
    );
    expect(JSON.parse(chat.toString()).messages).toMatchObject([
      { msg_type: 1, msg_content: btoa('Hello'), msg_extended_type: '010101000100' },
      { msg_type: 3, original_msg_id: btoa(first.id) },
    ]);
  });

  it('that is being recorded says next to nothing of its files', async () => {
    const { world, meeting } = stage();
    addFile(meeting, 'MP4', { readyAt: new Date(+now + 1000) });
    const { get } = await visit({ world });
    const path = `/meetings/${encodeURIComponent(meeting.uuid)}/recordings`;
    const { duration, recording_files: files } = await bodyOf(await get(path));
    expect(duration).toBe(0);
    expect(files).toMatchObject([{ status: 'processing', file_type: '', file_size: 0 }]);
    expect(files[0]).not.toHaveProperty('recording_type');
  });

  it('shows nothing from the future', async () => {
    const { world, ann } = stage();
    const later = addMeeting(world, { host: ann, start: ago(-10), people: [ann] });
    const { get } = await visit({ world });
    expect((await get(`/past_meetings/${encodeURIComponent(later.uuid)}`)).status).toBe(
      404,
    );
  });
});

describe('trouble', () => {
  it('comes by route and number', async () => {
    const rules = [
      {
        fault: { kind: 'broken' as const, status: 503 as const },
        routes: ['users' as const],
        after: 1,
        times: 2,
      },
    ];
    const { get } = await visit({ ...stage(), faults: { rules } });
    const statuses: number[] = [];
    for (let turn = 0; turn < 4; turn++) statuses.push((await get('/users')).status);
    expect(statuses).toEqual([200, 503, 503, 200]);
  });

  it('of too many requests has a date to come back at', async () => {
    const { get } = await visit({ ...stage(), rateLimits: { medium: 1 } });
    await get('/users');
    const limited = await get('/users');
    expect(limited.status).toBe(429);
    expect(limited.headers.get('retry-after')).toBe('2026-03-10T12:00:01.000Z');
  });

  it('of a missing scope is no JSON', async () => {
    const rules = [{ fault: { kind: 'missingScope' as const }, after: 1 }];
    const { get } = await visit({ ...stage(), faults: { rules } });
    const answer = await get('/users');
    expect(answer.status).toBe(400);
    await expect(answer.json()).rejects.toThrow();
  });
});

describe('a file elsewhere', () => {
  it('is redirected to, and reports a token that comes along', async () => {
    const { world, meeting } = stage();
    addFile(meeting, 'MP4', { host: 'elsewhere' });
    const { get, zoom } = await visit({ world });
    const { meetings } = await bodyOf(await get(`/archive_files?${span}`));
    const [file] = meetings[0]?.archive_files ?? [];
    if (!file) throw new Error('There is no file.');
    const location = (await get(file.download_url)).headers.get('location') ?? '';
    expect(new URL(location).host).toBe(zoom.elsewhere);
    expect((await get(location, {})).status).toBe(200);
    expect(zoom.violations).toEqual([]);
    await get(location);
    expect(zoom.violations).toEqual(['a token was sent to a foreign host']);
  });
});
