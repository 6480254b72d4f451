import { Readable } from 'node:stream';
import { parseJson } from '../../parseJson.ts';
import type { ConnectorDeps } from '../connector.ts';
import type { Answer } from '../http/vendorAnswer.ts';
import { BrokenAnswer, ForeignUrl, VendorFault } from '../http/vendorFaults.ts';
import {
  type FileFacts,
  type FileOutcome,
  laterFile,
  missingFile,
} from '../item/fileOutcome.ts';
import { SourceFailure } from '../page/sourceFaults.ts';
import { decoded, NotBase64 } from './base64.ts';
import type { SymphonyClient } from './client.ts';
import { contentTypeOf } from './contentTypes.ts';
import { plainFileId } from './ids.ts';
import { errorSchema } from './schema.ts';

/** A file as its message names it. */
export interface FileRef {
  streamId: string;
  messageId: string;
  /** Undefined where the message names it in a form that nobody knows. */
  fileId: string | undefined;
  name: string;
  /** Bytes. */
  size: number | undefined;
}

/** Downloads one file, or says why not. Throws `WaitUntil` or a `SourceFailure`. */
export type Downloads = (file: FileRef, until: Date | undefined) => Promise<FileOutcome>;

/**
 * One file of a message, which comes as Base64. An agent's errors may look like files: they have
 * the content type of one, and their body is JSON.
 *
 * https://rest-api.symphony.com/main/messages/attachment
 */
export function createDownloads(client: SymphonyClient, deps: ConnectorDeps): Downloads {
  async function read(answer: Answer, file: FileRef): Promise<FileOutcome> {
    if (answer.status !== 200) return refused(file, answer.status);
    let wrong: Error | undefined;
    const bytes = async function* () {
      try {
        yield* decoded(answer.stream());
      } catch (error) {
        if (error instanceof NotBase64 || error instanceof BrokenAnswer) wrong = error;
        throw error;
      }
    };
    try {
      return await store(file, Readable.from(bytes(), { objectMode: false }));
    } catch (error) {
      // The storage may have wrapped it.
      const cause = wrong ?? error;
      if (cause instanceof NotBase64) return disguised(file, cause.text);
      throw cause;
    }
  }

  async function store(file: FileRef, content: Readable): Promise<FileOutcome> {
    const { name, size } = file;
    const stored = await deps.files.put(content);
    if (size !== undefined && size > 0 && stored.bytes < size) {
      throw new BrokenAnswer('it is shorter than its message says');
    }
    return {
      kind: 'stored',
      file: { ...stored, name, contentType: contentTypeOf(name) },
    };
  }

  return async function outcomeOf(file, until) {
    const { fileId, streamId, messageId } = file;
    if (fileId === undefined) {
      return missingFile(
        factsOf(file),
        'Symphony names the file in a form that could not be read.',
      );
    }
    const place = { streamId, messageId, fileId: plainFileId(fileId) };
    try {
      return await client.download(place, until, (answer) => read(answer, file));
    } catch (error) {
      if (error instanceof ForeignUrl) {
        return missingFile(
          factsOf(file),
          'The file lies outside of Symphony, on a host that is not among those that files may come from.',
        );
      }
      if (error instanceof VendorFault) return laterFile(factsOf(file), error.message);
      throw error;
    }
  };
}

function refused(file: FileRef, status: number): FileOutcome {
  if (status === 401) {
    throw new SourceFailure(
      'Symphony refused a session that it had just given, when asked for a file: check in the Admin Portal that the service account is active.',
      true,
    );
  }
  if ([204, 404, 410].includes(status)) {
    return missingFile(factsOf(file), 'Symphony no longer has the file.');
  }
  if (status === 403) {
    return laterFile(
      factsOf(file),
      'Symphony refused a file of the message: check that the service account is a Content Export Service, and that the agent is of version 22.6.1 or later.',
    );
  }
  return laterFile(
    factsOf(file),
    `Symphony refused a file of the message with ${status}.`,
  );
}

/** An answer that says 200 and is an error, or a page of somebody in between. */
function disguised(file: FileRef, text: string): FileOutcome {
  const { code } = errorSchema.safeParse(parseJson(text)).data ?? {};
  const isRefusal = code !== undefined && code >= 400 && code < 500 && code !== 401;
  if (isRefusal && code !== 429) return refused(file, code);
  throw new BrokenAnswer('it is no file');
}

const factsOf = ({ name, size }: FileRef): FileFacts => ({
  name,
  ...(size !== undefined && { bytes: size }),
});
