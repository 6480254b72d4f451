import { randomUUID } from 'node:crypto';
import { type DeliverMessage, parseDeliverMessage } from '../archive/deliverQueue.ts';
import { deliverStep } from '../archive/deliverStep.ts';
import { createImporter, type DrainResult } from '../archive/import/importOrders.ts';
import { recordOrder } from '../archive/import/recordOrder.ts';
import { type PoisonMessage, recordPoison } from '../archive/poison.ts';
import { parseRetryMessage } from '../archive/retryQueue.ts';
import type { ImportOrder } from '../archive/state/order.ts';
import { orderPages } from '../archive/state/orderNames.ts';
import { createDirectory } from '../directory/directory.ts';
import { readEmail } from '../email/read.ts';
import { ConfigurationError } from '../errors.ts';
import { RemoteFault } from '../mailbox/faults.ts';
import { createGraph } from '../mailbox/graphClient.ts';
import { createTokenProvider } from '../mailbox/token.ts';
import { containers } from '../names.ts';
import { maxMessageBytes } from '../settings.ts';
import type { Core } from './core.ts';

const firstPauseMs = 5_000;
const longestPauseMs = 10 * 60_000;
/** Long enough for the broken order to be out of the way. */
const replaceAfterSeconds = 5;

/** The half that knows Microsoft Graph: from manifests to mailboxes. */
export function createDelivery(core: Core) {
  let opened: ReturnType<typeof open> | undefined;

  /** Graph is opened for the first delivery: wrong settings are an answer to runs, not to us. */
  function graphParts() {
    if (core.problems.length > 0) throw new ConfigurationError(core.problems);
    opened ??= open();
    return opened;
  }

  function open() {
    const { settings, storage, clock, log, options } = core;
    const graph = createGraph({
      baseUrl: settings.GRAPH_BASE_URL,
      token: createTokenProvider({
        baseUrl: settings.GRAPH_BASE_URL,
        accessToken: settings.GRAPH_ACCESS_TOKEN,
        tenantId: settings.GRAPH_TENANT_ID,
        clientId: settings.GRAPH_CLIENT_ID,
        clientSecret: settings.GRAPH_CLIENT_SECRET,
        authorityHost: settings.AZURE_AUTHORITY_HOST,
      }),
      maxInFlight: settings.GRAPH_MAX_IN_FLIGHT,
      ...{ clock, log },
    });
    const directory = createDirectory({
      ...{ graph, clock, log },
      internalDomains: settings.INTERNAL_DOMAINS,
      cache: storage.container(containers.state),
    });
    const importer = createImporter({
      ...{ storage, graph, readEmail, clock, log },
      host: options.ownerId ?? randomUUID(),
      ...(options.isGone && { isGone: options.isGone }),
      maxMessageBytes: maxMessageBytes(settings),
      lookupPatienceMs: settings.LOOKUP_PATIENCE_SECONDS * 1000,
      onOrderDone: (order, results) => recordOrder(core, order, results),
      onBrokenOrder: replaceOrder,
      onStop: reportMailbox,
    });
    return { directory, importer };
  }

  /** The page still knows what the order was: its next delivery places it again. */
  async function replaceOrder(path: string, sentence: string): Promise<void> {
    core.log.error(sentence);
    for (const ref of orderPages([path])) {
      const { connector, runId, page } = ref;
      // Whatever becomes of the message, the sweep sees that an order is missing.
      await core.progress.page(connector, runId, page, { misplaced: true });
      await core.deliver.send(ref, 0, replaceAfterSeconds);
    }
  }

  /** Which mailbox it is stands in the log of items, until the run is settled. */
  async function reportMailbox(order: ImportOrder, reason: string): Promise<void> {
    const { connector, runId, mailbox, mailboxId, page } = order;
    const what = { itemId: '', page, mailbox, mailboxId, outcome: 'pending' as const };
    await core.itemLog.write(connector, runId, [{ key: 'mailbox', ...what, reason }]);
    await reportStop(connector, reason);
  }

  /** Its run says so when it is next looked at, and does not wait any longer. */
  async function reportStop(connector: string, sentence: string): Promise<void> {
    await core.statuses.change(connector, async ({ importProblem }) =>
      importProblem === sentence ? undefined : { importProblem: sentence },
    );
  }

  /** It is tried again by itself, but whoever looks should see why nothing moves. */
  async function reportTrouble(connector: string, message: string): Promise<void> {
    core.log.warn(`${connector}: ${message}`);
    await core.statuses.change(connector, async (status) =>
      status.message === message ? undefined : { message },
    );
  }

  /** What an administrator or the other side has to mend uses up no dequeue count. */
  async function deliver({ ref, attempt, once }: DeliverMessage): Promise<void> {
    try {
      const { kind, users } = core.connectors.ready(ref.connector);
      const { directory } = graphParts();
      const { UNMAPPED_MAILBOX: unmappedMailbox } = core.settings;
      const { folder, chatAddresses = false } = kind;
      const target = { folder, users, chatAddresses };
      await deliverStep({ ...core, directory, unmappedMailbox }, target, ref);
    } catch (error) {
      const isRemote = error instanceof RemoteFault;
      if (!isRemote && !(error instanceof ConfigurationError)) throw error;
      const isStop = !isRemote || error.reaction === 'stop';
      if (isStop) await reportStop(ref.connector, error.message);
      else await reportTrouble(ref.connector, error.message);
      if (once) return;
      const pause = Math.min(longestPauseMs, firstPauseMs * 2 ** attempt);
      const retryAfter = isRemote ? error.retryAfter : undefined;
      const seconds = Math.ceil((retryAfter ?? pause) / 1000);
      await core.deliver.send(ref, attempt + 1, seconds);
    }
  }

  async function drain(mailbox: string, attempt: number): Promise<void> {
    const result = await drainOnce(mailbox, attempt);
    if (result.kind !== 'later') return;
    core.log.warn(
      `A mailbox goes on in ${Math.ceil(result.after / 1000)} s: ${result.reason}`,
    );
    await core.retries.send(mailbox, attempt + 1, result.after);
  }

  /** Runs say what is wrong with the settings; orders wait until it is mended. */
  async function drainOnce(mailbox: string, attempt: number): Promise<DrainResult> {
    if (core.problems.length > 0) {
      return { kind: 'later', after: longestPauseMs, reason: core.problems.join(' ') };
    }
    return graphParts().importer.drain(mailbox, attempt);
  }

  return {
    /** A message on `deliver-emails`; one that can't be read is an error, and ends as poison. */
    async deliverEmails(message: unknown): Promise<void> {
      const parsed = parseDeliverMessage(message);
      if (!parsed) throw new Error('A message on deliver-emails can not be read.');
      await deliver(parsed);
    },

    /** An order was placed for a mailbox, named as in the paths under `imports`. */
    importEmails: (mailbox: string) => drain(mailbox, 0),

    /** A message on `retry-imports`. */
    async retryImports(message: unknown): Promise<void> {
      const parsed = parseRetryMessage(message);
      if (!parsed) throw new Error('A message on retry-imports can not be read.');
      await drain(parsed.mailbox, parsed.attempt);
    },

    recordPoison: (poison: PoisonMessage) => recordPoison(core, poison),
  };
}
