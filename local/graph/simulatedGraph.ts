import { seededRandom } from '../simulation/seeded.ts';
import { createCounters, type RequestCounters } from './counters.ts';
import { directory } from './dispatch.ts';
import { createFaults, type Fault, type Faults } from './faults.ts';
import { createLateCommits } from './lateCommits.ts';
import { type GraphLimits, graphLimits } from './limits.ts';
import { type Mailboxes, openMailboxes } from './mailboxes.ts';
import { type MailboxOwner, mailboxOwner } from './mailboxOwner.ts';
import type { DirectoryUser, Tenant } from './model.ts';
import { listen, version } from './server.ts';
import type { SensitiveRule, Service } from './service.ts';
import { type MailboxSnapshot, snapshotOf } from './snapshot.ts';
import { findUser } from './tenant.ts';
import { createThrottle, type Throttle } from './throttle.ts';
import { type AppRegistration, createTokenOffice } from './tokens.ts';

export interface SimulatedGraphOptions {
  tenant: Tenant;
  /** The service's clock, for dates, limits, pauses and lags. Waiting itself is real. */
  now?: () => Date;
  /** Accepted always, beside the tokens that the service issues. */
  token?: string;
  /** Who gets tokens; anybody, if absent. */
  app?: AppRegistration;
  limits?: Partial<GraphLimits>;
  faults?: Fault[];
  /** How long every answer takes. */
  latencyMs?: number;
  /** Where mailboxes are kept from one start to the next; in memory only, if absent. */
  dataFile?: string;
  /** For the faults. */
  seed?: number;
  /** Keeps the bytes of attachments; else only their size and SHA-256. */
  keepContent?: boolean;
  sensitiveRule?: SensitiveRule;
  /** A free one, if absent. */
  port?: number;
}

export interface SimulatedGraph {
  /** With the version, without a slash at the end. */
  baseUrl: string;
  token: string;
  tenant: Tenant;
  /** What a well-behaved client would not have done, as it happened. */
  violations: string[];
  requests: RequestCounters;
  /** To switch faults on and off. */
  faults: Faults;
  /** What lies in somebody's mailbox, by the user's id or any address. */
  mailbox(idOrAddress: string): MailboxSnapshot;
  /** To do what the owner of a mailbox does in it. */
  owner(idOrAddress: string): MailboxOwner;
  close(): Promise<void>;
}

export const defaultToken = 'simulated-graph-token';

/** Microsoft Graph as far as this product uses it: the directory, and mailboxes. */
export async function startSimulatedGraph(
  options: SimulatedGraphOptions,
): Promise<SimulatedGraph> {
  const now = options.now ?? (() => new Date());
  const token = options.token ?? defaultToken;
  const violations: string[] = [];
  const mailboxes = openMailboxes(options.dataFile);
  const closing = new AbortController();
  const lateCommits = createLateCommits(now);
  const address = { port: options.port ?? 0 };
  const baseUrl = () => `http://127.0.0.1:${address.port}${version}`;
  const service = createService(options, { now, violations, mailboxes, baseUrl });
  const office = createTokenOffice(token, options.app, now);
  const listener = await listen(
    { service, lateCommits, latencyMs: options.latencyMs ?? 0, closing: closing.signal },
    office,
    address.port,
  );
  address.port = listener.port;

  function mailboxOf(idOrAddress: string) {
    lateCommits.settle();
    const user = userWithMailbox(options.tenant, idOrAddress);
    return { user, mailbox: service.mailbox(user.id) };
  }

  return {
    baseUrl: baseUrl(),
    token,
    tenant: options.tenant,
    violations,
    requests: service.counters,
    faults: service.faults,
    mailbox(idOrAddress) {
      const { user, mailbox } = mailboxOf(idOrAddress);
      return snapshotOf(user, mailbox);
    },
    owner(idOrAddress) {
      const { user, mailbox } = mailboxOf(idOrAddress);
      return mailboxOwner(user, mailbox);
    },
    async close() {
      if (closing.signal.aborted) return;
      lateCommits.close();
      closing.abort();
      await listener.close();
      mailboxes.save();
    },
  };
}

function userWithMailbox(tenant: Tenant, idOrAddress: string): DirectoryUser {
  const user = findUser(tenant, idOrAddress, true);
  if (!user || user.mailbox.state === 'none')
    throw new Error(`${idOrAddress} has no mailbox in the simulated tenant.`);
  return user;
}

interface Surroundings {
  now: () => Date;
  violations: string[];
  mailboxes: Mailboxes;
  baseUrl: () => string;
}

// A run that goes wrong at every request must not fill the memory with complaints.
const mostViolations = 10_000;

function createService(options: SimulatedGraphOptions, around: Surroundings): Service {
  const limits = { ...graphLimits, ...options.limits };
  const random = seededRandom(options.seed ?? 1);
  const throttles = new Map<string, Throttle>();
  const { violations } = around;
  const violate = (violation: string) => {
    if (violations.length < mostViolations) violations.push(violation);
  };
  return {
    tenant: options.tenant,
    limits,
    sensitiveRule: options.sensitiveRule ?? 'off',
    keepContent: options.keepContent ?? false,
    baseUrl: around.baseUrl,
    now: around.now,
    random,
    violate,
    counters: createCounters(),
    faults: createFaults(options.faults ?? [], random),
    mailbox: around.mailboxes.get,
    uploads: new Map(),
    throttle(userId) {
      const known = throttles.get(userId);
      if (known) return known;
      const own = userId === directory ? withoutLimits(limits) : limits;
      const throttle = createThrottle(userId, own, violate);
      throttles.set(userId, throttle);
      return throttle;
    },
  };
}

/** The directory has limits of its own, far above what this product asks. */
function withoutLimits(limits: GraphLimits): GraphLimits {
  const none = Number.POSITIVE_INFINITY;
  return { ...limits, requests: none, uploadBytes: none, inFlight: none };
}
