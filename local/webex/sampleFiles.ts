import type { FileOptions } from './talk.ts';

const pixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ' +
  'AAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

export function png(name: string): FileOptions {
  return { name, contentType: 'image/png', content: Buffer.from(pixel, 'base64') };
}

export function text(name: string, content: string): FileOptions {
  return { name, contentType: 'text/plain; charset=utf-8', content };
}

const pdfLines = [
  '%PDF-1.4',
  '1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj',
  '2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj',
  '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj',
  'trailer<</Root 1 0 R>>',
  '%%EOF',
];

export function pdf(name: string): FileOptions {
  return { name, contentType: 'application/pdf', content: pdfLines.join('\n') };
}

/** Still being scanned when it is first asked for, and for longer than a run waits. */
export function locked(file: FileOptions): FileOptions {
  return { ...file, state: { kind: 'scanning', requests: 1, retryAfterSeconds: 300 } };
}

export function infected(file: FileOptions): FileOptions {
  return { ...file, state: { kind: 'infected' } };
}

export function unscannable(file: FileOptions): FileOptions {
  return { ...file, state: { kind: 'unscannable' } };
}
