import type { DequeuedMessageItem, QueueClient } from '@azure/storage-queue';
import { z } from 'zod';
import { answered } from '../../shared/archive/state/blobs.ts';
import { messageOf } from '../../shared/errors.ts';
import type { Log } from '../../shared/log.ts';
import type { Trigger } from './core.ts';
import type { HostSettings } from './hostJson.ts';
import { pause } from './leadership.ts';
import type { TypedData } from './typedData.ts';

export const queueBindingSchema = z.object({
  queueName: z.string(),
  connection: z.string().default('AzureWebJobsStorage'),
});

/** The real host hides a message for ten minutes; a killed one would leave it for so long. */
const hiddenSeconds = 30;
const renewEveryMs = 10_000;
const idleMs = 200;
const troubleMs = 1_000;

type Queue = Pick<
  QueueClient,
  'name' | 'receiveMessages' | 'updateMessage' | 'deleteMessage'
>;

export interface QueuePump {
  name: string;
  queue: Queue;
  /** The queue for what failed too often. */
  poison: Pick<QueueClient, 'name' | 'createIfNotExists' | 'sendMessage'>;
  settings: HostSettings['queues'];
  invoke(trigger: Trigger): Promise<unknown>;
  log: Log;
}

/** Takes messages as they come, as many at a time as host.json says, until the signal. */
export async function pumpQueue(pump: QueuePump, signal: AbortSignal): Promise<void> {
  const { batchSize, newBatchThreshold } = pump.settings;
  const running = new Set<Promise<void>>();
  while (!signal.aborted) {
    const messages = await receive(pump, batchSize, signal);
    for (const message of messages) {
      const work = handle(pump, message)
        .catch((error: unknown) => {
          pump.log.warn(`A message of ${pump.queue.name} stays: ${messageOf(error)}`);
        })
        .finally(() => running.delete(work));
      running.add(work);
    }
    if (messages.length === 0) await pause(idleMs, signal);
    while (running.size > newBatchThreshold && !signal.aborted) {
      await Promise.race([...running, pause(idleMs, signal)]);
    }
  }
  await Promise.all(running);
}

async function receive(
  { queue, log }: QueuePump,
  numberOfMessages: number,
  signal: AbortSignal,
): Promise<DequeuedMessageItem[]> {
  try {
    const options = { numberOfMessages, visibilityTimeout: hiddenSeconds };
    return (await queue.receiveMessages(options)).receivedMessageItems;
  } catch (error) {
    // A queue that isn't there yet is an empty one.
    if (!answered(error, 404)) {
      log.warn(`The queue ${queue.name} can't be read for now: ${messageOf(error)}`);
      await pause(troubleMs, signal);
    }
    return [];
  }
}

async function handle(pump: QueuePump, message: DequeuedMessageItem): Promise<void> {
  const { settings, queue, log, name } = pump;
  if (message.dequeueCount > settings.maxDequeueCount && !isPoison(queue)) {
    return toPoison(pump, message, message.popReceipt);
  }
  const decoded = decode(message.messageText, settings.base64);
  const text = isPoison(queue) ? (decoded ?? message.messageText) : decoded;
  if (text === undefined) {
    log.error(`A message of ${queue.name} is not in base64 and can't be read.`);
    return toPoison(pump, message, message.popReceipt);
  }
  const hidden = keepHidden(queue, message);
  try {
    await pump.invoke({ data: { string: text }, metadata: metadataOf(message, text) });
  } catch (error) {
    log.error(
      `${name} failed on a message, try ${message.dequeueCount}: ${messageOf(error)}`,
    );
    const popReceipt = await hidden.stop();
    if (message.dequeueCount >= settings.maxDequeueCount && !isPoison(queue)) {
      return toPoison(pump, message, popReceipt);
    }
    const seconds = Math.round(settings.visibilityTimeoutMs / 1000);
    await queue.updateMessage(message.messageId, popReceipt, undefined, seconds);
    return;
  }
  await remove(queue, message, await hidden.stop());
}

/** A poison queue has no poison queue of its own. */
const isPoison = ({ name }: { name: string }) => name.endsWith('-poison');

/** First the copy, then the original goes: a crash between them leaves two, never none. */
async function toPoison(
  { queue, poison, log }: QueuePump,
  message: DequeuedMessageItem,
  popReceipt: string,
): Promise<void> {
  await poison.createIfNotExists();
  await poison.sendMessage(message.messageText, { messageTimeToLive: -1 });
  log.error(`A message of ${queue.name} failed too often and is now in ${poison.name}.`);
  await remove(queue, message, popReceipt);
}

async function remove(
  queue: Queue,
  { messageId }: DequeuedMessageItem,
  popReceipt: string,
): Promise<void> {
  await queue.deleteMessage(messageId, popReceipt).catch((error: unknown) => {
    if (!answered(error, 404)) throw error;
  });
}

/** Hides a message for longer while its function runs; each time it gets a new receipt. */
function keepHidden(queue: Queue, message: DequeuedMessageItem) {
  let { popReceipt = '' } = message;
  let renewal = Promise.resolve();
  const renew = async () => {
    try {
      const answer = await queue.updateMessage(
        ...[message.messageId, popReceipt],
        undefined,
        hiddenSeconds,
      );
      popReceipt = answer.popReceipt ?? popReceipt;
    } catch {
      // Gone, or to be tried again: whichever, the function goes on.
    }
  };
  const timer = setInterval(() => {
    renewal = renewal.then(renew);
  }, renewEveryMs);
  return {
    async stop(): Promise<string> {
      clearInterval(timer);
      await renewal;
      return popReceipt;
    },
  };
}

function decode(text: string, base64: boolean): string | undefined {
  if (!base64) return text;
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes.toString('utf8') : undefined;
}

// https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue-trigger#metadata
function metadataOf(
  message: DequeuedMessageItem,
  text: string,
): Record<string, TypedData> {
  const time = (date: Date) => ({ json: JSON.stringify(date) });
  return {
    QueueTrigger: { string: text },
    DequeueCount: { int: message.dequeueCount },
    Id: { string: message.messageId },
    PopReceipt: { string: message.popReceipt },
    InsertionTime: time(message.insertedOn),
    ExpirationTime: time(message.expiresOn),
    NextVisibleTime: time(message.nextVisibleOn),
  };
}
