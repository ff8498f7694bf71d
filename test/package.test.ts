// The modules that are published: few files, which say what the source says, share what there is one of, and still come apart.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as nn from 'deepq/nn';
import * as rl from 'deepq/rl';
import * as tensor from 'deepq/tensor';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'deepq-package-'));
const built = join(folder, 'dist');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(() => {
  execFileSync(process.execPath, [fileURLToPath(new URL('../tools/bundle.mjs', import.meta.url)), built]);
  writeFileSync(join(folder, 'package.json'), '{ "type": "module", "sideEffects": false }');
});

const load = (file: string): Promise<Readonly<Record<string, unknown>>> => import(pathToFileURL(join(built, file)).href);

test('a floor is one file, and so is the command', () => {
  const files = readdirSync(built, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js'));
  const doors = ['cli/main.js', 'index.js', 'nn/index.js', 'rl/index.js', 'tensor/index.js'];
  expect(files.map((name) => name.replaceAll('\\', '/')).sort()).toEqual(doors);
});

test('the command can be executed, and all are in ASCII, which engines read sooner', () => {
  if (process.platform !== 'win32') expect(statSync(join(built, 'cli/main.js')).mode & 0o111).toBe(0o111);
  for (const file of ['cli/main.js', 'nn/index.js', 'rl/index.js', 'tensor/index.js']) {
    expect([...readFileSync(join(built, file))].every((byte) => byte < 128)).toBe(true);
  }
});

test('each gives what its source gives', async () => {
  for (const [file, source] of Object.entries({ 'tensor/index.js': tensor, 'nn/index.js': nn, 'rl/index.js': rl })) {
    expect(Object.keys(await load(file)).sort()).toEqual(Object.keys(source).sort());
  }
});

test('a program that imports several of them has one of everything', async () => {
  const parts = { ...(await load('rl/index.js')), ...(await load('nn/index.js')), ...(await load('tensor/index.js')) };
  expect({ ...(await load('index.js')) }).toEqual(parts); // the same functions, hence the same current backend and the same tape
});

test('beside each lies a map to the source as it was written', () => {
  const source = fileURLToPath(new URL('../src/tensor/', import.meta.url));
  const code = join(built, 'tensor/index.js');
  const map: { sources: string[]; sourcesContent: string[] } = JSON.parse(readFileSync(`${code}.map`, 'utf8'));
  const found = map.sources.map((path, i) => [resolve(dirname(code), path), map.sourcesContent[i]] as const);
  for (const name of ['tensor.ts', 'logarithm.ts', 'kernels/wasm/gemm-blocks.ts']) {
    expect(found).toContainEqual([join(source, name), readFileSync(join(source, name), 'utf8')]);
  }
  expect(readFileSync(code, 'utf8')).toMatch(/\n\/\/# sourceMappingURL=index\.js\.map\s*$/);
});

test('a program that is bundled with one part of the engine does not get the rest', async () => {
  const program = join(folder, 'program.js');
  const sizeWith = async (name: string): Promise<number> => {
    writeFileSync(program, `import { ${name} } from './dist/index.js'; console.log(${name});`);
    const bundle = await rolldown({ input: program, platform: 'neutral' });
    const { output } = await bundle.generate({ minify: true });
    await bundle.close();
    return output[0].code.length;
  };
  expect(await sizeWith('Rng')).toBeLessThan(8_000);
  expect(await sizeWith('CartPole')).toBeLessThan(8_000);
  expect(await sizeWith('DqnAgent')).toBeGreaterThan(80_000);
});
