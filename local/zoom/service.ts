import { type Answer, json } from '../simulation/answers.ts';
import { createFate, type Troubles } from '../simulation/faults.ts';
import { withUnknownFields } from '../simulation/unknownFields.ts';
import { refusal } from './answers.ts';
import type { Quirks, Simulation } from './calls.ts';
import { type Fault, faultAnswer, type RouteName } from './faults.ts';
import { createPatience, createRateLimit, type RateLimits } from './limits.ts';
import { createTokenOffice, type TokenOptions } from './tokens.ts';
import type { Visit } from './visit.ts';

export interface ServiceOptions extends Troubles<Fault, RouteName> {
  quirks?: Quirks;
  /** Requests a second, by category; off, if absent. */
  rateLimits?: RateLimits;
  tokens?: TokenOptions;
}

/** Answers requests; undefined where the connection is to be reset instead. */
export function createService(options: ServiceOptions, simulation: Simulation) {
  const { now, violation, quirks } = simulation;
  const office = createTokenOffice(options.tokens ?? {}, now, violation);
  const fate = createFate(options, faultAnswer);
  const patience = createPatience(now, violation);
  const limit = createRateLimit(options.rateLimits ?? {}, now);

  function answer(visit: Visit): Answer {
    const { authorization } = visit.headers;
    if (visit.route === 'token') return grant(visit);
    if (!visit.found) {
      violation(`${visit.where}: there is no such thing`);
      return refusal(404, 2300, 'This API endpoint is not recognized.');
    }
    const stranger = office.check(authorization, visit.where);
    if (stranger) return stranger;
    const tooMany = limit(visit.route);
    if (tooMany) return tooMany;
    if (visit.method !== 'GET') {
      violation(`${visit.where}: a method that is not supported`);
      return refusal(405, 405, 'Method Not Allowed');
    }
    const real = visit.found.handle(visit, simulation);
    return quirks.unknownFields ? withUnknownFields(real) : real;
  }

  function grant(visit: Visit): Answer {
    const type = visit.headers['content-type'] ?? '';
    if (
      visit.method !== 'POST' ||
      !type.startsWith('application/x-www-form-urlencoded')
    ) {
      violation(`${visit.where}: no form was posted`);
      return json(400, { reason: 'Bad Request', error: 'invalid_request' });
    }
    return office.grant(visit.headers.authorization, new URLSearchParams(visit.body));
  }

  return async (visit: Visit): Promise<Answer | undefined> => {
    patience.arrived(visit.route);
    watchManners(visit, violation);
    const given = await fate(visit, () => answer(visit));
    if (given) patience.answered(given);
    return given;
  };
}

/** What the real service would put up with, and a careful client doesn't do. */
function watchManners(
  { found, where, query, id }: Visit,
  violation: (text: string) => void,
): void {
  for (const name of new Set(query.keys())) {
    if (name === 'access_token') violation(`${where}: a token in the URL`);
    else if (found && !found.parameters.includes(name)) {
      violation(`${where}: unknown parameter "${name}"`);
    }
  }
  if (id === 'me') violation(`${where}: "me" means nobody to an app without a user`);
}
