import type { ConnectorType } from '../../shared/connectors/connector.ts';
import type { FakeDrop } from '../shared/connectors/fakes.ts';

/** Something that the source gives out, as the connector reads it: an answer, or a file. */
export interface Input {
  /** `GET /v1/events?…`, without the host; or the file's path. The same in each process. */
  name: string;
  bytes: Buffer;
}

/** One thing that an input tells of: an event, a message, a line of a transcript. */
export interface Thing {
  /** Ids by which its email, its gap or its row can be found; none where it has none. */
  names: string[];
  /** All of it: two things of the same content are the same. */
  content: string;
  /** One of these texts must be found in an email, or in a file of one, or it is reported. */
  says?: string[];
  /** A part of an input's name that the connector must ask for because of it. */
  leadsTo?: string;
}

/** How the source's samples are read: everything is in memory, and the same each time. */
export interface Samples {
  /** Without the connector's prefix. */
  settings: Record<string, string>;
  /** All that a run reads if nothing is mutated. */
  inputs: Input[];
  /** A source in which the inputs of these names are others. */
  open(mutated?: Input[]): OpenSamples;
}

export interface OpenSamples {
  fetch: typeof fetch;
  drop: FakeDrop;
  /** What has been read by now, as it was given out. */
  given(): Input[];
}

/** A vendor, with samples whose mutations are tried on its connector. */
export interface MutationSubject {
  /** As in `--vendor zoom`. */
  name: string;
  type: ConnectorType;
  samples(): Promise<Samples>;
  /** Addresses of all who have a mailbox. */
  people(): { address: string; internal: boolean }[];
  /**
   * What an input tells of that must be archived or reported. It is read leniently and by
   * itself, so that it sees what the connector's own parsers overlook. `given`: all inputs.
   */
  thingsIn(input: Input, given: Input[]): Thing[] | Promise<Thing[]>;
  /** Other inputs, as they say something of this one: its size, or a sum of it. */
  alongWith?(mutated: Input, inputs: Input[]): Input[];
  /** Inputs that say who was where, and who is who: what is gone from them nobody can know. */
  isAboutPeople(name: string): boolean;
}
