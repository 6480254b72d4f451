import { type Message, messageSchema } from './schema.ts';

/** The post that a message shares, if it is one that can be read. */
export const sharedIn = ({ sharedMessage }: Message): Message | undefined =>
  sharedMessage ? messageSchema.safeParse(sharedMessage).data : undefined;
