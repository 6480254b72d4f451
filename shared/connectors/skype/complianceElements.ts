import { notTheAdapters, type Shape } from './complianceShape.ts';
import type { Attributes, FoundEvent, Place, RawEvent } from './rawEvent.ts';

/** Elements of a compliance file as they open and close → the events that they are. */
export function createElements(
  shape: Shape,
  here: () => Pick<Place, 'encoding' | 'offset'>,
) {
  let found: FoundEvent[] = [];
  let channels: Attributes[] = [];
  let first: FoundEvent | undefined;
  let current: RawEvent | undefined;

  const foundHere = (event: RawEvent): FoundEvent => ({
    ...{ event, channels },
    place: { ...here(), open: shape.names(), channels },
  });

  /** `FirstMessage` is the first of the messages once more, or else a message of its own. */
  function emitFirst(next: RawEvent | undefined): void {
    if (first && !(next && isSame(first.event, next))) found.push(first);
    first = undefined;
  }

  return {
    open(name: string, attributes: Attributes): void {
      const { local, parent } = shape.open(name);
      if (local === 'conversation') channels = [];
      if (local === 'channel') channels = [...channels, attributes];
      if (parent === 'messages' || local === 'firstmessage') {
        current = { element: local, message: attributes };
      } else if (current) {
        current = { ...current, ...detailOf(local, attributes) };
      } else if (local === 'sender' && parent !== 'conversations') {
        throw notTheAdapters();
      }
    },
    close(): void {
      const { local, parent } = shape.close();
      if (current && local === 'firstmessage') {
        [first, current] = [foundHere(current), undefined];
      } else if (current && parent === 'messages') {
        emitFirst(current);
        found.push(foundHere(current));
        current = undefined;
      }
      if (local === 'conversation') emitFirst(undefined);
    },
    resume(from: Place): void {
      shape.resume();
      channels = from.channels;
    },
    take(): FoundEvent[] {
      const taken = found;
      found = [];
      return taken;
    },
  };
}

function detailOf(local: string, attributes: Attributes): Partial<RawEvent> {
  if (local === 'sender') return { sender: attributes };
  return local === 'datetimeutc' ? { time: attributes } : {};
}

const isSame = (one: RawEvent, other: RawEvent): boolean =>
  JSON.stringify([one.message, one.sender, one.time]) ===
  JSON.stringify([other.message, other.sender, other.time]);
