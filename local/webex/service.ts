import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { type Answer, json } from '../simulation/answers.ts';
import { createFate, type Troubles } from '../simulation/faults.ts';
import { notFound, refusal } from './answers.ts';
import type { Quirks, Simulation } from './calls.ts';
import { type Fault, faultAnswer, type RouteName } from './faults.ts';
import { createPatience, createRateLimit } from './limits.ts';
import { createTokenOffice, type TokenOptions } from './tokens.ts';
import { addUnknownFields } from './variants.ts';
import type { Visit } from './visit.ts';

export interface ServiceOptions extends Troubles<Fault, RouteName> {
  quirks?: Quirks;
  /** About 300 a minute in reality; off, if absent. */
  rateLimit?: { perMinute: number };
  tokens?: TokenOptions;
}

export type Service = (
  visit: Visit,
  request: IncomingMessage,
) => Promise<Answer | undefined>;

/** Answers requests; undefined where the connection is to be reset instead. */
export function createService(options: ServiceOptions, simulation: Simulation): Service {
  const { world, now, violation, quirks } = simulation;
  const office = createTokenOffice(options.tokens ?? {}, {
    orgUuid: world.orgUuid,
    now,
    violation,
  });
  const fate = createFate(options, faultAnswer);
  const patience = createPatience(now, violation);
  const limit = options.rateLimit && createRateLimit(options.rateLimit.perMinute, now);

  async function answer(visit: Visit, request: IncomingMessage): Promise<Answer> {
    const { authorization } = request.headers;
    if (visit.route === 'accessToken') return grant(visit, request);
    if (!visit.found) {
      violation(`${visit.where}: there is no such thing`);
      return notFound();
    }
    const stranger = office.check(authorization, visit.where);
    if (stranger) return stranger;
    const tooMany = limit?.(authorization ?? '');
    if (tooMany) return tooMany;
    if (!visit.found.methods.includes(visit.method)) {
      violation(`${visit.where}: a method that is not supported`);
      return refusal(405, 'Method Not Allowed', {
        Allow: visit.found.methods.join(', '),
      });
    }
    const real = visit.found.handle(visit, simulation);
    return quirks.unknownFields ? withUnknownFields(real) : real;
  }

  async function grant(visit: Visit, request: IncomingMessage): Promise<Answer> {
    if (visit.method !== 'POST') {
      violation(`${visit.where}: a method that is not supported`);
      return refusal(405, 'Method Not Allowed', { Allow: 'POST' });
    }
    const type = request.headers['content-type'] ?? '';
    if (!type.startsWith('application/x-www-form-urlencoded')) {
      violation(`${visit.where}: the body is no form`);
      return refusal(415, 'The media type is not supported.');
    }
    return office.grant(new URLSearchParams(await text(request)));
  }

  return async (visit, request) => {
    patience.arrived(visit);
    watchManners(visit, request, violation);
    const given = await fate(visit, () => answer(visit, request));
    if (given) patience.answered(visit, given);
    return given;
  };
}

/** What the real service would put up with, and a careful client doesn't do. */
function watchManners(
  visit: Visit,
  request: IncomingMessage,
  violation: (text: string) => void,
): void {
  const known = [...(visit.found?.parameters ?? [])];
  for (const name of new Set(visit.query.keys())) {
    if (/token|secret/i.test(name)) violation(`${visit.where}: a secret in the URL`);
    else if (visit.found && !known.includes(name)) {
      violation(`${visit.where}: unknown parameter "${name}"`);
    }
  }
  if (visit.route === 'accessToken' && request.headers.authorization) {
    violation(`${visit.where}: a token where none belongs`);
  }
  if (request.headers.host !== visit.host)
    violation(`${visit.where}: another host's name`);
}

function withUnknownFields(answer: Answer): Answer {
  const isJson = answer.headers['Content-Type']?.startsWith('application/json');
  if (!isJson || !Buffer.isBuffer(answer.body)) return answer;
  const value: unknown = JSON.parse(answer.body.toString('utf8'));
  const { 'Content-Length': _, ...headers } = answer.headers;
  return json(answer.status, addUnknownFields(value), headers);
}
