import { z } from 'zod';
import { parseJson } from '../../parseJson.ts';

const entitySchema = z.looseObject({
  type: z.string().optional().catch(undefined),
  id: z
    .array(z.looseObject({ type: z.string(), value: z.string() }))
    .optional()
    .catch(undefined),
  data: z
    .looseObject({
      unicode: z.string().optional().catch(undefined),
      annotation: z.string().optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
});
export type Entity = z.infer<typeof entitySchema>;

/** By the id that the message refers to them with. */
export type Entities = Map<string, Entity>;

/**
 * What a message's words are about: mentions, tags, emoji, and objects of apps. It is JSON in a
 * string, and not everybody writes it well.
 *
 * https://docs.developers.symphony.com/bots/messages/overview-of-messageml/entities
 */
export function entitiesIn(data: string | undefined): Entities {
  const parsed = z.record(z.string(), z.unknown()).safeParse(parseJson(data ?? '{}'));
  return new Map(
    Object.entries(parsed.data ?? {}).flatMap(([id, value]) => {
      const entity = entitySchema.safeParse(value).data;
      return entity ? [[id, entity] as const] : [];
    }),
  );
}

/** What stands for an entity whose message has no text for it. Values have no '#' or '$'. */
export function entityLabel(entity: Entity | undefined): string {
  const { type = '', id = [], data } = entity ?? {};
  const value = id[0]?.value ?? '';
  if (type === 'com.symphony.user.mention') return value && `@${value}`;
  if (type === 'org.symphonyoss.taxonomy') return value && `#${value}`;
  if (type === 'org.symphonyoss.fin.security') return value && `$${value}`;
  if (type === 'com.symphony.emoji') {
    return data?.unicode ?? (data?.annotation ? `:${data.annotation}:` : '');
  }
  return type && `[${type}]`;
}
