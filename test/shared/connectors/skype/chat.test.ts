import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type ChatLayout, complianceXml } from '../../../../local/skype/complianceXml.ts';
import { createFakeDrop } from '../fakes.ts';
import { addressesOf, itemSaying, openBench } from './harness.ts';
import { ann, ben, cat, chat, dan, join, lunch, part, plans } from './people.ts';

const sample = readFileSync('local/skype/samples/persistent-chat-compliance-sample.xml');
const textsOf = (items: { text: string }[]) => items.map(({ text }) => text);

/** Ann and Ben are in, and Ann says something. */
const simple = (text = 'Buy at nine.') => [
  { room: plans, messages: [join(ann, 90), join(ben, 80), chat(ann, 60, text)] },
];

describe('a compliance file of Persistent Chat', () => {
  it("of Microsoft's own page is read", async () => {
    const bench = openBench();
    bench.drop.put('persistent-chat/sample.xml', sample);
    const { items, rejects } = await bench.run();
    expect(rejects).toEqual([]);
    expect(textsOf(items)).toEqual([
      'hello',
      'Uploaded a file: 0988239a-bb66-4616-90a4-b07771a2097c.txt',
    ]);
    expect(items[0]).toMatchObject({
      at: new Date('2008-03-12T19:56:40.522Z'),
      author: { name: 'TestUser kazuto', address: 'kazuto@litwareinc.com' },
      conversation: { name: 'Chat room 300 (litwareinc.com)' },
    });
  });

  const layouts: [string, ChatLayout][] = [
    ['UTF-8', {}],
    ['UTF-8 with a byte order mark', { encoding: 'utf-8 with a mark' }],
    ['UTF-16, little end first', { encoding: 'utf-16le' }],
    ['UTF-16, big end first', { encoding: 'utf-16be' }],
    ['one line', { newline: '' }],
    ['lines of Unix', { newline: '\n' }],
    ['addresses with sip:', { hasSip: true }],
  ];
  for (const [name, layout] of layouts) {
    for (const chunkBytes of [7, 1000]) {
      it(`in ${name} is read in pieces of ${chunkBytes} bytes`, async () => {
        const bench = openBench({ drop: createFakeDrop(chunkBytes) });
        const text = 'Größe > "ß" & <b> 🍜\nline two';
        bench.drop.put('persistent-chat/a.xml', complianceXml(simple(text), layout));
        const { items } = await bench.run();
        expect(addressesOf(itemSaying(items, text))).toEqual([ann.address, ben.address]);
      });
    }
  }

  it('in a code page that it declares is read', async () => {
    const bench = openBench();
    const text = 'Grüße';
    const file = complianceXml(simple(text), { encoding: 'windows-1252' });
    bench.drop.put('persistent-chat/a.xml', file);
    expect(textsOf((await bench.run()).items)).toEqual([text]);
  });

  it('that says UTF-16 and is UTF-8 is read', async () => {
    const bench = openBench();
    const xml = complianceXml(simple('Grüße')).toString().replace('utf-8', 'utf-16');
    bench.drop.put('persistent-chat/a.xml', xml);
    expect(textsOf((await bench.run()).items)).toEqual(['Grüße']);
  });

  it('without details of users and rooms names people by their address', async () => {
    const bench = openBench();
    const { name: _, ...room } = plans;
    const messages = [join(ann, 90), join(ben, 80), chat(ann, 60, 'Hello.')];
    const xml = complianceXml([{ room, messages }], { hasUserDetails: false });
    bench.drop.put('persistent-chat/a.xml', xml);
    const [item] = (await bench.run()).items;
    expect(item && addressesOf(item)).toEqual([ann.address, ben.address]);
    expect(item?.conversation.name).toBe('Chat room 300 (example.com)');
  });

  it('names people by their email where only some events have it', async () => {
    const bench = openBench();
    const messages = [join(ann, 90), join(ben, 80), chat(ann, 60, 'Hi.'), part(ann, 50)];
    const xml = complianceXml([{ room: plans, messages }]).toString();
    const chatsAs = xml.replaceAll(`uri="${ann.address}"`, 'uri="ann.chat@example.com"');
    const [before = '', ...after] = chatsAs.split('type="CHAT"');
    const without = after
      .join('type="CHAT"')
      .replaceAll(`email="${ann.address}"`, 'email=""');
    bench.drop.put('persistent-chat/a.xml', `${before}type="CHAT"${without}`);
    const [item] = (await bench.run()).items;
    expect(item && addressesOf(item)).toEqual([ann.address, ben.address]);
  });

  it('with names of attributes in another case is read', async () => {
    const bench = openBench();
    const xml = complianceXml(simple()).toString().replaceAll('UserName', 'userName');
    bench.drop.put('persistent-chat/a.xml', xml);
    expect((await bench.run()).items[0]?.author.name).toBe('Ann');
  });

  it('repeats its first message, which is archived once', async () => {
    const bench = openBench();
    const messages = [chat(ann, 60, 'First.'), chat(ann, 59, 'Second.')];
    bench.drop.put('persistent-chat/a.xml', complianceXml([{ room: plans, messages }]));
    const { items, available } = await bench.run();
    expect(textsOf(items)).toEqual(['First.', 'Second.']);
    expect(available).toBe(2);
  });

  it('gives its first message where nothing else has it', async () => {
    const bench = openBench();
    const [first, other] = [chat(ann, 60, 'First.'), chat(ann, 59, 'Second.')];
    const both = complianceXml([{ room: plans, messages: [first, other] }]).toString();
    const xml = both.replace(/(<Messages>\s*)<Message .*?<\/Message>/s, '$1');
    bench.drop.put('persistent-chat/a.xml', xml);
    expect(textsOf((await bench.run()).items)).toEqual(['First.', 'Second.']);
  });

  for (const [name, written, text] of [
    ['as .NET writes them', 'a&#xB;b &#xD83D; c', 'a&#xB;b &#xD83D; c'],
    ['as they are', 'a\u000bb \ufffe c', 'a\ufffdb \ufffd c'],
  ] as const) {
    it(`with characters that XML can not hold, ${name}, stops no other`, async () => {
      const bench = openBench();
      const messages = [chat(ann, 60, 'Odd.'), chat(ann, 59, 'Next.')];
      const xml = complianceXml([{ room: plans, messages }]).toString();
      bench.drop.put('persistent-chat/a.xml', xml.replaceAll('Odd.', written));
      const limits = { items: 1 };
      expect(textsOf((await bench.run({ limits })).items)).toEqual([text, 'Next.']);
    });
  }

  it('with rich text gives its text', async () => {
    const bench = openBench();
    const rtf =
      "{\\rtf1\\ansi\\ansicpg1251{\\fonttbl{\\f0 Arial;}}\\f0 \\'cf\\'f0\\'e8 \\u8364? \\{x\\}\\par end}";
    bench.drop.put('persistent-chat/a.xml', complianceXml(simple(rtf)));
    expect(textsOf((await bench.run()).items)).toEqual(['При € {x}\nend']);
  });

  it('is not read while it is a manifest of file transfers', async () => {
    const bench = openBench();
    bench.drop.put('persistent-chat/a.ATTACH', 'whatever');
    expect(await bench.run()).toMatchObject({ available: 0, rejects: [] });
    expect(bench.drop.opened).toEqual([]);
  });

  it('does not archive who came, went, looked back and downloaded', async () => {
    const bench = openBench();
    const silent = ['JOIN', 'PART', 'BACKCHAT', 'FILEDOWNLOAD'].map((type, minute) => ({
      ...chat(ann, 50 + minute, 'x'),
      type,
    }));
    bench.drop.put(
      'persistent-chat/a.xml',
      complianceXml([{ room: plans, messages: silent }]),
    );
    expect(await bench.run()).toMatchObject({ available: 0, items: [] });
  });
});

describe('a message of a room goes to', () => {
  const read = async (...files: Parameters<typeof complianceXml>[0][]) => {
    const bench = openBench();
    for (const [index, file] of files.entries()) {
      bench.drop.put(`persistent-chat/${index}.xml`, complianceXml(file));
    }
    return { ...(await bench.run()), bench };
  };

  it('those who had joined by then and had not left', async () => {
    const messages = [
      ...[join(ann, 90), join(ben, 80), join(cat, 70), part(cat, 65)],
      ...[chat(ann, 60, 'Now.'), join(dan, 50), part(ben, 40), chat(ann, 30, 'Later.')],
    ];
    const { items } = await read([{ room: plans, messages }]);
    expect(addressesOf(itemSaying(items, 'Now.'))).toEqual([ann.address, ben.address]);
    expect(addressesOf(itemSaying(items, 'Later.'))).toEqual([ann.address, dan.address]);
    expect(items.some(({ audienceUnknown }) => audienceUnknown)).toBe(false);
  });

  it('nobody of another room', async () => {
    const { items } = await read([
      { room: plans, messages: [join(ann, 90), chat(ann, 60, 'Here.')] },
      { room: lunch, messages: [join(ann, 90), join(ben, 90), chat(ben, 50, 'There.')] },
    ]);
    expect(addressesOf(itemSaying(items, 'Here.'))).toEqual([ann.address]);
  });

  it('those whose joins stand in files that come after it', async () => {
    const { items } = await read(
      [{ room: plans, messages: [chat(ann, 60, 'Now.')] }],
      [{ room: plans, messages: [part(cat, 65)] }],
      [{ room: plans, messages: [join(ann, 90), join(ben, 80), join(cat, 85)] }],
    );
    expect(addressesOf(itemSaying(items, 'Now.'))).toEqual([ann.address, ben.address]);
    expect(itemSaying(items, 'Now.').audienceUnknown).not.toBe(true);
  });

  it('those who joined in a file of an earlier run', async () => {
    const { bench } = await read([
      { room: plans, messages: [join(ann, 90), join(ben, 80)] },
    ]);
    const messages = [chat(ann, 60, 'Now.')];
    bench.drop.put(
      'persistent-chat/next.xml',
      complianceXml([{ room: plans, messages }]),
    );
    bench.restart();
    const { items } = await bench.run();
    expect(addressesOf(itemSaying(items, 'Now.'))).toEqual([ann.address, ben.address]);
  });

  it('those who were there at first sight, whatever comes later', async () => {
    const first = [{ room: plans, messages: [join(ann, 90), chat(ann, 60, 'Now.')] }];
    const { bench, items } = await read(first);
    bench.drop.put(
      'persistent-chat/late.xml',
      complianceXml([{ room: plans, messages: [join(ben, 95)] }]),
    );
    bench.drop.put('persistent-chat/0.xml', complianceXml(first, { newline: '\n' }));
    expect(await bench.run()).toMatchObject({ items: [], available: 1, reread: 1 });
    expect(addressesOf(itemSaying(items, 'Now.'))).toEqual([ann.address]);
  });

  it('its author and those seen speaking, and is doubtful, where nobody was seen to join', async () => {
    const messages = [
      chat(ben, 70, 'Hi.'),
      chat(ann, 60, 'Now.'),
      chat(cat, 50, 'Late.'),
    ];
    const { items } = await read([{ room: plans, messages }]);
    const item = itemSaying(items, 'Now.');
    expect(addressesOf(item)).toEqual([ann.address, ben.address]);
    expect(item.audienceUnknown).toBe(true);
  });

  it('nobody who only left later, and is doubtful then', async () => {
    const messages = [join(ann, 90), chat(ann, 60, 'Now.'), part(ben, 30)];
    const { items } = await read([{ room: plans, messages }]);
    expect(addressesOf(itemSaying(items, 'Now.'))).toEqual([ann.address]);
    expect(itemSaying(items, 'Now.').audienceUnknown).toBe(true);
  });

  it('those who left under a number alone no more', async () => {
    const bench = openBench();
    const messages = [join(ann, 90), join(ben, 80), part(ben, 70), chat(ann, 60, 'Now.')];
    const xml = complianceXml([{ room: plans, messages }])
      .toString()
      .replace(/(type="PART".*?<Sender )[^/]*\/>/s, '$1id="12" />');
    bench.drop.put('persistent-chat/a.xml', xml);
    const { items } = await bench.run();
    expect(addressesOf(itemSaying(items, 'Now.'))).toEqual([ann.address]);
  });

  it('its author, and is doubtful, where a conversation names two rooms or none', async () => {
    const text = complianceXml([
      { room: plans, messages: [join(ann, 90), join(ben, 80), chat(ann, 60, 'Now.')] },
    ]).toString();
    const [channel = ''] = /<Channel .*?\/>/.exec(text) ?? [];
    for (const [index, other] of [
      '',
      channel + channel.replace('300', '301'),
    ].entries()) {
      const bench = openBench();
      bench.drop.put(`persistent-chat/${index}.xml`, text.replace(channel, other));
      const { items } = await bench.run();
      expect(addressesOf(itemSaying(items, 'Now.'))).toEqual([ann.address]);
      expect(itemSaying(items, 'Now.').audienceUnknown).toBe(true);
    }
  });

  it('its author, and is doubtful, where it is of a type that nobody knows', async () => {
    const deletion = { ...chat(ann, 50, 'Now.'), type: 'CHATDELETE' };
    const { items } = await read([
      { room: plans, messages: [join(ann, 90), join(ben, 80), deletion] },
    ]);
    expect(items).toMatchObject([
      { audienceUnknown: true, participants: [{ name: 'Ann' }] },
    ]);
  });
});

describe('a message of a room', () => {
  it('is archived once, however often and under whatever names it is exported', async () => {
    const bench = openBench();
    bench.drop.put('persistent-chat/a.xml', complianceXml(simple()));
    bench.drop.put('persistent-chat/b/a.xml', complianceXml(simple()));
    expect((await bench.run()).items).toHaveLength(1);
    bench.drop.put(
      'persistent-chat/c.xml',
      complianceXml(simple(), { encoding: 'utf-16le' }),
    );
    expect(await bench.run()).toMatchObject({ items: [], available: 1, reread: 1 });
  });

  it('is told from another one that says the same', async () => {
    const bench = openBench();
    const same = [chat(ann, 60, 'OK'), { ...chat(ann, 60, 'OK'), ticks: 1, id: 0 }];
    const messages = [...same, { ...chat(ben, 60, 'OK'), id: 0 }];
    bench.drop.put('persistent-chat/a.xml', complianceXml([{ room: plans, messages }]));
    expect((await bench.run()).items).toHaveLength(3);
  });

  it('without a place for its text is reported, and stops no other', async () => {
    const bench = openBench();
    const messages = [chat(ann, 60, 'One.'), chat(ann, 50, 'Two.')];
    const xml = complianceXml([{ room: plans, messages }]).toString();
    const renamed = xml.replaceAll('content="One."', 'text="One."');
    bench.drop.put('persistent-chat/a.xml', renamed);
    const { items, rejects } = await bench.run();
    expect(textsOf(items)).toEqual(['Two.']);
    expect(rejects[0]?.reason).toMatch(/does not say what was written/);
  });

  it('with nothing in it is archived', async () => {
    const bench = openBench();
    bench.drop.put('persistent-chat/a.xml', complianceXml(simple('')));
    expect(textsOf((await bench.run()).items)).toEqual(['']);
  });

  it('without a time is reported once, and stops no other', async () => {
    const bench = openBench();
    const messages = [
      { ...chat(ann, 60, 'When?'), hasNoTime: true },
      chat(ann, 50, 'Now.'),
    ];
    bench.drop.put('persistent-chat/a.xml', complianceXml([{ room: plans, messages }]));
    const { items, rejects } = await bench.run();
    expect(textsOf(items)).toEqual(['Now.']);
    expect(rejects).toHaveLength(1);
    bench.drop.put('persistent-chat/b.xml', complianceXml([{ room: plans, messages }]));
    expect((await bench.run()).rejects).toEqual([]);
  });
});
