import { ringcentralSamples } from './ringcentral/sampleVendor.ts';
import type { SampleVendor } from './sampleVendor.ts';
import { skypeSamples } from './skype/sampleVendor.ts';
import { symphonySamples } from './symphony/sampleVendor.ts';
import { webexSamples } from './webex/sampleVendor.ts';
import { zoomSamples } from './zoom/sampleVendor.ts';

/** Every vendor that `npm start` shows. */
export const sampleVendors: SampleVendor[] = [
  webexSamples,
  zoomSamples,
  ringcentralSamples,
  skypeSamples,
  symphonySamples,
];
