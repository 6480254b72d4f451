import { expect, test } from 'vitest';
import message from '../../../local/webex/samples/message.json' with { type: 'json' };
import room from '../../../local/webex/samples/room.json' with { type: 'json' };
import { samplePeople, sampleWorld } from '../../../local/webex/sampleWorld.ts';
import { stayAt } from '../../../local/webex/world.ts';
import { ago, now, visit } from './visitor.ts';

test('the sample data holds every kind of item, all within the last 20 hours', async () => {
  const world = sampleWorld({ now });
  const { allEvents, webex } = await visit({ world });
  const events = await allEvents();
  const kinds = new Set(events.map(({ resource, type }) => `${resource} ${type}`));
  expect(kinds).toEqual(
    new Set([
      'messages created',
      'messages updated',
      'messages deleted',
      'memberships created',
      'memberships deleted',
      'attachmentActions created',
    ]),
  );
  const created = events.filter(
    ({ resource, type }) => `${resource} ${type}` === 'messages created',
  );
  expect(created.length).toBeGreaterThan(50);
  const said = [...world.messages.values()];
  expect(said.every(({ versions }) => versions[0].at > ago(1200))).toBe(true);
  expect(webex.violations).toEqual([]);
});

test("the vendor's own room and message are in it, as they are in its samples", async () => {
  const { get } = await visit({ world: sampleWorld({ now }) });
  expect(await (await get(`/rooms/${room.id}`)).json()).toMatchObject({
    title: 'Project Unicorn - Sprint 0',
    teamId: room.teamId,
    ownerId: room.ownerId,
  });
  expect(await (await get(`/messages/${message.id}`)).json()).toMatchObject({
    text: message.text,
    html: message.html,
    personEmail: 'matt@example.com',
  });
  expect((await get(`/teams/${room.teamId}`)).status).toBe(200);
});

test('the same time makes the same world, and another time the same ids', () => {
  const ids = (time: Date) => [...sampleWorld({ now: time }).messages.keys()];
  expect(ids(now)).toEqual(ids(ago(5000)));
  expect(ids(now).length).toBe(new Set(ids(now)).size);
});

test('everybody who speaks is in the room, and known to the mailboxes or from outside', () => {
  const world = sampleWorld({ now });
  const people = new Map(samplePeople().map((person) => [person.id, person]));
  for (const { room, author, versions } of world.messages.values()) {
    expect(stayAt(world, room, author, versions[0].at)).toBeDefined();
    expect(people.get(author.uuid)?.address).toBe(author.address);
  }
  expect(samplePeople().filter(({ internal }) => !internal)).toHaveLength(2);
});
