import { createFakeDrop } from '../shared/connectors/fakes.ts';
import type { Input, OpenSamples } from './subject.ts';

interface Recorded {
  name: string;
  status: number;
  headers: [string, string][];
  bytes: Buffer;
}

/** Answers of a simulated vendor, in the order in which each request got them. */
export interface Tape {
  /** The way to the vendor while the tape is recorded. */
  record: typeof fetch;
  inputs(): Input[];
  /** The vendor once more, without a server. */
  open(mutated?: Input[]): OpenSamples;
}

/** Hosts have other ports in each process. */
const nameOf = (url: URL, method: string): string =>
  `${method} ${url.pathname}${url.search}`;

export function createTape(): Tape {
  const recorded = new Map<string, Recorded[]>();

  const keep = (answer: Recorded): void => {
    recorded.set(answer.name, [...(recorded.get(answer.name) ?? []), answer]);
  };

  const all = (): Recorded[] =>
    [...recorded.values()].flat().sort((a, b) => (a.name < b.name ? -1 : 1));

  return {
    async record(url, options) {
      const response = await fetch(url, options);
      const bytes = Buffer.from(await response.arrayBuffer());
      const name = nameOf(new URL(String(url)), options?.method ?? 'GET');
      const { status, headers } = response;
      keep({ name, status, headers: [...headers], bytes });
      return answerOf({ name, status, headers: [...headers], bytes });
    },
    /** What has no body can't be mutated, and what comes again is one input. */
    inputs: () =>
      [...new Map(all().map((one) => [one.name, one])).values()].filter(
        ({ bytes }) => bytes.length > 0,
      ),
    open(mutated = []) {
      const turns = new Map<string, number>();
      const given: Input[] = [];
      return {
        drop: createFakeDrop(),
        given: () => given,
        async fetch(url, options) {
          const name = nameOf(new URL(String(url)), options?.method ?? 'GET');
          const answers = recorded.get(name) ?? mostLike(name, recorded) ?? [];
          const turn = turns.get(name) ?? 0;
          turns.set(name, turn + 1);
          const answer = answers[Math.min(turn, answers.length - 1)];
          if (!answer) return notFound();
          const { bytes } = mutated.find((one) => one.name === answer.name) ?? answer;
          given.push({ name: answer.name, bytes });
          return answerOf({ ...answer, bytes });
        },
      };
    },
  };
}

/** Where a run has waited, it asks for the same up to another time. */
function mostLike(
  name: string,
  recorded: Map<string, Recorded[]>,
): Recorded[] | undefined {
  const shape = shapeOf(name);
  const alike = [...recorded.keys()].filter((other) => shapeOf(other) === shape);
  const [best] = alike.sort((a, b) => commonStart(b, name) - commonStart(a, name));
  return best === undefined ? undefined : recorded.get(best);
}

const shapeOf = (name: string): string =>
  name.replace(/\d{4}-\d\d-\d\dT[\d:.%A]+Z|=\d{13}\b/g, '*');

const commonStart = (a: string, b: string): number =>
  [...a].findIndex((letter, at) => letter !== b[at]);

const notFound = () => Response.json({ message: 'Not found.' }, { status: 404 });

/** A server says how long its answers are, whatever is in them. */
function answerOf({ status, headers, bytes }: Recorded): Response {
  const kept = headers.filter(
    ([name]) =>
      ![
        'content-length',
        'content-encoding',
        'connection',
        'keep-alive',
        'transfer-encoding',
      ].includes(name),
  );
  const length: [string, string] = ['content-length', String(bytes.length)];
  const body =
    bytes.length > 0 && ![204, 304].includes(status) ? new Uint8Array(bytes) : null;
  return new Response(body, { status, headers: body ? [...kept, length] : kept });
}
