import { describe, expect, it } from 'vitest';
import { complianceXml } from '../../../../local/skype/complianceXml.ts';
import { DropRefused } from '../../../../shared/connectors/dropStore.ts';
import { storedName } from '../../../../shared/connectors/skype/uploads.ts';
import { expectSentence } from '../../../connectors/cases.ts';
import { addressesOf, openBench } from './harness.ts';
import { ann, ben, chat, join, part, plans } from './people.ts';

const name = '0988239a-bb66-4616-90a4-b07771a2097c.txt';
const stored = `persistent-chat/files/${name}`;
const day = 24 * 3_600_000;

function benchWith(content = name) {
  const bench = openBench();
  const upload = { ...chat(ann, 60, content), type: 'FILEUPLOAD', id: 0 };
  const messages = [join(ann, 90), join(ben, 80), upload, chat(ann, 50, 'Here.')];
  bench.drop.put('persistent-chat/1.xml', complianceXml([{ room: plans, messages }]));
  const read = async () => {
    const { items } = await bench.run();
    return items.filter(({ text }) => text !== 'Here.');
  };
  return { ...bench, read };
}

const contentsOf = (bench: ReturnType<typeof openBench>) =>
  [...bench.files.contents.values()].map(String);

describe('an upload', () => {
  it('has its file, for those who were in the room', async () => {
    const bench = benchWith();
    bench.drop.put(stored, 'The plan.');
    const [item] = await bench.read();
    expect(item).toMatchObject({ files: [{ name, bytes: 9 }], missing: [] });
    expect(item && addressesOf(item)).toEqual([ann.address, ben.address]);
    expect(contentsOf(bench)).toEqual(['The plan.']);
  });

  for (const path of [`pool/1/${name}`, name.toUpperCase()]) {
    it(`finds its file under ${path}`, async () => {
      const bench = benchWith();
      bench.drop.put(`persistent-chat/files/${path}`, 'The plan.');
      for (let index = 0; index < 12; index++) {
        bench.drop.put(`persistent-chat/files/${index}.txt`, 'Another.');
      }
      expect((await bench.read())[0]?.files).toHaveLength(1);
      expect(contentsOf(bench)).toEqual(['The plan.']);
    });
  }

  it('takes none of two files of its name', async () => {
    const bench = benchWith();
    bench.drop.put(`persistent-chat/files/a/${name}`, 'The plan.');
    bench.drop.put(`persistent-chat/files/b/${name}`, 'Somebody else’s.');
    expect(await bench.read()).toMatchObject([{ files: [], missing: [{ name }] }]);
  });

  it('is archived at once without it, and the file follows once', async () => {
    const bench = benchWith();
    const [item] = await bench.read();
    expect(item).toMatchObject({ event: 'created', files: [], missing: [{ name }] });
    expectSentence(item?.missing[0]?.reason ?? '');
    expect(bench.pipeline.gaps.size).toBe(1);
    expect(await bench.read()).toEqual([]);
    bench.drop.put(stored, 'The plan.');
    // Who has left since gets it, too: it belongs to the first email.
    const leaving = complianceXml([{ room: plans, messages: [part(ben, 70)] }]);
    bench.drop.put('persistent-chat/2.xml', leaving);
    const [supplement] = await bench.read();
    expect(supplement).toMatchObject({
      ...{ event: 'supplemented', changesKey: item?.key, files: [{ name }] },
      ...{ conversation: item?.conversation, participants: item?.participants },
    });
    expect(bench.pipeline.gaps.size).toBe(0);
    expect(await bench.read()).toEqual([]);
  });

  it('whose file the storage refuses is archived without it, and stops no other', async () => {
    const bench = benchWith();
    const { open } = bench.drop;
    bench.drop.put(stored, 'The plan.');
    bench.drop.open = async (file, start) => {
      if (file.path === stored) throw new DropRefused('It is archived.');
      return open(file, start);
    };
    expect(await bench.read()).toMatchObject([{ files: [], missing: [{ name }] }]);
    bench.drop.open = open;
    expect(await bench.read()).toMatchObject([{ event: 'supplemented' }]);
  });

  it('is given up after a week, with a line in the log', async () => {
    const bench = benchWith();
    await bench.read();
    bench.clock.advance(8 * day);
    const { pages } = await bench.run();
    expect(pages[0]?.givenUpGaps).toHaveLength(1);
    expect(bench.pipeline.gaps.size).toBe(0);
  });

  for (const hostile of [
    '../../eml/secret.eml',
    '..\\..\\eml\\secret.eml',
    '/persistent-chat/1.xml',
    '..',
    '',
    'x'.repeat(2000),
  ]) {
    it(`of "${hostile.slice(0, 24)}" reaches no other file`, async () => {
      const bench = benchWith(hostile);
      bench.drop.put('eml/secret.txt', 'Secret.');
      const [item] = await bench.read();
      expect(item).toMatchObject({ files: [], missing: [{}] });
      expect(bench.files.contents.size).toBe(0);
      expect(storedName(hostile)).not.toMatch(/[/\\]|^\.+$/);
    });
  }
});
