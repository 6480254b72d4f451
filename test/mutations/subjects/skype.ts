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
  thingsIn: ({ name, bytes }) => (name.startsWith('eml/') ? [session(name, bytes)] : []),
  isAboutPeople: (name) => name.startsWith('persistent-chat/'),
};

function samplesOf(): Samples {
  const files = sampleDrop(now).map(({ path, content }) => ({
    name: path,
    bytes: content,
  }));
  return {
    settings: {},
    inputs: files,
    open(mutated) {
      const given = files.map((file) => (file.name === mutated?.name ? mutated : file));
      const drop = createFakeDrop();
      for (const { name, bytes } of given) drop.put(name, bytes);
      return { drop, fetch, given: () => given };
    },
  };
}

const session = (path: string, bytes: Buffer): Thing =>
  thingOf(bytes.toString('base64'), [path]);
