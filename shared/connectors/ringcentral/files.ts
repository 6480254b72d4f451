import type { StoredFile } from '../../archive/state/item.ts';
import type { ConnectorDeps } from '../connector.ts';
import type { Answer } from '../http/vendorAnswer.ts';
import { BrokenAnswer, ForeignUrl, VendorFault } from '../http/vendorFaults.ts';
import {
  type FileFacts,
  type FileOutcome,
  laterFile,
  missingFile,
} from '../item/fileOutcome.ts';
import { isSigned, type RingCentralClient } from './client.ts';

/** A file as a post, a task or the list of files names it. */
export interface WantedFile {
  id: string;
  name: string | undefined;
  size: number | undefined;
  uri: string | undefined;
}

/** Gets a file. Throws `WaitUntil` where RingCentral wants a long pause. */
export type Downloads = (file: WantedFile, until: Date) => Promise<FileOutcome>;

/**
 * The content of a file, from its content URI. That is pre-signed as a rule and is asked for
 * without the token first; only an address that is not signed gets it, and only on RingCentral's
 * own hosts. See <https://developers.ringcentral.com/guide/basics/media>.
 */
export function createDownloads(
  client: RingCentralClient,
  { files }: ConnectorDeps,
): Downloads {
  async function attempt(
    url: URL,
    wanted: WantedFile,
    withToken: boolean,
    until: Date,
  ): Promise<FileOutcome | { kind: 'refused'; status: number }> {
    return client.file(url, withToken, until, async (answer) => {
      const { status } = answer;
      if (status === 200) return { kind: 'stored', file: await store(answer, wanted) };
      if (status === 401 || status === 403) return { kind: 'refused', status };
      if (status === 404 || status === 410) {
        return missingFile(factsOf(wanted), 'RingCentral no longer has the file.');
      }
      return laterFile(factsOf(wanted), `RingCentral refused a file with ${status}.`);
    });
  }

  async function store(answer: Answer, wanted: WantedFile): Promise<StoredFile> {
    const { headers } = answer;
    const contentType = headers.get('content-type')?.trim() || 'application/octet-stream';
    const name = nameOf(wanted);
    if (/^text\/html/i.test(contentType) && !/\.x?html?$/i.test(name)) {
      throw new BrokenAnswer('it is a web page and no file');
    }
    const stored = await files.put(answer.stream());
    const length = headers.has('content-encoding')
      ? undefined
      : (headers.get('content-length') ?? wanted.size);
    if (length !== undefined && Number(length) !== stored.bytes) {
      await files.remove(stored.path);
      throw new BrokenAnswer('it has not the length that it should have');
    }
    return { ...stored, name, contentType };
  }

  async function download(
    url: URL,
    wanted: WantedFile,
    until: Date,
  ): Promise<FileOutcome> {
    const first = await attempt(url, wanted, false, until);
    if (first.kind !== 'refused') return first;
    const second = isSigned(url) ? first : await attempt(url, wanted, true, until);
    if (second.kind !== 'refused') return second;
    return laterFile(
      factsOf(wanted),
      `RingCentral refused a file with ${second.status}.`,
    );
  }

  return async function outcomeOf(wanted, until) {
    if (wanted.uri === undefined) {
      return laterFile(
        factsOf(wanted),
        "The file's address is not in RingCentral's export.",
      );
    }
    const url = URL.parse(wanted.uri);
    if (!url)
      return missingFile(factsOf(wanted), 'RingCentral gave no address for the file.');
    try {
      return await download(url, wanted, until);
    } catch (error) {
      if (error instanceof ForeignUrl) {
        return missingFile(
          factsOf(wanted),
          `The file lies outside of RingCentral, on ${url.host}, which is not among the hosts that files may come from.`,
        );
      }
      if (error instanceof VendorFault) return laterFile(factsOf(wanted), error.message);
      throw error;
    }
  };
}

const nameOf = ({ name, id }: WantedFile): string => name?.trim() || `file ${id}`;

const factsOf = (wanted: WantedFile): FileFacts => ({
  name: nameOf(wanted),
  ...(wanted.size !== undefined && { bytes: wanted.size }),
});
