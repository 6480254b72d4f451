import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../../shared/errors.ts';
import { reset } from './probe.ts';
import { type Lab, openLab } from './setup.ts';

let lab: Lab;

beforeEach(async () => {
  reset();
  lab = await openLab();
});
afterEach(() => lab.close());

const problemsOf = async (files: string[], env: object) => {
  const error: unknown = await lab.start(files, { env }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ConfigurationError);
  return error instanceof ConfigurationError ? error.problems : [];
};

describe('a host that can\u2019t start', () => {
  it('says which setting is missing', async () => {
    expect(await problemsOf(['triggers.ts'], { Store: undefined })).toEqual([
      expect.stringContaining('The setting Store is missing'),
    ]);
    expect(await problemsOf(['triggers.ts'], { STAGE: undefined })).toEqual([
      expect.stringContaining('The setting STAGE is missing'),
    ]);
  });

  it('says which schedule is wrong', async () => {
    expect(await problemsOf(['triggers.ts'], { TICK: '*/5 * * * *' })).toEqual([
      expect.stringContaining('The schedule "*/5 * * * *" of everySecond'),
    ]);
  });

  it('says which bindings it does not know', async () => {
    expect(await problemsOf(['unknownBinding.ts'], {})).toEqual([
      expect.stringContaining('The function writes has a binding of type queue'),
      expect.stringContaining('The function hub has a binding of type eventHubTrigger'),
    ]);
  });

  it('says that the storage does not answer', async () => {
    const port = await freePort();
    const AzureWebJobsStorage = lab.azurite.connectionString.replace(
      /BlobEndpoint=[^;]+/,
      `BlobEndpoint=http://127.0.0.1:${port}/devstoreaccount1`,
    );

    expect(await problemsOf(['triggers.ts'], { AzureWebJobsStorage })).toEqual([
      expect.stringContaining("the setting AzureWebJobsStorage names can't be used"),
    ]);
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}
