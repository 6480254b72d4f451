import { Transform } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { complianceXml } from '../../../../local/skype/complianceXml.ts';
import { eml } from '../../../../local/skype/eml.ts';
import { DropRefused } from '../../../../shared/connectors/dropStore.ts';
import { expectSentence } from '../../../connectors/cases.ts';
import { createFakeDrop } from '../fakes.ts';
import { addressesOf, itemSaying, minutesAgo, openBench } from './harness.ts';
import { ann, ben, chat, join, part, plans } from './people.ts';

const session = (text: string) => eml({ from: ann, to: [ben], at: minutesAgo(60), text });
const room = (...texts: string[]) =>
  complianceXml([
    {
      room: plans,
      messages: [
        ...[join(ann, 90), join(ben, 90)],
        ...texts.map((text, index) => chat(ann, 60 - index, text)),
      ],
    },
  ]);
const half = (file: Buffer) => file.subarray(0, Math.floor(file.length / 2));
const textsOf = (items: { text: string }[]) => items.map(({ text }) => text).sort();

describe('a file of the drop', () => {
  it('is not opened again once it was taken', async () => {
    const bench = openBench();
    bench.drop.put('eml/1.eml', session('One.'));
    bench.drop.put('persistent-chat/1.xml', room('Two.'));
    await bench.run();
    bench.drop.opened.length = 0;
    expect(await bench.run()).toMatchObject({ available: 0, items: [] });
    expect(bench.drop.opened).toEqual([]);
    expect(bench.state.documents.size).toBeLessThan(5);
  });

  it('is taken again when it was replaced, and gives what is new in it', async () => {
    const bench = openBench();
    bench.drop.put('persistent-chat/1.xml', room('One.'));
    await bench.run();
    bench.drop.put('persistent-chat/1.xml', room('One.', 'Two.'));
    expect(textsOf((await bench.run()).items)).toEqual(['Two.']);
  });

  it('is taken whatever the window', async () => {
    const bench = openBench();
    bench.drop.put('eml/1.eml', session('One.'));
    const window = { from: minutesAgo(10), to: minutesAgo(5) };
    expect((await bench.run({ window })).items).toHaveLength(1);
  });

  it('that is replaced while it is read is left to the next run', async () => {
    const bench = openBench();
    bench.drop.put(
      'persistent-chat/1.xml',
      room(...Array.from({ length: 30 }, (_, i) => `Item ${i}.`)),
    );
    const limits = { items: 10 };
    const beforePage = (number: number) => {
      if (number === 2) bench.drop.put('persistent-chat/1.xml', room('Another.'));
    };
    const first = await bench.run({ limits, beforePage });
    expect(first.items).toHaveLength(10);
    expect(textsOf((await bench.run()).items)).toEqual(['Another.']);
  });

  it('that is replaced before its attachments are stored takes no twin with it', async () => {
    const bench = openBench();
    const files = [{ name: 'a.txt', content: 'The plan.' }];
    const twin = eml({ from: ann, to: [ben], at: minutesAgo(9), text: 'One.', files });
    bench.drop.put('eml/1.eml', twin);
    bench.drop.put('eml/2.eml', twin);
    const { open } = bench.drop;
    let opened = 0;
    bench.drop.open = async (file, start) => {
      if (++opened === 3) bench.drop.put(file.path, session('Another.'));
      return open(file, start);
    };
    expect((await bench.run()).items).toEqual([]);
    expect(textsOf((await bench.run()).items)).toEqual(['Another.', 'One.']);
  });

  it('that is removed while it is read stops nothing', async () => {
    const bench = openBench();
    bench.drop.put('eml/1.eml', session('One.'));
    bench.drop.put('persistent-chat/1.xml', room('Two.', 'Three.'));
    const beforePage = (number: number) => {
      if (number === 2) bench.drop.remove('persistent-chat/1.xml');
    };
    const { items } = await bench.run({ limits: { items: 1 }, beforePage });
    expect(textsOf(items)).toEqual(['One.', 'Two.']);
  });

  it('that lies where nothing is read is a gap until it is moved', async () => {
    const bench = openBench();
    bench.drop.put('EML/1.eml', session('One.'));
    bench.drop.put('2.eml', session('Two.'));
    bench.drop.put('eml/3.eml', session('Three.'));
    expect(textsOf((await bench.run()).items)).toEqual(['Three.']);
    const [gap] = bench.pipeline.gaps.values();
    expect(gap?.reason).toContain('EML/, 2.eml');
    expectSentence(gap?.reason ?? '');
    await bench.run();
    expect(bench.pipeline.gaps.size).toBe(1);
    bench.drop.remove('EML/1.eml');
    bench.drop.remove('2.eml');
    await bench.run();
    expect(bench.pipeline.gaps.size).toBe(0);
  });

  it('that lies where nothing is read is reported again after a week', async () => {
    const bench = openBench();
    bench.drop.put('1.eml', session('One.'));
    await bench.run();
    bench.clock.advance(8 * 24 * 3_600_000);
    const { pages } = await bench.run();
    expect(pages.flatMap(({ givenUpGaps }) => givenUpGaps)).toHaveLength(1);
    expect(bench.pipeline.gaps.size).toBe(0);
    await bench.run();
    expect(bench.pipeline.gaps.size).toBe(1);
  });

  const broken: [string, string, string | Buffer][] = [
    ['was transformed', 'persistent-chat/1.xml', '<html><body>Hello</body></html>'],
    [
      'was transformed below its root',
      'persistent-chat/1.xml',
      '<Conversations><Line by="Ann">Hello</Line></Conversations>',
    ],
    [
      'was transformed within a conversation',
      'persistent-chat/1.xml',
      '<Conversations><Conversation><Channel uri="a"/><Lines><Line>Hello</Line></Lines></Conversation></Conversations>',
    ],
    [
      'has its messages in another place',
      'persistent-chat/1.xml',
      room('Hello.').toString().replaceAll('Messages>', 'Events>'),
    ],
    [
      'has names of elements that mean something to JavaScript',
      'persistent-chat/1.xml',
      '<Conversations><constructor><__proto__/></constructor></Conversations>',
    ],
    ['is no XML', 'persistent-chat/1.xml', 'Hello.'],
    [
      'is not well-formed',
      'persistent-chat/1.xml',
      '<Conversations><a></b></Conversations>',
    ],
    [
      'goes on after its end',
      'persistent-chat/1.xml',
      Buffer.concat([room('a'), room('b')]),
    ],
    [
      'holds bytes that are no text',
      'persistent-chat/1.xml',
      Buffer.from('<Conversations>\xff\xff', 'latin1'),
    ],
    [
      'is in an unknown encoding',
      'persistent-chat/1.xml',
      '<?xml version="1.0" encoding="ebcdic"?><Conversations/>',
    ],
    [
      'is nested without end',
      'persistent-chat/1.xml',
      `<Conversations>${'<a>'.repeat(100)}`,
    ],
    ['is no email', 'eml/1.eml', '<html>\r\n\r\n<body>Hello</body></html>'],
    [
      'is a picture',
      'eml/1.eml',
      Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0]),
    ],
  ];
  for (const [what, path, content] of broken) {
    it(`that ${what} is moved away with the reason, and stops no other`, async () => {
      const bench = openBench();
      bench.drop.put(path, content);
      bench.drop.put('eml/2.eml', session('One.'));
      bench.drop.put('persistent-chat/2.xml', room('Two.'));
      const { items, rejects, available } = await bench.run();
      expect(textsOf(items)).toEqual(['One.', 'Two.']);
      expect(available).toBe(3);
      expect(rejects).toMatchObject([{ itemId: path }]);
      expectSentence(rejects[0]?.reason ?? '');
      expectSentence(bench.drop.rejected.get(`rejected/${path}`) ?? '');
      expect(bench.drop.has(path)).toBe(false);
      expect(bench.pipeline.gaps.size).toBe(0);
      expect((await bench.run()).available).toBe(0);
    });
  }

  it('with elements that nobody knows beside its messages is read', async () => {
    const bench = openBench();
    const xml = room('One.').toString();
    const detailed = xml.replace('<Messages>', '<Owner name="Ann"/><Messages>');
    bench.drop.put('persistent-chat/1.xml', detailed);
    const { items, rejects } = await bench.run();
    expect(textsOf(items)).toEqual(['One.']);
    expect(rejects).toEqual([]);
  });

  const traps: [string, string][] = [
    [
      'a DTD',
      '<!DOCTYPE Conversations SYSTEM "http://127.0.0.1:9/x.dtd"><Conversations/>',
    ],
    [
      'entities that grow',
      '<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]><Conversations>&b;</Conversations>',
    ],
    [
      'an external entity',
      '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><Conversations>&e;</Conversations>',
    ],
    [
      'an entity of nobody',
      '<Conversations><Conversation>&e;</Conversation></Conversations>',
    ],
  ];
  for (const [what, content] of traps) {
    it(`with ${what} is refused`, async () => {
      const bench = openBench();
      bench.drop.put('persistent-chat/1.xml', `<?xml version="1.0"?>${content}`);
      const { rejects, items } = await bench.run();
      expect(items).toEqual([]);
      expect(rejects[0]?.reason).toMatch(/for safety/);
      expect([...bench.drop.rejected.keys()]).toEqual(['rejected/persistent-chat/1.xml']);
    });
  }

  it('with an attribute of no end is refused before it fills the memory', async () => {
    const bench = openBench({ drop: createFakeDrop(1_000_000) });
    const content = `<Conversations><Conversation a="${'x'.repeat(40_000_000)}`;
    bench.drop.put('persistent-chat/1.xml', content);
    expect((await bench.run()).rejects[0]?.reason).toMatch(/larger than any message/);
  });

  it('that is rejected stays where it is until its page is kept', async () => {
    const bench = openBench();
    bench.drop.put('eml/1.eml', 'rubbish');
    await bench.run({ pages: 1 });
    expect(bench.drop.has('eml/1.eml')).toBe(true);
    bench.restart();
    expect((await bench.run()).rejects).toEqual([]);
    expect(bench.drop.has('eml/1.eml')).toBe(false);
  });
});

describe('a file that breaks off', () => {
  const cases: [string, string, Buffer, string][] = [
    ['XML', 'persistent-chat/1.xml', room('One.', 'Two.'), 'One.'],
    ['EML', 'eml/1.eml', session('One.'), 'One.'],
  ];
  for (const [kind, path, whole, text] of cases) {
    for (const [what, content] of [
      ['half of it', half(whole)],
      ['nothing of it', Buffer.of()],
      ['all but a little of it', whole.subarray(0, -6)],
    ] as const) {
      it(`(${kind}, ${what}) is a gap until it is replaced`, async () => {
        const bench = openBench();
        bench.drop.put(path, content);
        bench.drop.put('eml/2.eml', session('Other.'));
        const first = await bench.run();
        expect(textsOf(first.items)).toEqual(['Other.']);
        expect(first.rejects).toEqual([]);
        expect([...bench.pipeline.gaps.values()]).toMatchObject([{ itemId: path }]);
        bench.drop.opened.length = 0;
        expect((await bench.run()).items).toEqual([]);
        expect(bench.drop.opened).toEqual([]);
        bench.drop.put(path, whole);
        const { items } = await bench.run();
        expect(textsOf(items)).toContain(text);
        expect(bench.pipeline.gaps.size).toBe(0);
        expect((await bench.run()).items).toEqual([]);
      });
    }
  }

  it('is archived as far as it goes after a week', async () => {
    const bench = openBench();
    const xml = room('One.', 'Two.');
    bench.drop.put('persistent-chat/1.xml', xml.subarray(0, xml.indexOf('Two.')));
    const email = session(`Three. ${'x'.repeat(300)}`);
    bench.drop.put('eml/1.eml', email.subarray(0, -100));
    bench.drop.put('eml/2.eml', Buffer.of());
    await bench.run();
    bench.clock.advance(8 * 24 * 3_600_000);
    const { items, pages } = await bench.run();
    expect(items).toHaveLength(2);
    expect(itemSaying(items, 'One.').partial).toBeUndefined();
    const cut = items.find(({ text }) => text.startsWith('Three.'));
    expectSentence(cut?.partial ?? '');
    expect(new Set(pages.flatMap(({ givenUpGaps }) => givenUpGaps)).size).toBe(3);
    expect(bench.pipeline.gaps.size).toBe(0);
    expect([...bench.drop.rejected.keys()]).toEqual(['rejected/eml/2.eml']);
    expect(await bench.run()).toMatchObject({ items: [], rejects: [] });
    expect(bench.pipeline.gaps.size).toBe(0);
  });

  it('tells who left all the same', async () => {
    const bench = openBench();
    bench.drop.put('persistent-chat/2.xml', room('One.'));
    const leaving = complianceXml([
      {
        room: plans,
        messages: [part(ben, 70), chat(ann, 69, 'Gone.'), chat(ann, 68, 'x')],
      },
    ]);
    bench.drop.put('persistent-chat/1.xml', leaving.subarray(0, -400));
    const { items } = await bench.run();
    expect(addressesOf(itemSaying(items, 'One.'))).toEqual([ann.address]);
  });

  it('is a gap that ends in the log if the file is removed for good', async () => {
    const bench = openBench();
    bench.drop.put('eml/1.eml', half(session('One.')));
    await bench.run();
    bench.drop.remove('eml/1.eml');
    await bench.run();
    expect(bench.pipeline.gaps.size).toBe(1);
    bench.clock.advance(8 * 24 * 3_600_000);
    const { pages } = await bench.run();
    expect(pages[0]?.givenUpGaps).toEqual(['file:eml/1.eml']);
    expect(bench.pipeline.gaps.size).toBe(0);
  });
});

describe('a storage in trouble', () => {
  it('that does not give one file leaves it as a gap, and gives it later', async () => {
    const bench = openBench();
    const { open } = bench.drop;
    bench.drop.open = async (file, start) => {
      if (file.path === 'eml/1.eml') throw new DropRefused('It is archived.');
      return open(file, start);
    };
    bench.drop.put('eml/1.eml', session('One.'));
    bench.drop.put('eml/2.eml', session('Two.'));
    expect(textsOf((await bench.run()).items)).toEqual(['Two.']);
    expect(bench.pipeline.gaps.size).toBe(1);
    bench.drop.open = open;
    expect(textsOf((await bench.run()).items)).toEqual(['One.']);
    expect(bench.pipeline.gaps.size).toBe(0);
  });

  it('that lets nobody write on a file says so, and loses and doubles nothing', async () => {
    const bench = openBench();
    const { mark } = bench.drop;
    bench.drop.mark = async () => {
      throw new DropRefused('Somebody holds a lease.');
    };
    bench.drop.put('eml/1.eml', session('One.'));
    bench.drop.put('persistent-chat/1.xml', room('Two.'));
    expect(textsOf((await bench.run()).items)).toEqual(['One.']);
    expect(bench.log.lines).toEqual(['Somebody holds a lease.']);
    expect(bench.pipeline.gaps.size).toBe(1);
    bench.drop.mark = mark;
    expect(textsOf((await bench.run()).items)).toEqual(['Two.']);
    expect(bench.pipeline.gaps.size).toBe(0);
  });

  it('that gives no file at all fails the page, and makes no gaps', async () => {
    const bench = openBench();
    const { open } = bench.drop;
    for (let index = 0; index < 9; index++) {
      bench.drop.put(`eml/${index}.eml`, session(`Item ${index}.`));
    }
    bench.drop.open = async () => {
      throw new Error('The storage is away.');
    };
    await expect(bench.run()).rejects.toThrow('is away');
    bench.drop.open = open;
    expect((await bench.run()).items).toHaveLength(9);
    expect(bench.pipeline.gaps.size).toBe(0);
  });

  it('that breaks off within an attachment is tried again', async () => {
    const bench = openBench();
    const { open } = bench.drop;
    const files = [{ name: 'a.bin', content: Buffer.alloc(50_000, 1) }];
    bench.drop.put(
      'eml/1.eml',
      eml({ from: ann, to: [ben], at: minutesAgo(9), text: 'One.', files }),
    );
    for (const opening of [1, 2]) {
      let opened = 0;
      bench.drop.open = async (file, start) => {
        const stream = await open(file, start);
        if (++opened !== opening) return stream;
        let seen = 0;
        return stream.pipe(
          new Transform({
            transform(chunk, _, done) {
              seen += chunk.length;
              done(seen > 20_000 ? new Error('It broke off.') : null, chunk);
            },
          }),
        );
      };
      await expect(bench.run()).rejects.toThrow('It broke off.');
    }
    bench.drop.open = open;
    expect((await bench.run()).items).toMatchObject([{ files: [{ bytes: 50_000 }] }]);
  });

  for (const method of ['list', 'mark', 'reject'] as const) {
    it(`that fails to ${method} loses and doubles nothing`, async () => {
      const bench = openBench();
      const works = bench.drop[method];
      bench.drop.put('eml/1.eml', session('One.'));
      bench.drop.put('eml/2.eml', 'rubbish');
      bench.drop.put('persistent-chat/1.xml', room('Two.'));
      const fails = async () => {
        throw new Error('The storage is away.');
      };
      Object.assign(bench.drop, { [method]: fails });
      await expect(bench.run()).rejects.toThrow('away');
      Object.assign(bench.drop, { [method]: works });
      const kept = [...bench.pipeline.kept.values()].flatMap(({ page }) => page.records);
      const { items } = await bench.run();
      const all = [...kept.map(({ key }) => key), ...items.map(({ key }) => key)];
      expect(all).toHaveLength(2);
      expect(new Set(all).size).toBe(2);
      expect([...bench.drop.rejected.keys()]).toEqual(['rejected/eml/2.eml']);
    });
  }

  it('whose state can not be written loses and doubles nothing', async () => {
    for (let failing = 1; failing < 5; failing++) {
      const bench = openBench();
      bench.drop.put('eml/1.eml', session('One.'));
      bench.drop.put('persistent-chat/1.xml', room('Two.'));
      bench.state.failWrites = failing;
      let items: unknown[] = [];
      for (let run = 0; run < 6 && items.length === 0; run++) {
        items = await bench.run().then(
          (done) => done.items,
          () => [],
        );
      }
      expect(items).toHaveLength(2);
    }
  });
});

describe('a large file', () => {
  it('is read over many pages, also of little time, by many processes', async () => {
    const texts = Array.from({ length: 120 }, (_, index) => `Item ${index}.`);
    for (const options of [{ msPerLook: 2000 }, {}]) {
      const bench = openBench({ ...options, drop: createFakeDrop(512) });
      bench.drop.put('persistent-chat/1.xml', room(...texts));
      const { items, pages } = await bench.run({
        limits: { items: 7, ms: 20_000 },
        beforePage: bench.restart,
        losesAnswers: true,
      });
      expect(textsOf(items)).toEqual([...texts].sort());
      expect(items.every((item) => addressesOf(item).length === 2)).toBe(true);
      expect(pages.length).toBeGreaterThan(15);
      for (const { next = '' } of pages) expect(next.length).toBeLessThan(1000);
    }
  });
});
