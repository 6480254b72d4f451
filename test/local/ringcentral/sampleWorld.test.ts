import { expect, test } from 'vitest';
import postSample from '../../../local/ringcentral/samples/post.json' with {
  type: 'json',
};
import teamSample from '../../../local/ringcentral/samples/team.json' with {
  type: 'json',
};
import { samplePeople, sampleWorld } from '../../../local/ringcentral/sampleWorld.ts';
import { samplePeople as webexPeople } from '../../../local/webex/samplePeople.ts';
import { ago, now, visit } from './visitor.ts';

test('the sample data holds every kind of item, all within the last 20 hours', async () => {
  const world = sampleWorld({ now });
  const { exported, simulated } = await visit({ world });
  const { posts, tasks, notes, events, files, whiteboards } = await exported();
  for (const records of [posts, tasks, notes, events, files, whiteboards]) {
    expect(records?.length).toBeGreaterThan(0);
  }
  expect(posts?.some(({ deleted }) => deleted === true)).toBe(true);
  expect(notes?.map(({ status }) => status)).toContain('Draft');
  expect(world.records.every(({ created }) => created > ago(1200))).toBe(true);
  expect(simulated.violations).toEqual([]);
});

test("the vendor's own team and file are in it", async () => {
  const { exported } = await visit({ world: sampleWorld({ now }) });
  const { chats = [], files = [] } = await exported();
  expect(chats).toContainEqual(
    expect.objectContaining({ id: teamSample.id, name: teamSample.name }),
  );
  const [file] = postSample.attachments;
  expect(files).toContainEqual(
    expect.objectContaining({ id: file?.id, name: file?.name }),
  );
});

test('the same time makes the same world, with the people of the other vendors', () => {
  const ids = (time: Date) =>
    sampleWorld({ now: time }).records.map(({ json }) => json.id);
  expect(ids(now)).toEqual(ids(ago(5000)));
  const addresses = samplePeople().map(({ address }) => address);
  expect(addresses).toEqual(
    expect.arrayContaining(webexPeople().map(({ address }) => address)),
  );
});
