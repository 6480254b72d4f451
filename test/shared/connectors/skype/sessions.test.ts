import { describe, expect, it } from 'vitest';
import { type EmlLayout, eml, type SampleSession } from '../../../../local/skype/eml.ts';
import { addressesOf, minutesAgo, openBench } from './harness.ts';
import { ann, ben, cat } from './people.ts';

const session: SampleSession = {
  from: ann,
  to: [ben],
  at: minutesAgo(60),
  text: '[10:00] Ann: Grüße, 5 € & <b>\n[10:01] Ben: Bye.',
};

describe('a session', () => {
  const layouts: [string, EmlLayout][] = [
    ['a base64 part', {}],
    ['lines of Unix', { newline: '\n' }],
    ['a byte order mark', { encoding: 'utf-8 with a mark' }],
    ['UTF-16', { encoding: 'utf-16le' }],
    ['a part of eight bits', { transfer: '8bit' }],
    ['no parts', { isSinglePart: true }],
    ['all people in one line', { isToOneLine: true }],
    ['rich text', { body: 'text/rtf' }],
    ['HTML', { body: 'text/html' }],
  ];
  for (const [name, layout] of layouts) {
    it(`with ${name} is read`, async () => {
      const bench = openBench();
      bench.drop.put('eml/sql_lync/2026/1.eml', eml(session, layout));
      const { items, rejects } = await bench.run();
      expect(rejects).toEqual([]);
      expect(items).toHaveLength(1);
      const [item] = items;
      expect(item?.text.replace(/\n+/g, '\n').trim()).toBe(session.text);
      expect(item && addressesOf(item)).toEqual([ann.address, ben.address]);
      expect(item).toMatchObject({ at: session.at, author: { address: ann.address } });
    });
  }

  it('in a code page is read', async () => {
    const bench = openBench();
    const text = 'Grüße';
    bench.drop.put('eml/1.eml', eml({ ...session, text }, { charset: 'windows-1252' }));
    expect((await bench.run()).items[0]?.text).toBe(text);
  });

  it('keeps HTML beside its text', async () => {
    const bench = openBench();
    bench.drop.put('eml/1.eml', eml(session, { body: 'text/html' }));
    expect((await bench.run()).items[0]?.html).toContain('&lt;b>');
  });

  it('names people by sip: or without it', async () => {
    const bench = openBench();
    const from = { name: 'Ann', address: 'sip:Ann@example.com' };
    const to = [{ address: 'sip:ben@example.com' }, { address: 'ben@example.com' }];
    bench.drop.put('eml/1.eml', eml({ ...session, from, to }));
    const [item] = (await bench.run()).items;
    expect(item?.participants).toEqual([
      { id: 'ann@example.com', name: 'Ann', address: 'Ann@example.com' },
      { id: 'ben@example.com', address: 'ben@example.com' },
    ]);
  });

  it('takes the parameters of a SIP address for nobody', async () => {
    const bench = openBench();
    const to = [
      { address: 'sip:ben@example.com;gruu;opaque=app:conf:focus:id:1' },
      { address: 'sip:cat@example.com;dan@example.com' },
    ];
    bench.drop.put('eml/1.eml', eml({ ...session, to }));
    const { items } = await bench.run();
    expect(items.flatMap(addressesOf)).toEqual([
      'ann@example.com',
      'ben@example.com',
      'cat@example.com',
      'dan@example.com',
    ]);
  });

  it('goes to the catch-all where it names nobody', async () => {
    const bench = openBench();
    const { from: _, ...rest } = session;
    bench.drop.put('eml/1.eml', eml({ ...rest, to: [] }));
    const [item] = (await bench.run()).items;
    expect(item).toMatchObject({ participants: [], audienceUnknown: true });
  });

  it('has the uploads of a conference as its files', async () => {
    const bench = openBench();
    const files = [
      { name: 'Plän.txt', content: 'The plan.' },
      { name: 'empty.bin', content: '' },
    ];
    bench.drop.put('eml/1.eml', eml({ ...session, to: [ben, cat], files }));
    const [item] = (await bench.run()).items;
    expect(item?.files).toMatchObject([
      { name: 'Plän.txt', bytes: 9, contentType: 'text/plain' },
      { name: 'empty.bin', bytes: 0 },
    ]);
    const { path = '' } = item?.files[0] ?? {};
    expect(bench.files.contents.get(path)?.toString()).toBe('The plan.');
  });

  it('that is known stores no file a second time', async () => {
    const bench = openBench();
    const withFile = { ...session, files: [{ name: 'a.txt', content: 'x' }] };
    bench.drop.put('eml/1.eml', eml(withFile));
    await bench.run();
    bench.drop.put('eml/2.eml', eml(withFile));
    await bench.run();
    expect(bench.files.contents.size).toBe(1);
  });

  const dates: [string, string | undefined][] = [
    ['Tue, 10 Mar 2026 12:00:00 +0100', '2026-03-10T11:00:00.000Z'],
    ['3/10/2026 11:00:00 AM', '2026-03-10T11:00:00.000Z'],
    ['2026-03-10T11:00:00', '2026-03-10T11:00:00.000Z'],
    ['rubbish', undefined],
  ];
  for (const [date, at] of dates) {
    it(`of "${date}" is of the same time on every machine`, async () => {
      const bench = openBench();
      const { at: _, ...undated } = session;
      bench.drop.put('eml/1.eml', eml({ ...undated, headers: [`Date: ${date}`] }));
      const [item] = (await bench.run()).items;
      expect(item?.at.toISOString()).toBe(at ?? '1970-01-01T00:00:00.000Z');
      expect(item?.notes ?? []).toHaveLength(at === undefined ? 1 : 0);
    });
  }

  it('without a date is of the first time in its transcript', async () => {
    const bench = openBench();
    const { at: _, ...undated } = session;
    const text = '3/10/2026 9:05:07 AM Ann: Hi.';
    bench.drop.put('eml/1.eml', eml({ ...undated, text }));
    const [item] = (await bench.run()).items;
    expect(item?.at.toISOString()).toBe('2026-03-10T09:05:07.000Z');
  });

  it('gives one email whatever its file is called, and in whatever order its people stand', async () => {
    const [here, there] = [openBench(), openBench()];
    here.drop.put('eml/a/1.eml', eml({ ...session, to: [ben, cat] }));
    there.drop.put('eml/b/2.eml', eml({ ...session, to: [cat, ben] }, { newline: '\n' }));
    const [[one], [other]] = [(await here.run()).items, (await there.run()).items];
    expect(other).toMatchObject({ key: one?.key, itemId: one?.itemId });
  });
});

describe('a session that is exported again', () => {
  const grown = { ...session, text: `${session.text}\n[10:05] Ann: Wait.` };

  for (const [what, id] of [
    ['an id', { messageId: 'session-1@lync' }],
    ['no id', {}],
  ] as const) {
    it(`after it grew, with ${what}, is a revision that refers to the former`, async () => {
      const bench = openBench();
      bench.drop.put('eml/monday/1.eml', eml({ ...session, ...id }));
      const [first] = (await bench.run()).items;
      bench.drop.put('eml/tuesday/7.eml', eml({ ...grown, ...id }));
      bench.restart();
      const [second] = (await bench.run()).items;
      expect(second).toMatchObject({
        event: 'edited',
        changesKey: first?.key,
        text: grown.text,
        change: 'The session had grown when it was exported again: this is all of it.',
        conversation: first?.conversation,
      });
      const whole = { ...grown, text: `${grown.text}\n[10:09] Ben: OK.` };
      bench.drop.put('eml/wednesday/3.eml', eml({ ...whole, ...id }));
      const [third] = (await bench.run()).items;
      expect(third).toMatchObject({ event: 'edited', changesKey: second?.key });
    });
  }

  it('is nothing new if it did not grow', async () => {
    const bench = openBench();
    bench.drop.put('eml/monday/1.eml', eml(session));
    await bench.run();
    bench.drop.put('eml/tuesday/7.eml', eml(session, { isToOneLine: true }));
    expect(await bench.run()).toMatchObject({ items: [], available: 1, reread: 1 });
    expect(bench.drop.markOf('eml/tuesday/7.eml')).toBe('taken');
  });

  it('in both states at once gives the former first', async () => {
    const bench = openBench();
    bench.drop.put('eml/a.eml', eml(grown));
    bench.drop.put('eml/b.eml', eml(session));
    const { items } = await bench.run({ losesAnswers: true });
    expect(items).toMatchObject([
      { event: 'created', text: session.text },
      { event: 'edited', text: grown.text },
    ]);
    expect(items[1]?.changesKey).toBe(items[0]?.key);
  });

  it('goes to those whom each export names, and to no others', async () => {
    const bench = openBench();
    const meeting = { ...session, to: [ben, cat] };
    bench.drop.put('eml/1.eml', eml({ ...meeting, to: [ben, cat] }));
    await bench.run();
    const dan = { address: 'dan@example.com' };
    bench.drop.put('eml/2.eml', eml({ ...grown, to: [ben, cat, dan] }));
    const [item] = (await bench.run()).items;
    expect(item).toMatchObject({ event: 'edited' });
    expect(item && addressesOf(item)).toContain(dan.address);
  });

  it('is told from another session that begins in the same way', async () => {
    const bench = openBench();
    const hi = { ...session, text: 'Hi.' };
    bench.drop.put('eml/1.eml', eml(hi));
    bench.drop.put('eml/2.eml', eml({ ...hi, to: [cat] }));
    bench.drop.put('eml/3.eml', eml({ ...hi, at: minutesAgo(30) }));
    const { items } = await bench.run();
    expect(items.map(({ event }) => event)).toEqual(['created', 'created', 'created']);
  });
});
