import type { Answer } from '../simulation/answers.ts';
import { createFate, type Troubles } from '../simulation/faults.ts';
import { createPatience, createRateLimit } from '../simulation/limits.ts';
import { withUnknownFields } from '../simulation/unknownFields.ts';
import { notFound, refusal, sentences } from './answers.ts';
import type { Quirks, Simulation } from './calls.ts';
import { type Fault, faultAnswer, type RouteName } from './faults.ts';
import { createTokenOffice, type TokenOptions } from './tokens.ts';
import type { Visit } from './visit.ts';

/** Cards and the answers to them are passed on as they are. */
const opaque = ['inputs', 'attachments'];

export interface ServiceOptions extends Troubles<Fault, RouteName> {
  quirks?: Quirks;
  /** About 300 a minute in reality; off, if absent. */
  rateLimit?: { perMinute: number };
  tokens?: TokenOptions;
}

/** Answers requests; undefined where the connection is to be reset instead. */
export function createService(options: ServiceOptions, simulation: Simulation) {
  const { world, now, violation, quirks } = simulation;
  const office = createTokenOffice(options.tokens ?? {}, {
    orgUuid: world.orgUuid,
    now,
    violation,
  });
  const fate = createFate(options, faultAnswer);
  const patience = createPatience(now, violation);
  const limit = options.rateLimit && createRateLimit(options.rateLimit.perMinute, now);

  function answer(visit: Visit): Answer {
    const { authorization } = visit.headers;
    if (visit.route === 'accessToken') return grant(visit);
    if (!visit.found) {
      violation(`${visit.where}: there is no such thing`);
      return notFound();
    }
    const stranger = office.check(authorization, visit.where);
    if (stranger) return stranger;
    const seconds = limit?.(authorization ?? '');
    if (seconds) return tooMany(seconds);
    if (!visit.found.methods.includes(visit.method)) {
      violation(`${visit.where}: a method that is not supported`);
      return refusal(405, 'Method Not Allowed', {
        Allow: visit.found.methods.join(', '),
      });
    }
    const real = visit.found.handle(visit, simulation);
    return quirks.unknownFields ? withUnknownFields(real, opaque) : real;
  }

  function grant(visit: Visit): Answer {
    if (visit.method !== 'POST') {
      violation(`${visit.where}: a method that is not supported`);
      return refusal(405, 'Method Not Allowed', { Allow: 'POST' });
    }
    const type = visit.headers['content-type'] ?? '';
    if (!type.startsWith('application/x-www-form-urlencoded')) {
      violation(`${visit.where}: the body is no form`);
      return refusal(415, 'The media type is not supported.');
    }
    return office.grant(new URLSearchParams(visit.body));
  }

  return async (visit: Visit): Promise<Answer | undefined> => {
    patience.arrived(visit);
    watchManners(visit, new URL(simulation.baseUrl()).host, violation);
    const given = await fate(visit, () => answer(visit));
    if (given) patience.answered(visit, given);
    return given;
  };
}

const tooMany = (seconds: number): Answer =>
  refusal(429, sentences.tooMany, { 'Retry-After': String(seconds) });

/** What the real service would put up with, and a careful client doesn't do. */
function watchManners(
  visit: Visit,
  host: string,
  violation: (text: string) => void,
): void {
  const known = [...(visit.found?.parameters ?? [])];
  for (const name of new Set(visit.query.keys())) {
    if (/token|secret/i.test(name)) violation(`${visit.where}: a secret in the URL`);
    else if (visit.found && !known.includes(name)) {
      violation(`${visit.where}: unknown parameter "${name}"`);
    }
  }
  if (visit.route === 'accessToken' && visit.headers.authorization) {
    violation(`${visit.where}: a token where none belongs`);
  }
  if (visit.headers.host !== host) violation(`${visit.where}: another host's name`);
}
