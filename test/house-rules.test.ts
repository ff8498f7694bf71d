// The rules of the house that a compiler does not check: docs/architecture.md says why each of them holds.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { codeOf, findCycle, importsOf, readText, type SourceFile, sourceFiles } from './support/source-files.ts';

const source = sourceFiles('src');
const everything = [...source, ...sourceFiles('test', 'bench', 'examples', 'tools')];
const engine = source.filter(({ path }) => /^src\/(tensor|nn|rl)\//.test(path));

/** Expects an empty list, and shows what is in it: each entry says which file breaks the rule, and how. */
const expectNone = (broken: readonly string[]): void => expect(broken).toEqual([]);

/** Each match of a pattern in the files' code, as `file: match`. */
const findings = (files: readonly SourceFile[], pattern: RegExp): string[] =>
  files.flatMap(({ path, code }) => Array.from(code.matchAll(pattern), ([match]) => `${path}: ${match.trim()}`));

/** The floors from the ground up; src/index.ts lies between rl and cli. */
const floors = ['tensor', 'nn', 'rl', 'index.ts', 'cli'];
const floorOf = (path: string): number => floors.indexOf(path.split('/')[1]);

describe('imports', () => {
  test('every file of src lies on a floor', () => {
    expectNone(source.map(({ path }) => path).filter((path) => floorOf(path) < 0));
  });

  test('point down or sideways, never up', () => {
    const up = (path: string, to: string): boolean => to.startsWith('src/') && floorOf(to) > floorOf(path);
    expectNone(source.flatMap(({ path, imports }) => imports.filter((to) => up(path, to)).map((to) => `${path} imports ${to}`)));
  });

  test('enter a lower floor only through its door', () => {
    const door = /^src\/((tensor|nn|rl)\/)?index\.ts$/;
    const trespass = (path: string, to: string): boolean => to.startsWith('src/') && floorOf(to) < floorOf(path) && !door.test(to);
    expectNone(source.flatMap(({ path, imports }) => imports.filter((to) => trespass(path, to)).map((to) => `${path} imports ${to}`)));
  });

  test('never go in a circle, types included', () => {
    expect(findCycle(new Map(source.map(({ path, imports }) => [path, imports])))).toBeUndefined();
  });

  test('lead to files that exist', () => {
    const missing = everything.flatMap(({ path, imports }) =>
      imports.filter((to) => /^(src|test|bench)\//.test(to)).map((to) => [path, to]),
    );
    const exists = (path: string): boolean => existsSync(fileURLToPath(new URL(`../${path}`, import.meta.url)));
    expectNone(missing.filter(([, to]) => !exists(to)).map(([path, to]) => `${path} imports ${to}`));
  });

  test('of the engine stay inside the engine, and of cli inside the package and the platform', () => {
    const foreign = (path: string, to: string): boolean =>
      !to.startsWith('src/') && !(path.startsWith('src/cli/') && to.startsWith('node:'));
    expectNone(source.flatMap(({ path, imports }) => imports.filter((to) => foreign(path, to)).map((to) => `${path} imports ${to}`)));
  });

  test('of examples are those of a user: the package by its name, and the platform', () => {
    const allowed = /^(deepq(\/(tensor|nn|rl))?|node:.*)$/;
    expectNone(
      sourceFiles('examples').flatMap(({ path, imports }) =>
        imports.filter((to) => !allowed.test(to)).map((to) => `${path} imports ${to}`),
      ),
    );
  });
});

describe('inside src/tensor', () => {
  /** Patterns from the ground up; a file imports only from its own level or below. */
  const levels = [
    /^(shape|logarithm|rng)\.ts$/,
    /^kernels\/kernels\.ts$/,
    /^kernels\/js\//,
    /^scratch\.ts$/,
    /^backend\.ts$/,
    /^kernels\/wasm\//,
    /^current-backend\.ts$/,
    /^tensor\.ts$/,
    /^op\.ts$/,
    /^calls\.ts$/,
    /^autograd\.ts$/,
    /^ops\//,
    /^index\.ts$/,
  ];
  const levelOf = (path: string): number => levels.findIndex((level) => level.test(path.slice('src/tensor/'.length)));
  const floor = source.filter(({ path }) => path.startsWith('src/tensor/'));

  test('every file has its place in the order', () => {
    expectNone(floor.map(({ path }) => path).filter((path) => levelOf(path) < 0));
  });

  test('imports follow the order', () => {
    // kernels/wasm is one backend among others: nothing may lean on it but what chooses the backend, and the door.
    const emitted = (path: string): boolean => path.startsWith('src/tensor/kernels/wasm/');
    const mayUseEmitted = (path: string): boolean => emitted(path) || /\/(current-backend|index)\.ts$/.test(path);
    const against = (path: string, to: string): boolean => levelOf(to) > levelOf(path) || (emitted(to) && !mayUseEmitted(path));
    expectNone(floor.flatMap(({ path, imports }) => imports.filter((to) => against(path, to)).map((to) => `${path} imports ${to}`)));
  });

  test('kernels do not assume 32 bits', () => {
    expectNone(
      findings(
        floor.filter(({ path }) => path.startsWith('src/tensor/kernels/js/')),
        /\bfround\b|\bnew Float(32|64)Array\b|\bf16round\b/g,
      ),
    );
  });
});

describe('files', () => {
  test('are at most 300 lines long', () => {
    const lines = (text: string): number => text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
    expectNone(everything.filter(({ text }) => lines(text) > 300).map(({ path, text }) => `${path} has ${lines(text)} lines`));
  });

  test('are named in kebab-case, for what they hold', () => {
    const badName = ({ path }: SourceFile): boolean =>
      !path.split('/').every((part) => /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)+$|^[a-z0-9]+(-[a-z0-9]+)*$/.test(part));
    const empty = /(^|[/.-])(utils?|helpers?|common|misc)([/.-]|$)/;
    expectNone(everything.filter((file) => badName(file) || empty.test(file.path)).map(({ path }) => path));
  });

  test('of src open with a comment that says what lives there', () => {
    const opening = (text: string): string => text.replace(/^#!.*\n/, '').slice(0, 3);
    expectNone(source.filter(({ text }) => opening(text) !== '// ').map(({ path }) => path));
  });
});

describe('code', () => {
  test('of the engine leaves chance, the clock and the surroundings alone', () => {
    const chanceAndClock = /\bMath\.random\b|\bDate\b|\bperformance\b|\bset(Timeout|Interval|Immediate)\b|\bqueueMicrotask\b/g;
    const surroundings = /\b(process|document|require|console|globalThis|navigator|localStorage|fetch|Buffer|__dirname)\b(?!['":?])/g;
    // One file asks for threads, which the language does not have.
    const exempt = 'src/tensor/kernels/wasm/threads/workers.ts';
    const enclosed = engine.filter(({ path }) => path !== exempt);
    expectNone([...findings(engine, chanceAndClock), ...findings(enclosed, surroundings)]);
    // `window` is also what a convolution looks through; it is the browser's only where the file declares none.
    const own = /\b(const|let) (\{[^}]*\} = )?window\b|\bwindow: |\(window\b|, window\b/;
    expectNone(
      findings(
        engine.filter(({ code }) => !own.test(code)),
        /\bwindow\b/g,
      ),
    );
  });

  test('of the engine leaves functions that engines round differently to the JavaScript kernels: docs/engines.md', () => {
    const rounded = /\bMath\.(a?(sin|cos|tan)h?|atan2|exp|expm1|log|log1p|log2|log10|pow|cbrt|hypot)\b|[^\s(]*[^\s(2*/] \*\*=? /g;
    // The first two use them for 0, ∞ and NaN alone, the last for what a loop is checked against.
    const exempt = /^src\/tensor\/(kernels\/js\/|logarithm\.ts|kernels\/wasm\/limits\.ts)|^src\/rl\/power\.ts/;
    expectNone(
      findings(
        engine.filter(({ path }) => !exempt.test(path)),
        rounded,
      ),
    );
  });

  test('of the engine has two module variables: the current backend and the recording tape', () => {
    expect(findings(engine, /^(export )?(let|var) \w+/gm)).toEqual([
      'src/tensor/autograd.ts: let recording',
      'src/tensor/current-backend.ts: let current',
    ]);
  });

  test('can have its types erased: no enum, namespace or parameter property', () => {
    expectNone(findings(everything, /^\s*(export )?(declare )?(const )?enum\s+\w+|^\s*(export )?(declare )?(namespace|module)\s+\w+/gm));
    expectNone(findings(everything, /\bconstructor\s*\([^){]*\b(private|protected|public|readonly)\s+\w+\??:/g));
  });

  test('does not switch type checks off', () => {
    expectNone(findings(everything, /(:|<|\bas)\s*any\b(?!\()/g));
    expectNone(everything.filter(({ text }) => /\/[/*]\s*@ts-(ignore|nocheck|expect-error)/.test(text)).map(({ path }) => path));
  });

  test('is finished: nothing put off, nothing skipped', () => {
    const putOff = new RegExp(`\\b(${['TO', 'FIX'].map((start) => `${start}${start === 'TO' ? 'DO' : 'ME'}`).join('|')})\\b`);
    expectNone(everything.filter(({ text }) => putOff.test(text)).map(({ path }) => path));
    expectNone(findings(sourceFiles('test'), /\b(test|it|describe)\.(only|skip|todo|fails)\b/g));
  });
});

describe('the package', () => {
  const manifest: {
    readonly [field: string]: unknown;
    readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
    readonly bin: Readonly<Record<string, string>>;
    readonly scripts: Readonly<Record<string, string>>;
  } = JSON.parse(readText('package.json'));

  test('has no runtime dependency', () => {
    const kinds = ['dependencies', 'peerDependencies', 'optionalDependencies', 'bundledDependencies', 'bundleDependencies'];
    expectNone(kinds.filter((kind) => kind in manifest));
  });

  test('runs nothing when it is installed', () => {
    expectNone(['preinstall', 'install', 'postinstall', 'prepare', 'prepublish'].filter((name) => name in manifest.scripts));
  });

  test('is ESM whose only effect on import is to say which backend is the default', () => {
    expect(manifest).toMatchObject({ type: 'module', sideEffects: false });
  });

  test('exports and commands come from files of src', () => {
    const targets = [
      ...Object.values(manifest.exports).flatMap((entry) => (typeof entry === 'string' ? [entry] : Object.values(entry))),
      ...Object.values(manifest.bin),
    ];
    const built = targets.map((target) => target.replace(/^\.\//, '')).filter((target) => target !== 'package.json');
    expect(built.length).toBeGreaterThanOrEqual(9);
    const sourceOf = (target: string): string => target.replace(/^dist\//, 'src/').replace(/(\.d)?\.(ts|js)$/, '.ts');
    const paths = source.map(({ path }) => path);
    expectNone(built.filter((target) => !target.startsWith('dist/') || !paths.includes(sourceOf(target))));
  });

  test.each(['package-lock.json', 'test/engines/package-lock.json', 'bench/peers/package-lock.json'])(
    'has no download addresses in %s',
    (path) => {
      expect(readText(path)).not.toContain('"resolved"');
    },
  );
});

describe('the reading of source', () => {
  test('finds every form of import, and none in comments or strings', () => {
    const text = `import { a } from './a.ts';
      import type { B } from '../b.ts'; import './c.ts';
      export * from './d.ts'; export type { E } from './e.ts';
      import {
        f,
      } from 'node:f';
      const g = await import('./g.ts'); let h: import('./h.ts').H;
      // import x from './no.ts'
      /* export * from './no.ts' */ const s = "import './no.ts'";`;
    const within = ['src/nn/a.ts', 'src/b.ts', 'src/nn/c.ts', 'src/nn/d.ts', 'src/nn/e.ts', 'node:f', 'src/nn/g.ts', 'src/nn/h.ts'];
    expect(importsOf('src/nn/x.ts', text)).toEqual(within);
  });

  test('drops comments and what strings say', () => {
    expect(codeOf(`a(); // 'b\nc('d // e', "f 'g'"); /* h */ i('j\\'k');`)).toBe("a(); \nc('', '');  i('');");
  });

  test('finds a circle where there is one', () => {
    expect(
      findCycle(
        new Map([
          ['a', ['b']],
          ['b', ['c', 'd']],
          ['c', []],
          ['d', ['b']],
        ]),
      ),
    ).toEqual(['b', 'd', 'b']);
    expect(
      findCycle(
        new Map([
          ['a', ['b', 'c']],
          ['b', ['c']],
          ['c', []],
        ]),
      ),
    ).toBeUndefined();
    expect(findCycle(new Map([['a', ['a']]]))).toEqual(['a', 'a']);
  });
});
