import type { MutationSubject } from './subject.ts';
import { ringcentralMutations } from './subjects/ringcentral.ts';
import { skypeMutations } from './subjects/skype.ts';
import { symphonyMutations } from './subjects/symphony.ts';
import { webexMutations } from './subjects/webex.ts';
import { zoomMutations, zoomRecordingsMutations } from './subjects/zoom.ts';

/** Every vendor whose samples are mutated. */
export const mutationSubjects: MutationSubject[] = [
  webexMutations,
  zoomMutations,
  zoomRecordingsMutations,
  ringcentralMutations,
  symphonyMutations,
  skypeMutations,
];
