import type { SamplePerson } from './samplePeople.ts';

/** A vendor that is simulated, with sample data of its own. */
export interface SampleVendor {
  /** As in `CONNECTORS`. */
  name: string;
  /** Everybody in the sample data; people of the same address are the same. */
  people(): SamplePerson[];
  start(stage: SampleStage): Promise<StartedVendor>;
}

export interface SampleStage {
  /** When the sample data ends. */
  now: Date;
  /** True: the vendor accepts no credentials. */
  isFailing: boolean;
  /** The laptop's storage, for a vendor whose files are dropped there. */
  connectionString: string;
}

export interface StartedVendor {
  /** The connector's settings, without its name: `BASE_URL`. */
  settings: Record<string, string>;
  close(): Promise<void>;
}
