/** Gives every object, at every depth, a field that is new. */
export function addUnknownFields(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(addUnknownFields);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, one]) => [key, addUnknownFields(one)]);
  return { ...Object.fromEntries(entries), brandNewField: { nested: [1, 'two', null] } };
}
