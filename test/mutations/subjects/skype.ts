import { sampleDrop, samplePeople } from '../../../local/skype/sampleDrop.ts';
import { skype } from '../../../shared/connectors/skype/index.ts';
import { createFakeDrop } from '../../shared/connectors/fakes.ts';
import { now } from '../../shared/connectors/pipeline.ts';
import { thingOf } from '../reading.ts';
import type { Input, MutationSubject, Samples, Thing } from '../subject.ts';

export const skypeMutations: MutationSubject = {
  name: 'skype',
  type: skype,
  people: samplePeople,
  samples: async () => samplesOf(),
  thingsIn(input) {
    const folder = input.name.split('/')[0];
    if (folder === 'eml') return sessionIn(input);
    return /\.xml$/.test(input.name) ? messagesIn(input) : [];
  },
  isAboutPeople: (name) => /\.xml$/.test(name),
};

function samplesOf(): Samples {
  const files = sampleDrop(now).map(({ path, content }) => ({
    ...{ name: path, bytes: content },
  }));
  return {
    settings: {},
    inputs: files,
    open(mutated = []) {
      const given = files.map(
        (file) => mutated.find(({ name }) => name === file.name) ?? file,
      );
      const drop = createFakeDrop();
      for (const { name, bytes } of given) drop.put(name, bytes);
      return { drop, fetch, given: () => given };
    },
  };
}

const sentence = /[A-Z][\w ]{3,60}[.?]/g;
const base64 = /(?:^[A-Za-z\d+/]{4,}={0,2}\r?\n)+/gm;

/** What was said in a session: found in its text, and in whatever is Base64 in it. */
function sessionIn({ name, bytes }: Input): Thing[] {
  const text = decoded(bytes);
  const [, body = ''] = text.split(/\r?\n\r?\n(.*)/s);
  return (body.match(base64) ?? []).flatMap((part) => {
    const said = Buffer.from(part, 'base64').toString().match(sentence) ?? [];
    // Where nothing says that it is Base64, it is archived as it stands.
    const [line = ''] = part.split(/\r?\n/);
    return said.map((says) => thingOf([name, says], [name], { says: [says, line] }));
  });
}

const chat = /<Message [^<>]*type="CHAT"[^<>]*>/g;

/** What was said in rooms; of whatever is no plain sentence the file as a whole must tell. */
function messagesIn({ name, bytes }: Input): Thing[] {
  return (decoded(bytes).match(chat) ?? [])
    .flatMap((element) => /content="([\w ,.?]{6,})"/.exec(element)?.slice(1) ?? [])
    .map((says) => thingOf([name, says], [name], { says: [says] }));
}

const decoded = (bytes: Buffer): string =>
  bytes.toString(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf16le' : 'utf8');
