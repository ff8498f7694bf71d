// The planted faults follow the source: each text that one replaces is there exactly once, and its tests exist. Whether the tests
// notice them is shown by `npm run test:faults`.

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

interface Fault {
  readonly name: string;
  readonly edits: readonly { readonly file: string; readonly find: string; readonly replace: string }[];
  readonly tests: readonly string[];
}

const { faults }: { faults: readonly Fault[] } = await import(new URL('./faults.mjs', import.meta.url).href);
const locate = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

test.each(faults)('$name', ({ edits, tests }) => {
  for (const { file, find, replace } of edits) {
    expect(readFileSync(locate(file), 'utf8').split(find).length - 1).toBe(1);
    expect(replace).not.toBe(find);
  }
  expect(tests.filter((path) => !existsSync(locate(path)))).toEqual([]);
});

test('no two have one name', () => {
  expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length);
});
