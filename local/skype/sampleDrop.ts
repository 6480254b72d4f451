import { readFileSync } from 'node:fs';
import type { ContainerClient } from '@azure/storage-blob';
import { complianceXml } from './complianceXml.ts';
import { eml } from './eml.ts';
import { desk, lunch, partners, upload } from './sampleRooms.ts';
import { sampleSessions } from './sampleSessions.ts';

export { samplePeople } from './samplePeople.ts';

export interface DroppedFile {
  path: string;
  content: Buffer;
}

const vendorSample = new URL(
  './samples/persistent-chat-compliance-sample.xml',
  import.meta.url,
);
/** What the vendor's sample uploads. */
const vendorUpload = '0988239a-bb66-4616-90a4-b07771a2097c.txt';

/**
 * What a Skype server has exported: all that was said in the 15 hours before `now`, in every
 * encoding and layout. The room's joins stand in a file that is listed after its messages.
 */
export function sampleDrop(now: Date): DroppedFile[] {
  const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
  const { joins, talk } = desk(ago);
  const rooms: [string, Buffer][] = [
    ['desk-1.xml', complianceXml([talk], { encoding: 'utf-8 with a mark' })],
    ['desk-2.xml', complianceXml([joins], { encoding: 'utf-16le' })],
    // The adapter writes all rooms into each file, and what it wrote may come twice.
    ['all-3.xml', complianceXml([lunch(ago), partners(ago)], { hasUserDetails: false })],
    ['all-4.xml', complianceXml([talk, partners(ago)], { newline: '', hasSip: true })],
    ['sample.xml', readFileSync(vendorSample)],
    [`files/${vendorUpload}`, Buffer.from('A file of the sample.\n')],
    [`files/pool-1/${upload.name}`, Buffer.from(upload.content)],
  ];
  return [
    ...rooms.map(([name, content]) => ({ path: `persistent-chat/${name}`, content })),
    ...sampleSessions(ago).map(({ path, session, layout }) => ({
      ...{ path: `eml/sql.example.com_lync/${path}`, content: eml(session, layout) },
    })),
  ];
}

/** Puts the sample into a drop container, and leaves alone what lies there already. */
export async function placeSampleDrop({
  container,
  now,
}: {
  container: ContainerClient;
  now: Date;
}): Promise<void> {
  await container.createIfNotExists();
  for (const { path, content } of sampleDrop(now)) {
    const blob = container.getBlockBlobClient(path);
    if (!(await blob.exists())) await blob.upload(content, content.length);
  }
}
