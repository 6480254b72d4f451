import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { SimulatedGraphOptions } from '../../../local/graph/simulatedGraph.ts';
import { archivedMessage, graphWithAda, handClock, valuesOf } from './client.ts';

const limits = { smallestSessionBytes: 10, rangeBytes: 8, largestAttachmentBytes: 100 };
const content = Buffer.from('0123456789abcdef');

async function messageToFill(options: Partial<SimulatedGraphOptions> = {}) {
  const { graph, call, inbox } = await graphWithAda({ limits, ...options });
  const { body } = await call('POST', `${inbox}/messages`, archivedMessage('k'));
  const path = `/users/ada@example.com/messages/${body.id}/attachments`;
  const open = (item: Record<string, unknown>) =>
    call('POST', `${path}/createUploadSession`, {
      AttachmentItem: { attachmentType: 'file', name: 'a.bin', ...item },
    });
  return { graph, call, path, open };
}

async function put(
  url: string,
  start: number,
  end: number,
  headers: Record<string, string> = {},
) {
  return fetch(url, {
    method: 'PUT',
    body: content.subarray(start, end),
    headers: {
      'Content-Range': `bytes ${start}-${end - 1}/${content.length}`,
      ...headers,
    },
  });
}

it('lists files, and takes neither $top nor $skip for them', async () => {
  const { call, path } = await messageToFill();
  const file = { '@odata.type': '#microsoft.graph.fileAttachment', name: 'a.txt' };

  const added = await call('POST', path, { ...file, contentBytes: 'aGVsbG8=' });
  const listed = await call('GET', `${path}?$select=name,size`);

  expect(added.status).toBe(201);
  expect(valuesOf(listed)).toMatchObject([{ name: 'a.txt', size: 5 }]);
  expect((await call('GET', `${path}?$top=5`)).status).toBe(400);
  expect((await call('DELETE', `${path}/${added.body.id}`)).status).toBe(204);
  expect(valuesOf(await call('GET', path))).toEqual([]);
});

it('gives contents back where it was told to keep them', async () => {
  const { graph, call, path, open } = await messageToFill({ keepContent: true });
  const { body } = await open({ size: content.length });
  await put(String(body.uploadUrl), 0, 8);
  await put(String(body.uploadUrl), 8, 16);

  const [file] = valuesOf(await call('GET', path));
  const raw = await fetch(`${graph.baseUrl}${path}/${file?.id}/$value`, {
    headers: { Authorization: `Bearer ${graph.token}` },
  });

  expect(file?.contentBytes).toBe(content.toString('base64'));
  expect(Buffer.from(await raw.arrayBuffer())).toEqual(content);
});

describe('an upload session', () => {
  it('takes ranges in order, and ends with the attachment', async () => {
    const { graph, open } = await messageToFill();
    const session = await open({ size: content.length });
    const url = String(session.body.uploadUrl);

    const first = await put(url, 0, 8);
    const last = await put(url, 8, 16);

    expect(session.status).toBe(201);
    expect(session.body.nextExpectedRanges).toEqual(['0-']);
    expect(first.status).toBe(200);
    expect(await first.json()).toMatchObject({ nextExpectedRanges: ['8'] });
    expect(last.status).toBe(201);
    expect(last.headers.get('location')).toMatch(/\/Attachments\('.+'\)$/);
    const [message] = graph.mailbox('ada@example.com').messages;
    const sha256 = createHash('sha256').update(content).digest('hex');
    expect(message?.attachments).toMatchObject([{ name: 'a.bin', size: 16, sha256 }]);
    expect(message?.isDraft).toBe(false);
    expect(graph.violations).toEqual([]);
    expect((await put(url, 8, 16)).status).toBe(404);
  });

  it('refuses a token, whatever it is', async () => {
    const { graph, open } = await messageToFill();
    const { body } = await open({ size: content.length });
    const answer = await put(String(body.uploadUrl), 0, 8, { Authorization: 'Bearer x' });
    expect(answer.status).toBe(401);
    expect(graph.violations).toEqual(['a token sent to an upload URL']);
  });

  it('tells where to resume, and refuses ranges that don’t continue', async () => {
    const { open } = await messageToFill();
    const url = String((await open({ size: content.length })).body.uploadUrl);
    await put(url, 0, 8);

    const status = await fetch(url);

    expect(await status.json()).toMatchObject({ nextExpectedRanges: ['8'] });
    expect((await put(url, 0, 8)).status).toBe(416);
    expect((await put(url, 10, 16)).status).toBe(416);
    expect((await put(url, 0, 9)).status).toBe(413);
  });

  it('ends when it is cancelled or expires', async () => {
    const clock = handClock();
    const { open } = await messageToFill({ now: clock.now });
    const cancelled = String((await open({ size: content.length })).body.uploadUrl);
    const expired = String((await open({ size: content.length })).body.uploadUrl);

    expect((await fetch(cancelled, { method: 'DELETE' })).status).toBe(204);
    clock.advance(61 * 60_000);

    expect((await put(cancelled, 0, 8)).status).toBe(404);
    expect((await put(expired, 0, 8)).status).toBe(404);
  });

  it('is for files of the right size only', async () => {
    const { open } = await messageToFill();
    expect((await open({ size: 9 })).code).toBe(
      'ErrorAttachmentSizeShouldNotBeLessThanMinimumSize',
    );
    expect((await open({ size: 101 })).code).toBe('ErrorAttachmentSizeLimitExceeded');
    expect((await open({ size: 50, attachmentType: 'item' })).status).toBe(405);
  });

  it('refuses what the mailbox would not take', async () => {
    const { graph, open } = await messageToFill();
    const [ada] = graph.tenant.users;
    if (ada) ada.mailbox.maxMessageBytes = 50;
    expect((await open({ size: 60 })).code).toBe('ErrorMessageSizeExceeded');
  });
});
