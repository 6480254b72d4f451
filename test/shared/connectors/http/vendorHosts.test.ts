import { expect, it } from 'vitest';
import { createVendorHosts } from '../../../../shared/connectors/http/vendorHosts.ts';

const hosts = createVendorHosts('https://api.example.com/v2', [
  '*.files.example.com',
  '*.local.example.com:8443',
]);
const isTrusted = (url: string) => hosts.isTrusted(new URL(url));

it('trusts every host below one that is listed with a star, and not that one itself', () => {
  expect(isTrusted('https://us01.files.example.com/a')).toBe(true);
  expect(isTrusted('https://a.b.files.example.com/a')).toBe(true);
  expect(isTrusted('https://files.example.com/a')).toBe(false);
});

it.each([
  'https://notfiles.example.com/',
  'https://files.example.com.evil.example/',
  'https://us01.files.example.com:8443/',
  'http://us01.files.example.com/',
  'https://us01.local.example.com/',
])('does not trust %s for its resemblance', (url) => {
  expect(isTrusted(url)).toBe(false);
});
