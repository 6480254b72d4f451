import type { Mutation } from './mutateJson.ts';
import type { Random } from './random.ts';

type Change = (bytes: Buffer, random: Random) => Buffer;

/** One change to bytes, whatever they mean. Nobody can say what of them is still there. */
export function mutateBytes(bytes: Buffer, random: Random): Mutation<Buffer> {
  const [what, change] = random.pick([...Object.entries(changes)]);
  return { content: change(bytes, random), what, takesAway: true, isBlind: true };
}

const spanIn = ({ length }: Buffer, random: Random): [number, number] => {
  const start = random.below(length + 1);
  return [start, Math.min(length, start + 1 + random.below(200))];
};

const changes: Record<string, Change> = {
  'cut off': (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1)),
  'a bit flipped': (bytes, random) => {
    const copy = Buffer.from(bytes);
    const at = random.below(copy.length + 1);
    if (at < copy.length) copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
    return copy;
  },
  'random bytes put in': (bytes, random) => {
    const [start] = spanIn(bytes, random);
    const odd = Buffer.from(
      Array.from({ length: 1 + random.below(20) }, () => random.below(256)),
    );
    return Buffer.concat([bytes.subarray(0, start), odd, bytes.subarray(start)]);
  },
  'a span twice': (bytes, random) => {
    const [start, end] = spanIn(bytes, random);
    return Buffer.concat([bytes.subarray(0, end), bytes.subarray(start)]);
  },
  'a span left out': (bytes, random) => {
    const [start, end] = spanIn(bytes, random);
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
  },
  emptied: () => Buffer.of(),
  'a page in its place': () => Buffer.from('<html><body>Sign in</body></html>'),
  'in UTF-16': (bytes) => Buffer.from(`\ufeff${bytes.toString('utf8')}`, 'utf16le'),
  'in Latin 1': (bytes) => Buffer.from(bytes.toString('utf8'), 'latin1'),
  'with a byte order mark': (bytes) => Buffer.concat([Buffer.from('\ufeff'), bytes]),
  'with the other line ends': (bytes) => {
    const text = bytes.toString('latin1');
    const other = text.includes('\r\n')
      ? text.replaceAll('\r\n', '\n')
      : text.replaceAll('\n', '\r\n');
    return Buffer.from(other, 'latin1');
  },
};
