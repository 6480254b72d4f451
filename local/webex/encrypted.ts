import { base64 } from './ids.ts';
import type { Json } from './model.ts';

/** What the vendor's key service leaves behind when it has no key for us. */
const ciphertext = base64(
  '{"alg":"dir","enc":"A256GCM","kid":"kms://kms-aore.wbx2.com"}',
);
const kmsReason = 'Key management server failed to respond appropriately.';

/** Fills fields with ciphertext where the keys are not there yet, and says so. */
export function encrypted(
  json: Json,
  fields: string[],
  from: Date | undefined,
  now: Date,
): Json {
  if (!from || now >= from) return json;
  const hidden = fields.filter((field) => json[field] !== undefined);
  if (hidden.length === 0) return json;
  const failure = { code: 'kms_failure', reason: kmsReason };
  return {
    ...json,
    ...Object.fromEntries(hidden.map((field) => [field, `${ciphertext}..c2ltdWxhdGVk`])),
    errors: Object.fromEntries(hidden.map((field) => [field, failure])),
  };
}
