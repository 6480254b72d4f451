import { BlobServiceClient } from '@azure/storage-blob';
import { containers } from '../../shared/names.ts';
import type { SampleVendor } from '../sampleVendor.ts';
import { placeSampleDrop, samplePeople } from './sampleDrop.ts';

/** Nobody has to be simulated: what the Skype server exports lies in the storage. */
export const skypeSamples: SampleVendor = {
  name: 'skype',
  people: samplePeople,
  async start({ now, isFailing, connectionString }) {
    const storage = BlobServiceClient.fromConnectionString(connectionString);
    const container = storage.getContainerClient(containers.skypeDrop);
    await placeSampleDrop({ container, now });
    return {
      // There are no credentials that could be wrong, but a wrong container there is.
      settings: { DROP_CONTAINER: isFailing ? containers.emails : containers.skypeDrop },
      close: async () => {},
    };
  },
};
