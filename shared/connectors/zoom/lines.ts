import type { ChatMessage } from './chat.ts';
import type { Line } from './records.ts';
import type { Scene } from './scene.ts';
import { sentAt } from './talk.ts';

/** The public chat, line by line. */
export function linesOf(open: ChatMessage[], { meeting, talk }: Scene): Line[] {
  const isOpen = new Set(open.map(({ id }) => id));
  const timeOf = (message: ChatMessage) =>
    message.seconds === undefined ? message.time : sentAt(message, meeting).slice(11, 19);
  const nameOf = (message: ChatMessage) => {
    const { name, address } = talk.authorOf(message);
    return name ?? address ?? 'Somebody';
  };
  const noteOf = (message: ChatMessage): string | undefined => {
    const about = message.about === undefined ? undefined : talk.byId.get(message.about);
    // A reply to everyone may answer what only some have read.
    const known = about && isOpen.has(about.id) ? about : undefined;
    const which = known ? ` of ${nameOf(known)}, ${timeOf(known)}` : '';
    return notes[message.kind]?.(which);
  };
  return open.map((message) => {
    const note = noteOf(message);
    return {
      ...{ time: timeOf(message), who: nameOf(message), text: message.text },
      ...(note && { note }),
      files: message.files.map(({ name }) => name),
    };
  });
}

const notes: Partial<Record<ChatMessage['kind'], (which: string) => string>> = {
  reply: (which) => `in reply to a message${which}`,
  edit: (which) => `edited a message${which}`,
  deletion: (which) => `deleted a message${which}`,
  reaction: (which) => `reacted${which && ` to a message${which}`}`,
  feedback: () => 'gave feedback',
  unknown: () => 'did something that this version does not know',
};
