import { type Answer, html } from '../simulation/answers.ts';
import { createFate, type Troubles } from '../simulation/faults.ts';
import { createPatience, createRateLimit } from '../simulation/limits.ts';
import { withUnknownFields } from '../simulation/unknownFields.ts';
import type { createAccounts } from './accounts.ts';
import { refusal, sentences } from './answers.ts';
import { type Fault, faultAnswer, type RouteName } from './faults.ts';
import type { Simulation } from './routes.ts';
import type { Visit } from './visit.ts';

export interface ServiceOptions extends Troubles<Fault, RouteName> {
  quirks?: { unknownFields?: boolean };
  /** Off, if absent. */
  rateLimit?: { perMinute: number };
}

/** What a host serves: the first part of the path. */
export type Services = ('pod' | 'login' | 'relay' | 'agent')[];

/** Answers requests; undefined where the connection is to be reset instead. */
export function createService(
  options: ServiceOptions,
  simulation: Simulation,
  accounts: ReturnType<typeof createAccounts>,
) {
  const { now, violation } = simulation;
  const fate = createFate<Fault, RouteName>(options, (fault) => {
    if (fault.kind === 'sessionsEnd') accounts.end();
    return faultAnswer(fault);
  });
  const patience = createPatience(now, violation);
  const limit = options.rateLimit && createRateLimit(options.rateLimit.perMinute, now);

  function answer(visit: Visit, services: Services): Answer {
    if (!services.some((service) => service === visit.service)) return missing(visit);
    // Symphony counts by address, and here there is one.
    const seconds = limit?.('');
    if (seconds)
      return html(429, 'Too Many Requests', { 'Retry-After': String(seconds) });
    if (visit.route === 'login') return accounts.login(visit.body);
    if (visit.route === 'relay') return accounts.relay(visit.body);
    if (!visit.found?.methods.includes(visit.method)) return missing(visit);
    // The agent's version is told to anybody.
    const stranger =
      visit.route !== 'info' && accounts.check(visit, visit.service === 'agent');
    if (stranger) return stranger;
    const real = visit.found.handle(visit, simulation);
    return options.quirks?.unknownFields ? withUnknownFields(real) : real;
  }

  function missing(visit: Visit): Answer {
    // Where the key manager is has to be tried.
    if (visit.route !== 'relay') violation(`${visit.where}: there is no such thing here`);
    return refusal(404, sentences.notFound);
  }

  return async (visit: Visit, services: Services): Promise<Answer | undefined> => {
    patience.arrived(visit);
    watchManners(visit, violation);
    const given = await fate(visit, () => answer(visit, services));
    if (given) patience.answered(visit, given);
    return given;
  };
}

/** What the real services would put up with, and a careful client doesn't do. */
function watchManners(visit: Visit, violation: (text: string) => void): void {
  const { where, query, service, route, found } = visit;
  for (const name of new Set(query.keys())) {
    if (/token/i.test(name)) violation(`${where}: a token in the URL`);
    else if (!found?.parameters.includes(name)) {
      violation(`${where}: unknown parameter "${name}"`);
    }
  }
  const isSignIn = route === 'login' || route === 'relay';
  if (isSignIn && visit.session) violation(`${where}: a token where none belongs`);
  if (service !== 'agent' && visit.keys) {
    violation(`${where}: the key manager's token is for the agent alone`);
  }
}
