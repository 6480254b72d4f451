import PostalMime from 'postal-mime';
import { describe, expect } from 'vitest';
import { lastDay, minutesAgo, now } from '../../shared/connectors/pipeline.ts';
import { type Case, expectSentence } from '../cases.ts';
import {
  addresses,
  ann,
  ben,
  bytesByKey,
  emailSaying,
  hoursAgo,
  plans,
  type Stage,
} from '../stage.ts';
import type { ContractSubject, Said } from '../subject.ts';
import { listedAgain, sayMany } from '../talks.ts';

const text = 'Buy at nine.';

/** Something that has been archived, and an hour later. */
async function archived(stage: Stage): Promise<Said> {
  const said = await stage.say({ in: plans(), by: ann, at: hoursAgo(2), text });
  await stage.run();
  stage.later(1);
  return said;
}

export function describeItems(subject: ContractSubject, test: Case): void {
  describe('an item', () => {
    test(
      'that is edited leaves its email as it is, and gives another',
      ['edits'],
      async (open) => {
        const stage = await open();
        const said = await archived(stage);
        const first = emailSaying(stage.emails.values(), text);
        const at = new Date(+now + 60_000);
        await stage.source.edit?.(said, { at, text: 'Sell at ten.' });
        const window = { from: lastDay.from, to: stage.clock.now() };
        const { emails } = await stage.run({ window });
        expect(emails).toHaveLength(1);
        const { item, readers } = emailSaying(emails, 'Sell at ten.', 'edited');
        expect(item).toMatchObject({ changesKey: first.item.key, quote: { text } });
        expect(item.conversation).toEqual(first.item.conversation);
        expect(readers).toEqual(first.readers);
        expect((await stage.run({ window })).emails).toEqual([]);
      },
    );

    test(
      'that is edited again gives an email for each state',
      ['edits'],
      async (open) => {
        const stage = await open();
        const said = await archived(stage);
        for (const [minute, text] of [
          [1, 'Sell at ten.'],
          [9, 'Hold.'],
        ] as const) {
          const at = new Date(+stage.clock.now() - (10 - minute) * 60_000);
          await stage.source.edit?.(said, { at, text });
          await stage.run({ window: { from: lastDay.from, to: stage.clock.now() } });
          stage.later(1);
        }
        const emails = [...stage.emails.values()];
        expect(emailSaying(emails, 'Sell at ten.', 'edited')).toBeDefined();
        expect(emailSaying(emails, 'Hold.', 'edited')).toBeDefined();
        expect(emails).toHaveLength(3);
      },
    );

    test(
      'that is deleted leaves its email, and all who got it are told',
      ['deletions'],
      async (open) => {
        const stage = await open();
        const said = await archived(stage);
        const first = emailSaying(stage.emails.values(), text);
        await stage.source.remove?.(said, new Date(+now + 60_000), ann);
        const window = { from: lastDay.from, to: stage.clock.now() };
        const { emails } = await stage.run({ window });
        expect(emails).toMatchObject([
          {
            item: { event: 'deleted', changesKey: first.item.key, quote: { text } },
            readers: first.readers,
          },
        ]);
        expect((await stage.run({ window })).emails).toEqual([]);
      },
    );

    test(
      'that was deleted before anybody came is archived all the same',
      ['deletions', 'texts of what was deleted'],
      async (open) => {
        const stage = await open();
        const said = await stage.say({ in: plans(), by: ann, at: hoursAgo(2), text });
        await stage.source.remove?.(said, hoursAgo(1), ann);
        const { emails } = await stage.run();
        expect(emails.length).toBeGreaterThan(0);
        expect(emails.some(({ item }) => item.event === 'deleted')).toBe(true);
        expect(emails.some(({ item }) => (item.quote?.text ?? item.text) === text)).toBe(
          true,
        );
      },
    );

    for (const unknown of ['type', 'content'] as const) {
      const ability = unknown === 'type' ? 'unknown types' : 'unreadable items';
      const title = `of a ${unknown} that nobody knows is counted, kept or reported once, and stops no other`;
      test(title, [ability], async (open) => {
        const stage = await open();
        await sayMany(stage, 3);
        await stage.say({ in: plans(), by: ben, at: hoursAgo(1), text, unknown });
        const { emails, rejects, available } = await stage.run();
        expect(available).toBe(4);
        expect(emails.length + rejects.length + stage.pipeline.gaps.size).toBe(4);
        for (const { reason } of rejects) expectSentence(reason);
        const reread = listedAgain(subject, 4);
        expect(await stage.run()).toMatchObject({ emails: [], rejects: [], reread });
      });
    }

    test(
      'keeps the fields that nobody knows, and its email is the same',
      ['unknown fields'],
      async (open) => {
        const [plain, odd] = [await open(), await open({ hasUnknownFields: true })];
        await sayMany(plain, 3);
        await sayMany(odd, 3);
        await plain.run();
        const { pages } = await odd.run();
        expect(bytesByKey(odd.emails.values())).toEqual(
          bytesByKey(plain.emails.values()),
        );
        for (const record of pages.flatMap(({ records }) => records)) {
          expect(JSON.stringify(record.raw)).toContain(subject.unknownField);
        }
      },
    );

    test('with hostile names becomes one honest email', [], async (open) => {
      const stage = await open();
      const name =
        'A "b" <c>;\r\nBcc: eve@example.org\r\n\r\n../../d\0\u202e=?utf-8?Q?e?=';
      const author = { name: `Eve ${name}`, address: 'eve@example.com' };
      const file = { name: `../../etc/${name}.txt`, content: 'The file.' };
      const talk = { name: `<script>alert(1)</script> ${name}`, people: [author, ben] };
      const withFile = subject.lacks.files ? {} : { file };
      await stage.say({ in: talk, by: author, at: hoursAgo(1), text, ...withFile });
      await stage.run();
      const email = emailSaying(stage.emails.values(), text);
      expect(email.readers).toEqual(addresses(author, ben));
      const parsed = await PostalMime.parse(Buffer.from(email.bytes, 'latin1'));
      expect(parsed.bcc ?? []).toEqual([]);
      expect(parsed.from?.address).toBe(author.address);
      expect(parsed.html ?? '').not.toContain('<script');
      expect(parsed.attachments).toHaveLength(email.files.length);
      for (const { filename } of parsed.attachments) {
        expect(filename).not.toMatch(/[/\\\r\n\0\u202e]/);
      }
    });

    test('is of the time when it happened', [], async (open) => {
      const stage = await open();
      await sayMany(stage, 2, { at: (index) => minutesAgo(90 + index) });
      const { items } = await stage.run();
      for (const { at } of items) {
        expect(+at).toBeGreaterThan(+lastDay.from);
        expect(+at).toBeLessThanOrEqual(+hoursAgo(1));
      }
    });
  });
}
