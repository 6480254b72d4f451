import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fileName, fileNames } from '../../../shared/email/fileNames.ts';
import { hostileText } from './arbitraries.ts';

test.each([
  ['report.pdf', 'report.pdf'],
  ['Größe  1 (final).PDF', 'Größe  1 (final).PDF'],
  ['../../etc/passwd', 'etc_passwd'],
  ['..\\..\\boot.ini', 'boot.ini'],
  ['a/b\\c:d.txt', 'a_b_c_d.txt'],
  ['.bashrc', 'bashrc'],
  ['...', 'file'],
  ['', 'file'],
  ['\0\r\n', 'file'],
  ['a\r\nb.txt', 'ab.txt'],
  ['CON.txt', '_.txt'],
  ['exe.\u202etxt', 'exe.txt'],
  ['name . ', 'name_'],
])('the file %j is called %j', (name, expected) => {
  expect(fileName(name)).toBe(expected);
});

test('a long name is cut before its extension', () => {
  const name = fileName(`${'ä'.repeat(500)}.docx`);

  expect(name).toMatch(/^ä+\.docx$/);
  expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200);
});

test('files of the same name are told apart', () => {
  expect(fileNames(['a.txt', 'A.TXT', 'a (2).txt', 'a.txt', 'b'])).toEqual([
    'a.txt',
    'A (2).TXT',
    'a (2) (2).txt',
    'a (3).txt',
    'b',
  ]);
});

test('any name becomes one that is safe, short and its own', () => {
  fc.assert(
    fc.property(fc.array(hostileText, { minLength: 1, maxLength: 5 }), (names) => {
      const safe = fileNames(names);

      expect(new Set(safe.map((name) => name.toLowerCase())).size).toBe(names.length);
      for (const name of safe) {
        expect(name).toMatch(/^[^./\\\s]/);
        expect(name).not.toMatch(/[\p{Cc}\p{Cs}/\\:*?"<>|\u202a-\u202e\u2066-\u2069]/u);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200);
      }
    }),
  );
});
