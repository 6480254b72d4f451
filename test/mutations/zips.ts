import { buffer } from 'node:stream/consumers';
import { fromBufferPromise } from 'yauzl';
import { ZipFile } from 'yazl';

const mtime = new Date('2026-01-01T00:00:00.000Z');

export interface ZippedFile {
  name: string;
  content: Buffer;
}

/** What lies in a ZIP. Rejects if it is none. */
export async function entriesOf(bytes: Buffer): Promise<ZippedFile[]> {
  const zip = await fromBufferPromise(bytes);
  const files: ZippedFile[] = [];
  for await (const entry of zip.eachEntry()) {
    const content = await buffer(await zip.openReadStreamPromise(entry));
    files.push({ name: entry.fileName, content });
  }
  return files;
}

/** The same files give the same bytes. */
export function zipOf(files: ZippedFile[]): Promise<Buffer> {
  const zip = new ZipFile();
  for (const { name, content } of files) zip.addBuffer(content, name, { mtime });
  zip.end();
  return buffer(zip.outputStream);
}
