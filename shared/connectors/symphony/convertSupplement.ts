import type { ArchiveItem } from '../../archive/state/item.ts';
import { audienceOf } from '../item/original.ts';
import { bodyOf } from './messageBody.ts';
import type { Raw } from './records.ts';
import type { Setting } from './setting.ts';

/** What an earlier email had to leave out. It goes to those who got that one. */
export function convertSupplement({ kind, message }: Raw, setting: Setting): ArchiveItem {
  const { base, author, conversation, original } = setting;
  const isFile = kind === 'fileSupplement';
  return {
    ...{ ...base, conversation, author },
    ...(original ? audienceOf(original) : setting.audience(base.at)),
    ...(isFile
      ? { text: 'A file that could not be archived with its message.' }
      : bodyOf(message)),
    notes: [
      isFile
        ? 'This supplements a message that was archived without this file.'
        : 'This supplements a message that was archived before its text could be decrypted.',
    ],
  };
}
