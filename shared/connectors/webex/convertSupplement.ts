import type { z } from 'zod';
import type { ArchiveItem } from '../../archive/state/item.ts';
import { audienceOf } from '../item/original.ts';
import { bodyOf } from './convertMessage.ts';
import type { supplementRawSchema } from './records.ts';
import type { Setting } from './setting.ts';

/** What an earlier email had to leave out. It goes to those who got that one. */
export function convertSupplement(
  { what, of }: z.infer<typeof supplementRawSchema>,
  { base, folk, original, conversation }: Setting,
): ArchiveItem {
  const { data } = of.event;
  const author = folk.person(data.personId);
  return {
    ...base,
    conversation: original?.conversation ?? conversation(data.roomId),
    author,
    ...(original ? audienceOf(original) : folk.audience(base.at, data.personId)),
    ...(what === 'file'
      ? { text: 'A file that could not be archived with its message.' }
      : bodyOf(of)),
    notes: [
      what === 'file'
        ? 'This supplements a message that was archived without this file.'
        : 'This supplements a message that was archived before its text could be decrypted.',
    ],
  };
}
