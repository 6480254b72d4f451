import type { Handler as AnyHandler } from '../simulation/visit.ts';
import type { World } from './model.ts';

/** What the service does on some days, or did in some years. */
export interface Quirks {
  /** Each page of /events comes after one without items. */
  emptyPages?: boolean;
  /** A `max` above this is answered with 504. */
  gatewayTimeoutAbove?: number;
  /** Ids in events are padded, or end in a newline, as in some vendor samples. */
  idVariants?: boolean;
  /** `from` and `to` belong to the window; as documented they do not. */
  inclusiveBounds?: boolean;
  /** The next link says `max=null` and forgets the resource. WebexPythonSDK issue 168 */
  brokenNextLinks?: boolean;
  /** Every object has a field that nobody has heard of. */
  unknownFields?: boolean;
}

export interface Simulation {
  world: World;
  now: () => Date;
  quirks: Quirks;
  /** How often each file has been asked for. */
  served: Map<string, number>;
  baseUrl: () => string;
  elsewhereUrl: () => string;
  violation: (text: string) => void;
}

export type Handler = AnyHandler<Simulation>;
