import type { ConnectorType } from './connector.ts';
import { skype } from './skype/index.ts';
import { webex } from './webex/index.ts';

/** Every kind of connector that there is. */
export const connectorTypes: ConnectorType[] = [webex, skype];
