import { type Answer, json } from './answers.ts';

/** The same answer, with a field that is new in every object that is not within `opaque` ones. */
export function withUnknownFields(answer: Answer, opaque: string[] = []): Answer {
  const isJson = answer.headers['Content-Type']?.startsWith('application/json');
  if (!isJson || !Buffer.isBuffer(answer.body)) return answer;
  const value: unknown = JSON.parse(answer.body.toString('utf8'));
  const { 'Content-Length': _, ...headers } = answer.headers;
  return json(answer.status, addUnknownFields(value, opaque), headers);
}

function addUnknownFields(value: unknown, opaque: string[]): unknown {
  if (Array.isArray(value)) return value.map((one) => addUnknownFields(one, opaque));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, one]) => [
    key,
    opaque.includes(key) ? one : addUnknownFields(one, opaque),
  ]);
  return { ...Object.fromEntries(entries), brandNewField: { nested: [1, 'two', null] } };
}
