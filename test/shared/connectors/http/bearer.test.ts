import { describe, expect, it } from 'vitest';
import { createBearer } from '../../../../shared/connectors/http/bearer.ts';
import { createFakeClock } from '../fakes.ts';

const api = new URL('https://api.test/');

/** A token endpoint that numbers its tokens, and a clock that stands still. */
function endpoint(expires_in: number) {
  const clock = createFakeClock('2026-03-01T00:00:00Z');
  const faults: Error[] = [];
  let granted = 0;
  const bearer = createBearer(clock, async () => {
    const fault = faults.shift();
    if (fault) throw fault;
    granted += 1;
    return { access_token: `token-${granted}`, expires_in };
  });
  return {
    bearer,
    faults,
    granted: () => granted,
    passSeconds: (seconds: number) => clock.advance(seconds * 1000),
    use: () => bearer.headers(undefined, api),
  };
}

describe('a bearer token', () => {
  it('is asked for once by all who need it at the same time', async () => {
    const { use, granted } = endpoint(3600);
    expect(await Promise.all([use(), use(), use()])).toEqual(
      Array(3).fill({ authorization: 'Bearer token-1' }),
    );
    expect(granted()).toBe(1);
  });

  it('is renewed five minutes before it ends', async () => {
    const { use, passSeconds } = endpoint(3600);
    await use();
    passSeconds(3299);
    expect(await use()).toEqual({ authorization: 'Bearer token-1' });
    passSeconds(1);
    expect(await use()).toEqual({ authorization: 'Bearer token-2' });
  });

  it('is used for most of its life, however short that is', async () => {
    const { use, passSeconds } = endpoint(10);
    await use();
    passSeconds(8);
    expect(await use()).toEqual({ authorization: 'Bearer token-1' });
    passSeconds(1);
    expect(await use()).toEqual({ authorization: 'Bearer token-2' });
  });

  it('is replaced when it is refused', async () => {
    const { bearer, use } = endpoint(3600);
    await bearer.renew(await use(), undefined);
    expect(await use()).toEqual({ authorization: 'Bearer token-2' });
  });

  it('stays when the one before it is refused late', async () => {
    const { bearer, use, granted } = endpoint(3600);
    const first = await use();
    await bearer.renew(first, undefined);
    await bearer.renew(first, undefined);
    expect(granted()).toBe(2);
  });

  it('is asked for again after the endpoint failed', async () => {
    const { use, faults } = endpoint(3600);
    faults.push(new Error('not now'));
    await expect(use()).rejects.toThrow('not now');
    expect(await use()).toEqual({ authorization: 'Bearer token-1' });
  });
});
