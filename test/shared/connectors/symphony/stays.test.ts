import { expect, it } from 'vitest';
import type { Stay } from '../../../../shared/connectors/symphony/records.ts';
import { afterLook, audienceAt } from '../../../../shared/connectors/symphony/stays.ts';
import { minutesAgo, now } from './harness.ts';

const room = (stays: Stay[]) => ({ id: 'r', type: 'ROOM', stays });
const since = minutesAgo(1440);

it('leaves out who joined nobody knows when, and says that the readers are not known', () => {
  const stays = afterLook([], [{ id: 'ann' }, { id: 'ben' }], now, since);
  const audience = audienceAt(room(stays), minutesAgo(60), 'ann');
  expect(audience).toEqual({ ids: ['ann'], isUnknown: true });
});

it('counts who joined nobody knows when from the first time that they were seen', () => {
  const before = afterLook([], [{ id: 'ann' }, { id: 'ben' }], minutesAgo(60), since);
  const stays = afterLook(before, [{ id: 'ann' }, { id: 'ben' }], now, since);
  const audience = audienceAt(room(stays), minutesAgo(30), 'ann');
  expect(audience).toEqual({ ids: ['ann', 'ben'], isUnknown: false });
});

it('says that the readers are not known where one of them cannot be read', () => {
  const stays = afterLook([], [], now, since);
  const audience = audienceAt({ ...room(stays), isPartial: true }, now, 'ann');
  expect(audience).toEqual({ ids: ['ann'], isUnknown: true });
});

it('has the author among the readers, whoever is on the roster', () => {
  expect(audienceAt(room([]), now, 'ann').ids).toEqual(['ann']);
});

it('forgets after a month who left', () => {
  const before = afterLook([], [{ id: 'ann' }], minutesAgo(40 * 1440), since);
  expect(afterLook(before, [], now, since)).toEqual([]);
});

it('changes nothing when it looks again', () => {
  const members = [{ id: 'ann', joined: minutesAgo(100).toISOString() }];
  const once = afterLook([], members, now, since);
  expect(afterLook(once, members, now, since)).toEqual(once);
});
