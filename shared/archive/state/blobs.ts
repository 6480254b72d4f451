import { type ContainerClient, RestError } from '@azure/storage-blob';
import type { z } from 'zod';
import type { Stored } from '../../connectors/connector.ts';

/** True if Azure Storage answered with one of these HTTP statuses. */
export function answered(error: unknown, ...statuses: number[]): boolean {
  return error instanceof RestError && statuses.includes(error.statusCode ?? 0);
}

/** A JSON blob, parsed; undefined if there is none. Throws a `ZodError` if it is not as it should be. */
export async function readJson<T>(
  container: ContainerClient,
  path: string,
  schema: z.ZodType<T>,
): Promise<Stored<T> | undefined> {
  try {
    const answer = await container.getBlobClient(path).download();
    const chunks: Buffer[] = [];
    for await (const chunk of answer.readableStreamBody ?? []) {
      chunks.push(Buffer.from(chunk));
    }
    const value = schema.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
    return { value, etag: answer.etag ?? '' };
  } catch (error) {
    if (answered(error, 404)) return undefined;
    throw error;
  }
}

/** Writes a JSON blob under a condition: an ETag, or `'absent'`. False if it did not hold. */
export function writeJson(
  container: ContainerClient,
  path: string,
  value: unknown,
  ifMatch: string,
): Promise<boolean> {
  const body = JSON.stringify(value);
  return put(container, path, body, { contentType: 'application/json', ifMatch });
}

/** Writes one JSON object a line, unless the blob is there already. */
export async function writeJsonLines(
  container: ContainerClient,
  path: string,
  lines: object[],
): Promise<void> {
  const body = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  const contentType = 'application/x-ndjson';
  await put(container, path, body, { contentType, ifMatch: 'absent' });
}

async function put(
  container: ContainerClient,
  path: string,
  text: string,
  { contentType, ifMatch }: { contentType: string; ifMatch: string },
): Promise<boolean> {
  const body = Buffer.from(text);
  try {
    await container.getBlockBlobClient(path).upload(body, body.byteLength, {
      conditions: ifMatch === 'absent' ? { ifNoneMatch: '*' } : { ifMatch },
      blobHTTPHeaders: { blobContentType: contentType },
    });
    return true;
  } catch (error) {
    if (answered(error, 409, 412)) return false;
    throw error;
  }
}
