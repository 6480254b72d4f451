import { describeContract } from './contract.ts';
import { ringcentralSubject } from './subjects/ringcentral.ts';

describeContract(ringcentralSubject);
