import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FileError } from '../../src/cli/atomic-file.ts';
import { readPieces } from '../../src/cli/file-source.ts';
import { temporaryFolder } from './fake-host.ts';

test('any range of a file is read, however little the system gives at once', () => {
  const path = join(temporaryFolder(), 'file');
  const bytes = Uint8Array.from({ length: 200 }, (_, i) => i);
  writeFileSync(path, bytes);
  fc.assert(
    fc.property(fc.nat(200), fc.nat(200), fc.integer({ min: 1, max: 50 }), (a, b, most) => {
      const [start, end] = [Math.min(a, b), Math.max(a, b)];
      const read = readPieces(path, (file) => [file.length, file.read(start, end)], most);
      expect(read).toEqual([200, bytes.slice(start, end)]);
    }),
  );
});

test('a file that is missing, is a folder or becomes shorter is a FileError; what the reader throws is passed on', () => {
  const folder = temporaryFolder();
  const path = join(folder, 'file');
  expect(() => readPieces(path, () => {})).toThrow(`${path}: must be readable; got no such file or folder (ENOENT)`);
  expect(() => readPieces(folder, (file) => file.read(0, 1))).toThrow(/must be readable; got a folder \(EISDIR\)/);
  writeFileSync(path, 'abcdef');
  const cut = (): void =>
    readPieces(path, (file) => {
      truncateSync(path, 4);
      file.read(2, 6);
    });
  expect(cut).toThrow(FileError);
  expect(() => readPieces(path, (file) => file.read(2, 9))).toThrow(`${path}: must be readable; got Error: its end after 4 bytes, of 9`);
  const reason = new Error('no');
  expect(() =>
    readPieces(path, () => {
      throw reason;
    }),
  ).toThrow(reason);
});
