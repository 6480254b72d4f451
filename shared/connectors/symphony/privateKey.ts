import { createPrivateKey, type KeyObject } from 'node:crypto';

const pemPattern = /-----BEGIN ([A-Z ]+)-----(.+)-----END \1-----/s;

/**
 * An RSA key in PKCS#1 or PKCS#8. Whoever pasted it into a setting may have lost its line breaks,
 * or have them as `\n`. Undefined if it is no such key.
 */
export function readPrivateKey(text: string): KeyObject | undefined {
  const [, label = '', content = ''] = pemPattern.exec(text) ?? [];
  if (!['PRIVATE KEY', 'RSA PRIVATE KEY'].includes(label)) return undefined;
  const base64 = content.replaceAll(/\\[nr]|\s/g, '');
  const lines = base64.match(/.{1,64}/g) ?? [];
  const pem = [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''];
  try {
    const key = createPrivateKey(pem.join('\n'));
    return key.asymmetricKeyType === 'rsa' ? key : undefined;
  } catch {
    return undefined;
  }
}
