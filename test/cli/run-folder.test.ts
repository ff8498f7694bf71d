import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { UsageError } from '../../src/cli/exit.ts';
import { RunFolder, runFiles } from '../../src/cli/run-folder.ts';
import { temporaryFolder } from './fake-host.ts';

test('a new folder is made, parents too', () => {
  const path = join(temporaryFolder(), 'runs', 'a');
  const folder = RunFolder.create(path, false);
  folder.write('config.json', '{}');
  folder.close();
  expect(readdirSync(path)).toEqual(['config.json']);
});

test('an empty folder is accepted, one with orphans of a killed run as well, and they are removed', () => {
  const path = temporaryFolder();
  writeFileSync(join(path, '.curve.svg.77.tmp'), 'half');
  RunFolder.create(path, false).close();
  expect(readdirSync(path)).toEqual([]);
});

test('a folder that holds something is refused and stays as it is', () => {
  const path = temporaryFolder();
  writeFileSync(join(path, 'notes.txt'), 'mine');
  expect(() => RunFolder.create(path, false)).toThrow(
    new UsageError(
      `--out: ${path} must be new or empty; it holds notes.txt. Add --overwrite to replace the run in it, or choose another folder`,
    ),
  );
  expect(readdirSync(path)).toEqual(['notes.txt']);
});

test("overwriting removes a run's files and no others", () => {
  const path = temporaryFolder();
  for (const name of [...runFiles, 'notes.txt']) writeFileSync(join(path, name), 'old');
  mkdirSync(join(path, 'more'));
  RunFolder.create(path, true).close();
  expect(readdirSync(path).sort()).toEqual(['more', 'notes.txt']);
  expect(readFileSync(join(path, 'notes.txt'), 'utf8')).toBe('old');
});

describe('a path that cannot be a run folder', () => {
  test('a file is in the way', () => {
    const path = join(temporaryFolder(), 'file');
    writeFileSync(path, '');
    expect(() => RunFolder.create(path, true)).toThrow(new UsageError(`--out: ${path} must be a folder; a file is in the way`));
    expect(() => RunFolder.create(join(path, 'a'), false)).toThrow(UsageError);
  });

  test('there is no run to open', () => {
    const path = temporaryFolder();
    expect(() => RunFolder.open(join(path, 'a'))).toThrow('must be the folder of a run; got no such file or folder');
    expect(() => RunFolder.open(path)).toThrow('must be the folder of a run; it has no checkpoint.safetensors');
  });

  test('a file of the run is missing', () => {
    const path = temporaryFolder();
    writeFileSync(join(path, 'checkpoint.safetensors'), '');
    const folder = RunFolder.open(path);
    onTestFinished(() => folder.close());
    expect(() => folder.readText('config.json')).toThrow('config.json: must be readable; got no such file or folder (ENOENT)');
  });
});
