import { describeContract } from './contract.ts';
import { symphonySubject } from './subjects/symphony.ts';

describeContract(symphonySubject);
