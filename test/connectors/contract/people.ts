import { describe, expect } from 'vitest';
import { lastDay, now } from '../../shared/connectors/pipeline.ts';
import type { Case } from '../cases.ts';
import {
  addresses,
  ann,
  ben,
  cat,
  emailSaying,
  hoursAgo,
  person,
  plans,
  type Stage,
  type StageRun,
} from '../stage.ts';
import type { Talk } from '../subject.ts';

const crowd = 5000;

export function describePeople(test: Case): void {
  describe('who gets an item', () => {
    test('are those who were in the conversation, and nobody else', [], async (open) => {
      const stage = await open();
      const others = { name: 'Elsewhere', people: [ben, cat] };
      await stage.say({ in: plans(), by: ann, at: hoursAgo(2), text: 'Here.' });
      await stage.say({ in: others, by: cat, at: hoursAgo(1), text: 'There.' });
      const { emails } = await stage.run();
      const [here, there] = [emailSaying(emails, 'Here.'), emailSaying(emails, 'There.')];
      expect(here.readers).toEqual(addresses(ann, ben));
      expect(there.readers).toEqual(addresses(ben, cat));
      expect(here.item.conversation.id).not.toBe(there.item.conversation.id);
      expect(here.item.audienceUnknown).not.toBe(true);
    });

    test(
      'stay those who got it, whoever comes and goes between two runs',
      ['members who change'],
      async (open) => {
        const stage = await open();
        const talk = plans();
        await stage.say({ in: talk, by: ann, at: hoursAgo(2), text: 'Before.' });
        const first = await stage.run();
        expect(emailSaying(first.emails, 'Before.').readers).toEqual(addresses(ann, ben));
        const after = await comeAndGo(stage, talk);
        expect(after.emails).toHaveLength(1);
        const { readers } = emailSaying(after.emails, 'After.');
        expect(readers).toEqual(expect.arrayContaining(addresses(ann, cat)));
        expect(after.reread).toBe(1);
      },
    );

    test(
      'are none who had left before it was said',
      ['members who change', 'times of leaving'],
      async (open) => {
        const stage = await open();
        const talk = plans();
        await stage.say({ in: talk, by: ann, at: hoursAgo(2), text: 'Before.' });
        await stage.run();
        const { emails } = await comeAndGo(stage, talk);
        expect(emailSaying(emails, 'After.').readers).toEqual(addresses(ann, cat));
      },
    );

    test(
      'are told of a deletion as they were of the original',
      ['members who change', 'deletions'],
      async (open) => {
        const stage = await open();
        const talk = plans();
        const at = hoursAgo(2);
        const said = await stage.say({ in: talk, by: ann, at, text: 'Before.' });
        await stage.run();
        const change = new Date(+now + 60_000);
        await stage.source.join?.(talk, cat, change);
        await stage.source.leave?.(talk, ben, change);
        await stage.source.remove?.(said, new Date(+change + 60_000), ann);
        stage.later(1);
        const window = { from: lastDay.from, to: stage.clock.now() };
        const { emails } = await stage.run({ window });
        expect(emails).toMatchObject([
          { item: { event: 'deleted' }, readers: addresses(ann, ben) },
        ]);
      },
    );

    const past = 'are those of its moment, also where they changed before anybody came';
    test(past, ['members of the past'], async (open) => {
      const stage = await open();
      const { source } = stage;
      const talk = plans();
      await stage.say({ in: talk, by: ann, at: hoursAgo(4), text: 'Before.' });
      await source.join?.(talk, cat, hoursAgo(3));
      await source.leave?.(talk, ben, hoursAgo(2));
      await stage.say({ in: talk, by: ann, at: hoursAgo(1), text: 'After.' });
      const { emails } = await stage.run();
      expect(emailSaying(emails, 'Before.').readers).toEqual(addresses(ann, ben));
      expect(emailSaying(emails, 'After.').readers).toEqual(addresses(ann, cat));
    });

    test(
      'are those from outside too, where there is nobody else',
      ['people from outside'],
      async (open) => {
        const stage = await open();
        const [dan, eva] = [person('Dan', true), person('Eva', true)];
        const talk = { name: 'Outside', people: [dan, eva] };
        await stage.say({ in: talk, by: dan, at: hoursAgo(1), text: 'Hello.' });
        const { emails } = await stage.run();
        const { participants } = emailSaying(emails, 'Hello.').item;
        // Not every source tells an address that it has not proved.
        expect(participants.map(({ name }) => name).sort()).toEqual([dan.name, eva.name]);
        const told = participants.flatMap(({ address }) => address ?? []);
        expect(addresses(dan, eva)).toEqual(expect.arrayContaining(told));
      },
    );

    test(
      'is the author at most, and nobody knows, where the source does not tell',
      ['untold members'],
      async (open) => {
        const stage = await open();
        const talk = { ...plans(), isUntold: true };
        await stage.say({ in: talk, by: ann, at: hoursAgo(1), text: 'Who is there?' });
        const { emails } = await stage.run();
        const { item, readers } = emailSaying(emails, 'Who is there?');
        expect(addresses(ann)).toEqual(expect.arrayContaining(readers));
        expect(item.audienceUnknown).toBe(true);
      },
    );

    test(`are all ${crowd} of them`, ['thousands of people'], async (open) => {
      const stage = await open();
      const people = Array.from({ length: crowd }, (_, index) => person(`P${index}`));
      const talk = { name: 'All hands', people };
      const [by = ann] = people;
      await stage.say({ in: talk, by, at: hoursAgo(1), text: 'Welcome.' });
      const { emails } = await stage.run();
      expect(emailSaying(emails, 'Welcome.').readers).toEqual(addresses(...people));
    });
  });
}

/** Cat comes, Ben goes, Ann says something, and the archive comes by. */
async function comeAndGo(stage: Stage, talk: Talk): Promise<StageRun> {
  const { source } = stage;
  const change = new Date(+now + 60_000);
  await source.join?.(talk, cat, change);
  await source.leave?.(talk, ben, new Date(+change + 1000));
  const at = new Date(+change + 60_000);
  await stage.say({ in: talk, by: ann, at, text: 'After.' });
  stage.later(1);
  const window = { from: now, to: stage.clock.now() };
  return stage.run({ window, readFrom: lastDay.from });
}
