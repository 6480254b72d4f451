import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

/** What can be wrong with a ZIP of an export. */
export type ZipFlaw =
  | 'noZip'
  | 'truncated'
  | 'wrongChecksum'
  /** The same, of the file that tells who was in which chat. */
  | 'wrongRoster'
  | 'encrypted'
  /** It says that it unpacks to far more than anything. */
  | 'bomb'
  /** One of its files is longer than it says. */
  | 'lying'
  /** Names that lead out of the folder, and one that is no record. */
  | 'hostileNames'
  /** A file of records breaks off, though the ZIP is whole. */
  | 'brokenRecords'
  /** A record that is larger than any that RingCentral allows. */
  | 'hugeRecord';

const mtime = new Date('2026-01-01T00:00:00.000Z');

/** The ZIPs of an export; each folder's files are numbered, with at most so many records in each. */
export async function zipExport(
  texts: Map<string, string[]>,
  request: object,
  {
    recordsPerFile = 10_000,
    datasets = 1,
  }: { recordsPerFile?: number; datasets?: number },
  flaw: ZipFlaw | undefined,
): Promise<Buffer[]> {
  const zips = Array.from({ length: datasets }, () => new ZipFile());
  let files = 0;
  for (const [folder, records] of texts) {
    for (let start = 0, n = 1; start < Math.max(records.length, 1); n++) {
      const part = records.slice(start, start + recordsPerFile);
      const zip = zips[files++ % datasets];
      const isBroken = flaw === 'brokenRecords' && folder === 'posts';
      const text = `{\n"records": [${part.join(',\n')}${isBroken ? ',{"id":"1"' : ']\n}'}`;
      zip?.addBuffer(Buffer.from(text), `${folder}/${folder}_${n}.json`, { mtime });
      start += recordsPerFile;
    }
  }
  const [first] = zips;
  first?.addBuffer(Buffer.from(JSON.stringify(request)), 'request_info.json', { mtime });
  if (first) addOddities(first, flaw);
  const whole = await Promise.all(zips.map(finished));
  return whole.map((zip, index) => (index === 0 ? spoilt(zip, flaw) : zip));
}

async function finished(zip: ZipFile): Promise<Buffer> {
  zip.end();
  return buffer(zip.outputStream);
}

function addOddities(zip: ZipFile, flaw: ZipFlaw | undefined): void {
  const record = '{"id":"666","creationTime":"2026-03-10T11:00:00Z","text":"stolen"}';
  const text = Buffer.from(`{"records":[${record}]}`);
  if (flaw === 'hostileNames') {
    for (const name of ['xx/xx/posts/posts_9', 'yy/posts/posts_8', 'a/b/posts/posts_7']) {
      zip.addBuffer(text, `${name}.json`, { mtime });
    }
    zip.addBuffer(Buffer.from('hello'), 'posts/readme.txt', { mtime });
  }
  if (flaw === 'hugeRecord') {
    const long = Buffer.from(`{"records":["${'x'.repeat(17 * 1024 * 1024)}"]}`);
    zip.addBuffer(long, 'posts/posts_99.json', { mtime });
  }
}

/** ZIP files: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.7 and 4.3.12 */
const [localHeader, centralHeader] = [0x04034b50, 0x02014b50];

function spoilt(zip: Buffer, flaw: ZipFlaw | undefined): Buffer {
  switch (flaw) {
    case 'noZip':
      return Buffer.from('This is no ZIP at all, but it is as long as it says.');
    case 'truncated':
      return zip.subarray(0, Math.floor(zip.byteLength / 2));
    case 'hostileNames':
      return Buffer.from(
        zip.toString('latin1').replaceAll('xx/xx/', '../../').replaceAll('yy/', '../'),
        'latin1',
      );
    case 'encrypted':
      return eachHeader(zip, 'posts/', (header, at) => {
        const flags = header === localHeader ? at + 6 : at + 8;
        zip.writeUInt16LE(zip.readUInt16LE(flags) | 1, flags);
      });
    case 'wrongChecksum':
    case 'wrongRoster':
      return eachHeader(
        zip,
        flaw === 'wrongRoster' ? 'chats/' : 'posts/',
        (header, at) => {
          if (header === centralHeader) zip.writeUInt32LE(0xbadbad, at + 16);
        },
      );
    case 'bomb':
      return eachHeader(zip, '', (header, at) => {
        if (header === centralHeader) zip.writeUInt32LE(0xfffffff0, at + 24);
      });
    case 'lying':
      return eachHeader(zip, 'posts/', (header, at) => {
        if (header === centralHeader) zip.writeUInt32LE(10, at + 24);
      });
    default:
      return zip;
  }
}

function eachHeader(
  zip: Buffer,
  name: string,
  spoil: (header: number, at: number) => void,
): Buffer {
  for (let at = 0; at + 46 < zip.byteLength; at++) {
    const header = zip.readUInt32LE(at);
    if (header !== localHeader && header !== centralHeader) continue;
    const nameAt = at + (header === localHeader ? 30 : 46);
    if (zip.toString('latin1', nameAt, nameAt + name.length) === name) spoil(header, at);
  }
  return zip;
}
