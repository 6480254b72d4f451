import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { listRecord } from '../../../../shared/connectors/ringcentral/listing.ts';
import { keys as ringcentral } from '../../../../shared/connectors/ringcentral/records.ts';
import { keys as skype } from '../../../../shared/connectors/skype/records.ts';
import { keys as symphony } from '../../../../shared/connectors/symphony/records.ts';
import { keys as webex } from '../../../../shared/connectors/webex/records.ts';
import { keys as zoom } from '../../../../shared/connectors/zoom/records.ts';

describe('the key of an item', () => {
  // Whoever changes one of these archives what is in mailboxes a second time.
  it.each([
    [
      'Webex',
      webex.edit('org', 'm', 'e'),
      'f330bcffc64932dd6360add66ae5c3e953c5c5cdb56c59572162ab116dc2cc5b',
    ],
    [
      'Symphony',
      symphony.supplement('org', 'file', 'm', '0'),
      '3960de26a1efa7269a71af840eae4fe83a003f7415a08dbbfd5db4255db08522',
    ],
    [
      'RingCentral',
      ringcentral.edit('org', 'post', '1', '2026-03-01T00:00:00.000Z'),
      'e4cc2e3ea8d5e240afac8c866a05d7b9210ed58c01d733c7d35b832be8121d21',
    ],
    [
      'Skype for Business',
      skype.rejected('eml/a.eml', '0x1'),
      'b1aaad0630be56ef88d236eadd7a9499eb83313b8cef504f786369e706c47c8c',
    ],
    [
      'Zoom',
      zoom.unreadable({ account: 'org', lane: 'archive' }, 'h'),
      'fad6e2462b9e7e40ddd15337602d1897276b77cacdd0c29e57bd3d95b9dcf948',
    ],
  ])('from %s is the same in each version', (_, key, expected) => {
    expect(key).toBe(expected);
  });

  it("that could not be read is the same however long RingCentral's record is", () => {
    const window = { from: new Date(0), to: new Date(1) };
    const file = { folder: 'posts', called: 'posts' } as const;
    const text = '{"a":1';
    const sha256 = createHash('sha256').update(text).digest('hex');
    const listed = listRecord('org', file, { kind: 'text', text }, window);
    expect(listed?.key).toBe(ringcentral.unreadable('org', sha256));
  });
});
