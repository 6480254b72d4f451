import { describe, expect, it } from 'vitest';
import { createTokenProvider } from '../../../shared/mailbox/token.ts';

describe('the token', () => {
  it('is the fixed one on loopback, and refused elsewhere', async () => {
    const accessToken = 'fixed';
    const loopback = 'http://127.0.0.1:1234/v1.0';

    expect(await createTokenProvider({ baseUrl: loopback, accessToken })()).toBe('fixed');
    expect(() =>
      createTokenProvider({ baseUrl: 'https://graph.microsoft.com/v1.0', accessToken }),
    ).toThrow(/GRAPH_ACCESS_TOKEN is refused/);
  });

  it('needs all three settings of an app registration', () => {
    const baseUrl = 'https://graph.microsoft.com/v1.0';
    expect(() => createTokenProvider({ baseUrl, clientSecret: 's' })).toThrow(
      /set all three/,
    );
  });
});
