import { describeContract } from './contract.ts';
import { zoomArchiveSubject, zoomRecordingsSubject } from './subjects/zoom.ts';

describeContract(zoomArchiveSubject);
describeContract(zoomRecordingsSubject);
