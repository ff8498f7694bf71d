import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FileError, type FileSystem, nodeFileSystem, removeOrphans, writeFileAtomically } from '../../src/cli/atomic-file.ts';
import { temporaryFolder } from './fake-host.ts';

/** The error the system would give. */
const systemError = (code: string): Error => Object.assign(new Error(code), { code });

test('a file is created and replaced, and nothing else is left in the folder', () => {
  const folder = temporaryFolder();
  const path = join(folder, 'a.txt');
  writeFileAtomically(path, 'first');
  writeFileAtomically(path, Uint8Array.from([0x32, 0x6e, 0x64]));
  expect(readFileSync(path, 'utf8')).toBe('2nd');
  expect(readdirSync(folder)).toEqual(['a.txt']);
});

test('pieces of bytes are one file', () => {
  const path = join(temporaryFolder(), 'a.bin');
  writeFileAtomically(path, [Uint8Array.of(1, 2), new Uint8Array(0), Uint8Array.of(3)]);
  expect([...readFileSync(path)]).toEqual([1, 2, 3]);
});

test('data is complete when the system takes it in small pieces', () => {
  const path = join(temporaryFolder(), 'a.bin');
  const data = Uint8Array.from({ length: 1000 }, (_, i) => i % 251);
  const inPieces: FileSystem = {
    ...nodeFileSystem,
    write: (file, all, offset) => nodeFileSystem.write(file, all.subarray(offset, offset + 7), 0),
  };
  writeFileAtomically(path, data, inPieces);
  expect(Uint8Array.from(readFileSync(path))).toEqual(data);
});

test('the data is on the disk before the name is, and the name before we go on', () => {
  const calls: string[] = [];
  const note = <A extends unknown[], R>(name: string, work: (...given: A) => R) => {
    return (...given: A): R => {
      calls.push(name);
      return work(...given);
    };
  };
  const noted: FileSystem = {
    create: note('create', nodeFileSystem.create),
    write: note('write', nodeFileSystem.write),
    sync: note('sync', nodeFileSystem.sync),
    close: note('close', nodeFileSystem.close),
    rename: note('rename', nodeFileSystem.rename),
    remove: note('remove', nodeFileSystem.remove),
    syncFolder: note('syncFolder', nodeFileSystem.syncFolder),
  };
  writeFileAtomically(join(temporaryFolder(), 'a.txt'), 'text', noted);
  expect(calls).toEqual(['create', 'write', 'sync', 'close', 'rename', 'syncFolder']);
});

describe('whatever fails, the earlier file is intact, no temporary file is left, and the error says why', () => {
  const steps = ['create', 'write', 'sync', 'close', 'rename'] as const;
  test.each(steps)('%s', (step) => {
    const folder = temporaryFolder();
    const path = join(folder, 'a.txt');
    writeFileAtomically(path, 'earlier');
    const full: FileSystem = {
      ...nodeFileSystem,
      [step]: (...given: never[]) => {
        // Half of the data arrives, and every descriptor is closed, so that the test itself leaves nothing open.
        if (step === 'write') nodeFileSystem.write(given[0], (given[1] as Uint8Array).subarray(0, 3), 0);
        if (step === 'close') nodeFileSystem.close(given[0]);
        throw systemError('ENOSPC');
      },
    };
    const message = `${path}: must be writable; got a full disk (ENOSPC). An earlier file of this name is as it was`;
    expect(() => writeFileAtomically(path, 'later text', full)).toThrow(message);
    expect(readFileSync(path, 'utf8')).toBe('earlier');
    expect(readdirSync(folder)).toEqual(['a.txt']);
  });

  test('even if the temporary file cannot be removed, the first error is told', () => {
    const path = join(temporaryFolder(), 'a.txt');
    const broken: FileSystem = {
      ...nodeFileSystem,
      rename() {
        throw systemError('EROFS');
      },
      remove() {
        throw systemError('EACCES');
      },
    };
    expect(() => writeFileAtomically(path, 'text', broken)).toThrow('got a file system that is read-only (EROFS)');
  });
});

test('a missing folder, a file in the way and a folder in the way, as the system itself reports them', () => {
  const folder = temporaryFolder();
  const attempt = (path: string): unknown => {
    try {
      writeFileAtomically(path, 'text');
    } catch (error) {
      return error instanceof FileError ? [error.path, error.code] : error;
    }
    return 'written';
  };
  writeFileSync(join(folder, 'file'), '');
  mkdirSync(join(folder, 'taken', 'inside'), { recursive: true });
  expect(attempt(join(folder, 'missing', 'a.txt'))).toEqual([join(folder, 'missing', 'a.txt'), 'ENOENT']);
  expect(attempt(join(folder, 'file', 'a.txt'))).toEqual([join(folder, 'file', 'a.txt'), 'ENOTDIR']);
  expect(attempt(join(folder, 'taken'))).toEqual([join(folder, 'taken'), 'EISDIR']);
  expect(readdirSync(folder).sort()).toEqual(['file', 'taken']);
});

test('orphans of killed processes are removed, and nothing that only looks like one', () => {
  const folder = temporaryFolder();
  const others = ['.a.txt.tmp', '.a.txt.12.tmp.bak', '.b.txt.12.tmp', 'a.txt', 'a.txt.12.tmp'];
  for (const name of ['.a.txt.12.tmp', '.a.txt.99999.tmp', ...others]) writeFileSync(join(folder, name), '');
  removeOrphans(folder, ['a.txt']);
  expect(readdirSync(folder).sort()).toEqual(others.sort());
});
