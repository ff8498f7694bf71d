// Every `ts` block in the documents is a program of its own: it compiles, it runs, and if it says `// → text`, it prints that and
// nothing else.

import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format } from 'node:util';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { programsOf, promisedLines, readDocuments } from './support/markdown.ts';

const root = new URL('../', import.meta.url);
const folder = new URL('build/docs/', root);

const programs = readDocuments().flatMap((document) =>
  programsOf(document).map((program) => ({
    ...program,
    title: `${document.path}:${program.line}`,
    url: new URL(`${document.path.replace(/^docs\//, '').replace('.md', '')}-${program.line}.ts`, folder),
  })),
);

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const { code, url } of programs) writeFileSync(url, `${code}export {};\n`); // a module, whether or not it imports something

afterEach(() => {
  vi.restoreAllMocks();
});

test('the README and the page of mistakes hold programs', () => {
  for (const path of ['README.md', 'docs/mistakes.md']) expect(programs.map(({ title }) => title.split(':')[0])).toContain(path);
});

test('they compile', () => {
  const config = {
    extends: '../../tsconfig.json',
    // Declared and never used is how a short program looks.
    compilerOptions: { noUnusedLocals: false, noUnusedParameters: false },
    include: ['.'],
  };
  writeFileSync(new URL('tsconfig.json', folder), JSON.stringify(config));
  const compiler = fileURLToPath(new URL('node_modules/typescript/bin/tsc', root));
  const run = (): unknown => execFileSync(process.execPath, [compiler, '-p', fileURLToPath(folder)], { encoding: 'utf8' });
  try {
    run();
  } catch (error) {
    expect.fail((error as { stdout: string }).stdout); // what the compiler said
  }
});

describe('they run and print what they say', () => {
  test.each(programs)('$title', async (program) => {
    const printed: string[] = [];
    vi.spyOn(console, 'log').mockImplementation((...words) => void printed.push(...format(...words).split('\n')));
    await import(/* @vite-ignore */ program.url.href);
    const promised = promisedLines(program);
    if (promised.length > 0) expect(printed.map((line) => line.trimEnd())).toEqual(promised);
  });
});
