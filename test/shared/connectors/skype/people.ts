import type {
  ChatMessage,
  ChatPerson,
  ChatRoom,
} from '../../../../local/skype/complianceXml.ts';
import { minutesAgo } from '../pipeline.ts';

const person = (name: string, number: number): ChatPerson => ({
  ...{ name, number, address: `${name.toLowerCase()}@example.com` },
});
export const [ann, ben, cat, dan] = [
  person('Ann', 11),
  person('Ben', 12),
  person('Cat', 13),
  person('Dan', 14),
];
export const plans: ChatRoom = { uri: 'ma-chan://example.com/300', name: 'Plans' };
export const lunch: ChatRoom = { uri: 'ma-chan://example.com/301', name: 'Lunch' };

export const join = (by: ChatPerson, minutes: number): ChatMessage => ({
  ...{ type: 'JOIN', by, at: minutesAgo(minutes) },
});
export const part = (by: ChatPerson, minutes: number): ChatMessage => ({
  ...{ type: 'PART', by, at: minutesAgo(minutes) },
});
export const chat = (by: ChatPerson, minutes: number, content: string): ChatMessage => ({
  ...{ type: 'CHAT', by, at: minutesAgo(minutes), content, id: 10_000 - minutes },
});
