import type { ConnectorType } from './connector.ts';
import { ringcentral } from './ringcentral/index.ts';
import { webex } from './webex/index.ts';

/** Every kind of connector that there is. */
export const connectorTypes: ConnectorType[] = [webex, ringcentral];
