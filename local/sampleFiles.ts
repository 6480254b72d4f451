/** Small files that are what they say they are. */
export interface SampleFile {
  name: string;
  contentType: string;
  content: Buffer;
}

const pixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ' +
  'AAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

export function png(name: string): SampleFile {
  return { name, contentType: 'image/png', content: Buffer.from(pixel, 'base64') };
}

export function text(name: string, content: string): SampleFile {
  return {
    ...{ name, contentType: 'text/plain; charset=utf-8' },
    content: Buffer.from(content),
  };
}

const pdfLines = [
  '%PDF-1.4',
  '1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj',
  '2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj',
  '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj',
  'trailer<</Root 1 0 R>>',
  '%%EOF',
];

export function pdf(name: string): SampleFile {
  const content = Buffer.from(pdfLines.join('\n'));
  return { name, contentType: 'application/pdf', content };
}
