import { parseJson } from '../../parseJson.ts';
import type { Answer } from '../http/vendorAnswer.ts';
import { Refusal } from '../http/vendorFaults.ts';
import { SourceFailure } from '../page/sourceFaults.ts';
import { errorAnswerSchema } from './apiSchema.ts';

interface Words {
  codes: string[];
  error: string;
}

/** RingCentral's own codes: https://developers.ringcentral.com/guide/basics/errors */
async function wordsOf(answer: Answer): Promise<Words> {
  const { errors, errorCode, error } = errorAnswerSchema.parse(
    parseJson(await answer.text()),
  );
  const codes = [errorCode, ...(errors ?? []).map((one) => one.errorCode)];
  return { codes: codes.filter((code) => code !== undefined), error: error ?? '' };
}

const has = ({ codes }: Words, ...wanted: string[]): boolean =>
  codes.some((code) => wanted.includes(code));

/** Why there is no access token, as a sentence that says what to mend. */
export async function tokenRefusal(
  answer: Answer,
  prefix: string,
): Promise<SourceFailure> {
  const { status } = answer;
  const words = await wordsOf(answer);
  const stop = (message: string) => new SourceFailure(message, true);
  if (status === 404) {
    return stop(
      `RingCentral has no token service at ${prefix}BASE_URL: correct the setting; it is https://platform.ringcentral.com, or your brand's own.`,
    );
  }
  if (has(words, 'OAU-112', 'OAU-125') || words.error === 'unauthorized_client') {
    return stop(
      'RingCentral does not let the app sign in with a JWT: choose "JWT auth flow" for it in the Developer Console.',
    );
  }
  if (has(words, 'OAU-140', 'OAU-141', 'OAU-142')) {
    return stop(
      `The RingCentral user who owns the JWT is disabled or has no account any more: let another administrator create a JWT, and put it into ${prefix}JWT.`,
    );
  }
  if (has(words, 'OAU-146') || words.error === 'invalid_client') {
    return stop(
      `RingCentral does not know the app: correct ${prefix}CLIENT_ID and ${prefix}CLIENT_SECRET, and check that ${prefix}BASE_URL is the environment that the app belongs to (production, sandbox or a brand's own).`,
    );
  }
  return stop(
    `RingCentral does not accept the JWT, which is wrong, expired, revoked, or made for another app or environment: let an administrator create one, and put it into ${prefix}JWT.`,
  );
}

/** Why a request was refused: what an administrator has to mend ends the run. */
export async function refusalOf(
  answer: Answer,
  what: string,
  prefix: string,
): Promise<Refusal | SourceFailure> {
  const { status } = answer;
  const words = await wordsOf(answer);
  const stop = (message: string) => new SourceFailure(message, true);
  if (status === 401) {
    return stop(
      `RingCentral refused a token that it had just given: check that the app and the user who owns the JWT are still active, and renew ${prefix}JWT.`,
    );
  }
  if (has(words, 'CMN-401')) {
    return stop(
      `RingCentral refused ${what}: the app lacks the permission Team Messaging. Add it to the app in the Developer Console.`,
    );
  }
  if (has(words, 'CMN-402', 'CMN-408')) {
    return stop(
      `RingCentral refused ${what}: the user who owns the JWT may not export. Make them an administrator, and name them under Compliance Exports, "Who can request and download exports".`,
    );
  }
  if (has(words, 'CMN-109')) {
    return stop(
      `RingCentral refused ${what}: Compliance Exports is switched off for the account. Switch it on in the RingCentral app under Administration, or ask RingCentral Support for it.`,
    );
  }
  const [code = ''] = words.codes.filter((one) => /^[A-Z]{2,5}-\d{1,5}$/.test(one));
  return new Refusal('RingCentral', what, status, code);
}
