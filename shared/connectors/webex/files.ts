import { retryAfterMs } from '../../retryAfter.ts';
import type { ConnectorDeps } from '../connector.ts';
import type { Answer } from '../http/vendorAnswer.ts';
import { BrokenAnswer, ForeignUrl, VendorFault } from '../http/vendorFaults.ts';
import { type FileOutcome, laterFile, missingFile } from '../item/fileOutcome.ts';
import type { WebexClient } from './client.ts';
import { fileNameIn } from './fileNames.ts';

export type Downloads = (
  url: string,
  index: number,
  until: Date | undefined,
) => Promise<FileOutcome>;

/** A scan that ends in seconds is waited for, so often; a longer one is left to the next run. */
const shortScanMs = 5000;
const shortScans = 2;

/**
 * One file of a message: https://developer.webex.com/docs/basics#message-attachments.
 * 423: being scanned for malware; 410: infected; 428: can't be scanned; 404: deleted.
 */
export function createDownloads(client: WebexClient, deps: ConnectorDeps): Downloads {
  const { files, clock } = deps;

  async function attempt(
    url: URL,
    name: string,
    until: Date | undefined,
  ): Promise<FileOutcome | { kind: 'locked'; ms: number } | { kind: 'unscannable' }> {
    return client.download(url, until, async (answer) => {
      const { status, headers } = answer;
      if (status === 200) return store(answer, name);
      if (status === 404) {
        return missingFile(
          { name },
          'The file was deleted in Webex before it could be archived.',
        );
      }
      if (status === 410) {
        return missingFile(
          { name },
          'Webex found malware in the file and does not give it out.',
        );
      }
      if (status === 428) return { kind: 'unscannable' };
      if (status === 423) {
        const ms = retryAfterMs(headers.get('retry-after'), clock.now());
        return { kind: 'locked', ms: ms ?? Number.POSITIVE_INFINITY };
      }
      return laterFile({ name }, `Webex refused a file of the message with ${status}.`);
    });
  }

  async function store(answer: Answer, fallback: string): Promise<FileOutcome> {
    const { headers } = answer;
    const given = fileNameIn(headers.get('content-disposition'));
    const contentType = headers.get('content-type')?.trim() || 'application/octet-stream';
    if (given === undefined && /^text\/html/i.test(contentType)) {
      throw new BrokenAnswer('it is a web page and no file');
    }
    const stored = await files.put(answer.stream());
    const length = headers.get('content-length');
    const isWhole =
      headers.has('content-encoding') || !length || +length === stored.bytes;
    if (!isWhole) throw new BrokenAnswer('it has not the length that it says');
    const file = { ...stored, name: given ?? fallback, contentType };
    return { kind: 'stored', file };
  }

  async function download(
    url: URL,
    name: string,
    until: Date | undefined,
  ): Promise<FileOutcome> {
    const current = new URL(url);
    for (let scans = 0; ; ) {
      const outcome = await attempt(current, name, until);
      if (outcome.kind === 'unscannable') {
        if (current.searchParams.has('allow')) {
          return missingFile(
            { name },
            'Webex cannot scan the file and does not give it out.',
          );
        }
        current.searchParams.set('allow', 'unscannable');
      } else if (outcome.kind !== 'locked') {
        return outcome;
      } else if (outcome.ms > shortScanMs || ++scans > shortScans) {
        return laterFile(
          { name },
          'Webex was still scanning a file of the message for malware.',
        );
      } else {
        await clock.sleep(outcome.ms);
      }
    }
  }

  return async function outcomeOf(address, index, until) {
    const name = `file ${index + 1}`;
    const url = URL.parse(address);
    if (!url) return missingFile({ name }, 'Webex gave no address for the file.');
    try {
      return await download(url, name, until);
    } catch (error) {
      if (error instanceof ForeignUrl) {
        return missingFile(
          { name },
          `The file lies outside of Webex, on ${url.host}, which is not among the hosts that files may come from.`,
        );
      }
      if (error instanceof VendorFault) return laterFile({ name }, error.message);
      throw error;
    }
  };
}
