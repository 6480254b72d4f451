import { GraphError } from './answers.ts';
import type { ExtendedProperty } from './model.ts';

// https://learn.microsoft.com/graph/api/resources/extended-properties-overview
const types =
  'Binary|Boolean|ClassId|Currency|Double|Error|Float|Guid|Integer|Long|Null|Object|Short|String|SystemTime';
const tagged = new RegExp(`^(${types}) 0x([0-9a-f]{1,4})$`, 'i');
const named = new RegExp(
  `^(${types}) \\{([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\\} (Name|Id) (.+)$`,
  'i',
);

/** The MAPI properties that this simulation gives a meaning. */
export const mapi = {
  messageFlags: 'integer 0xe07',
  submitTime: 'systemtime 0x39',
  deliveryTime: 'systemtime 0xe06',
  internetMessageId: 'string 0x1035',
  creationTime: 'systemtime 0x3007',
  lastModificationTime: 'systemtime 0x3008',
};

/**
 * One spelling for an id, however it was written. The name of a named property keeps its case:
 * https://learn.microsoft.com/graph/api/singlevaluelegacyextendedproperty-get
 */
export function canonicalId(id: string): string | undefined {
  const tag = tagged.exec(id);
  if (tag?.[1] && tag[2])
    return `${tag[1].toLowerCase()} 0x${Number.parseInt(tag[2], 16).toString(16)}`;
  const name = named.exec(id);
  if (!name?.[1] || !name[2] || !name[3] || !name[4]) return undefined;
  return `${name[1].toLowerCase()} {${name[2].toLowerCase()}} ${name[3].toLowerCase()} ${name[4]}`;
}

export function propertyValue(
  properties: ExtendedProperty[],
  canonical: string,
): string | undefined {
  return properties.find(({ id }) => canonicalId(id) === canonical)?.value;
}

const valueForms = new Map<string, RegExp>([
  ['integer', /^-?\d{1,10}$/],
  ['short', /^-?\d{1,5}$/],
  ['long', /^-?\d{1,19}$/],
  ['boolean', /^(true|false)$/i],
  ['systemtime', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/],
  ['binary', /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/],
]);

/** Throws what the service answers to a malformed id or value, or to one property given twice. */
export function checkProperties(properties: ExtendedProperty[]): void {
  const seen = new Set<string>();
  for (const { id, value } of properties) {
    const canonical = canonicalId(id);
    if (!canonical)
      throw new GraphError(
        400,
        'ErrorInvalidExtendedProperty',
        `The extended property id '${id}' is not valid.`,
      );
    if (seen.has(canonical))
      throw new GraphError(
        400,
        'ErrorInvalidExtendedProperty',
        `The extended property '${id}' was given more than once.`,
      );
    seen.add(canonical);
    const [type = ''] = canonical.split(' ');
    const form = valueForms.get(type);
    const isDate = type === 'systemtime';
    if ((form && !form.test(value)) || (isDate && Number.isNaN(Date.parse(value))))
      throw new GraphError(
        400,
        'ErrorInvalidExtendedPropertyValue',
        `The value of the extended property '${id}' is not valid.`,
      );
  }
}
