import * as df from 'durable-functions';
import { connectorRun } from '../shared/archive/orchestrators.ts';

df.app.orchestration('connectorRun', connectorRun);
