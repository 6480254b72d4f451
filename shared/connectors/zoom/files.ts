import { Readable } from 'node:stream';
import type { ConnectorDeps } from '../connector.ts';
import type { Answer } from '../http/vendorAnswer.ts';
import { BrokenAnswer, ForeignUrl, VendorFault } from '../http/vendorFaults.ts';
import {
  type FileFacts,
  type FileOutcome,
  laterFile,
  missingFile,
} from '../item/fileOutcome.ts';
import type { ZoomClient } from './client.ts';
import { mediaTypeOf, nameOf } from './fileKinds.ts';
import type { MeetingFile, SharedFile } from './meeting.ts';
import { type Expected, verified } from './verify.ts';

/** The files of meetings, each verified before it is kept. */
export interface Downloads {
  store(file: MeetingFile, until: Date | undefined): Promise<FileOutcome>;
  storeShared(file: SharedFile, until: Date | undefined): Promise<FileOutcome>;
  /** The text of a chat or a log, which is read and not kept. */
  read(
    file: MeetingFile,
    until: Date | undefined,
  ): Promise<{ kind: 'text'; text: string } | Exclude<FileOutcome, { kind: 'stored' }>>;
}

interface Wanted {
  name: string;
  url: string | undefined;
  expected: Expected;
  contentType: string | undefined;
  /** A web page is what it is. */
  mayBePage: boolean;
}

/** Chats are held in memory. */
const largestText = 64 * 1024 * 1024;

/** https://developers.zoom.us/docs/api/meetings/#tag/cloud-recording: files by `download_url`. */
export function createDownloads(client: ZoomClient, deps: ConnectorDeps): Downloads {
  type Failed = Exclude<FileOutcome, { kind: 'stored' }>;

  async function download<T>(
    { name, url: address, expected, contentType, mayBePage }: Wanted,
    until: Date | undefined,
    use: (answer: Answer, content: Readable) => Promise<T>,
  ): Promise<T | Failed> {
    const url = address ? URL.parse(address) : null;
    const facts = { name, ...(expected.bytes && { bytes: expected.bytes }) };
    const known = {
      ...facts,
      ...(expected.fingerprint && { sha256: expected.fingerprint }),
    };
    if (!url) return missingFile(known, 'Zoom gave no address for the file.');
    try {
      return await client.download(url, until, async (answer) => {
        if (answer.status !== 200) return refused(known, answer.status);
        checkType(answer, contentType, mayBePage);
        let problem: unknown;
        const content = Readable.from(
          noting(verified(answer.stream(), expected), (error) => {
            problem = error;
          }),
          { objectMode: false },
        );
        try {
          return await use(answer, content);
        } catch (error) {
          // A storage reports in words of its own that what it was given broke off.
          throw problem instanceof BrokenAnswer ? problem : error;
        }
      });
    } catch (error) {
      if (error instanceof ForeignUrl) {
        return laterFile(
          known,
          `The file lies on ${url.host}, or Zoom redirects from there, and a host on the way is not among those that files may come from. Add it to DOWNLOAD_HOSTS.`,
        );
      }
      if (error instanceof VendorFault) return laterFile(known, error.message);
      throw error;
    }
  }

  function store(wanted: Wanted, until: Date | undefined): Promise<FileOutcome> {
    return download(wanted, until, async (answer, content) => {
      const stored = await deps.files.put(content);
      const given = answer.headers.get('content-type')?.trim();
      const contentType = wanted.contentType ?? given ?? 'application/octet-stream';
      return { kind: 'stored', file: { ...stored, name: wanted.name, contentType } };
    });
  }

  return {
    store: (file, until) => store(wantedOf(file), until),
    storeShared: (file, until) =>
      store(
        {
          ...{ name: file.name, url: file.url, contentType: undefined },
          expected: { bytes: file.bytes, fingerprint: undefined, extension: undefined },
          mayBePage: /\.x?html?$/i.test(file.name),
        },
        until,
      ),
    read: (file, until) =>
      download(wantedOf(file), until, async (_, content) => {
        const text = await textOf(content);
        if (text !== undefined) return { kind: 'text', text };
        return missingFile(
          { name: nameOf(file) },
          'The chat is larger than can be read.',
        );
      }),
  };
}

function wantedOf(file: MeetingFile): Wanted {
  const { url, bytes, fingerprint, extension } = file;
  return {
    ...{ name: nameOf(file), url, contentType: mediaTypeOf(extension), mayBePage: false },
    expected: { bytes, fingerprint, extension },
  };
}

function checkType(
  { headers }: Answer,
  contentType: string | undefined,
  mayBePage: boolean,
): void {
  const given = headers.get('content-type') ?? '';
  if (/^text\/html/i.test(given) && !mayBePage) {
    throw new BrokenAnswer('it is a web page and no file');
  }
  const isMedia = /^(video|audio|image)\//.test(contentType ?? '');
  if (isMedia && /^application\/json/i.test(given)) {
    throw new BrokenAnswer('it is an error and no file');
  }
}

function refused(file: FileFacts, status: number) {
  if (status === 404 || status === 410) {
    return missingFile(
      file,
      'Zoom no longer has the file: it was deleted or moved to the trash.',
    );
  }
  return laterFile(file, `Zoom refused a file of the meeting with ${status}.`);
}

async function* noting(
  content: AsyncIterable<Buffer>,
  note: (error: unknown) => void,
): AsyncGenerator<Buffer> {
  try {
    yield* content;
  } catch (error) {
    note(error);
    throw error;
  }
}

async function textOf(content: Readable): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.length;
    if (bytes <= largestText) chunks.push(chunk);
  }
  return bytes <= largestText ? Buffer.concat(chunks).toString('utf8') : undefined;
}
