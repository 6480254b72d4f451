import { describeContract } from './contract.ts';
import { skypeSubject } from './subjects/skype.ts';

describeContract(skypeSubject);
