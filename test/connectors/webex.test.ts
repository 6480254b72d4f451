import { describeContract } from './contract.ts';
import { webexSubject } from './subjects/webex.ts';

describeContract(webexSubject);
