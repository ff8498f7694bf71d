// Writes the modules of the published package: one file for each floor and one for the command. A floor is entered through its door
// only, so its file imports the files of the floors below, and whichever of them a program imports, it gets the same ones: one
// current backend, one tape. Four files load in a quarter of the time of all those they are written in. Their comments are left out and
// their local names are short, for engines read every line before the first runs; functions, classes and lines keep theirs, so that
// stack traces can be read. Beside each file lies a source map, with the TypeScript in it as it was written.
// `node tools/bundle.mjs FOLDER` writes elsewhere than to dist.
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RolldownMagicString, rolldown } from 'rolldown';
import { parseAst } from 'rolldown/parseAst';
import { eagerEmitters } from './eager-emitters.mjs';

const source = fileURLToPath(new URL('../src/', import.meta.url));
const folder = resolve(process.argv[2] ?? fileURLToPath(new URL('../dist/', import.meta.url)));
/** What is computed while a module loads, and not known to be harmless: calls, and spreading, which may call. */
const computes = (node) => {
  if (node === null || typeof node !== 'object' || /Function|^Class|^TS.*Type|^TSTypeAnnotation/.test(node.type)) return false;
  return ['CallExpression', 'NewExpression', 'SpreadElement'].includes(node.type) || Object.values(node).some(computes);
};

/**
 * Says of each such constant that it may be left out where nobody uses it, so that a program which is bundled with a part of the
 * engine contains that part only. package.json says the same of whole files, which is no help once they are joined.
 */
const pureConstants = {
  name: 'pure-constants',
  transform(code, path) {
    const constants = parseAst(code, { lang: 'ts' }, path)
      .body.map((statement) => statement.declaration ?? statement)
      .filter(({ type, kind }) => type === 'VariableDeclaration' && kind === 'const')
      .flatMap(({ declarations }) => declarations.map(({ init }) => init).filter(computes));
    const marked = new RolldownMagicString(code);
    for (const { type, start, end, arguments: given } of constants) {
      const isPlainCall = ['CallExpression', 'NewExpression'].includes(type) && !given.some(computes);
      marked.appendRight(start, isPlainCall ? '/* @__PURE__ */ ' : '/* @__PURE__ */ (() => (');
      if (!isPlainCall) marked.appendLeft(end, '))()');
    }
    return { code: marked.toString(), map: marked.generateMap({ hires: true, source: path }).toString() };
  },
};

/**
 * The same program in ASCII: with a single other letter in it, engines keep all of a file in two bytes for each, and reading takes
 * longer. All of them stand in texts and patterns, which may have them as escapes. Source maps are right to the line, and in a line
 * to the first escape.
 */
const inAscii = (code) => code.replace(/[^\0-\x7f]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);

const doors = ['tensor/index', 'nn/index', 'rl/index', 'index', 'cli/main'];
const files = new Map(doors.map((door) => [join(source, `${door}.ts`), `${door}.js`]));

for (const [entry, file] of files) {
  const others = [...files.keys()].filter((path) => path !== entry);
  const bundle = await rolldown({
    input: entry,
    platform: 'neutral',
    external: [/^node:/, ...others],
    plugins: file.startsWith('cli/') ? [] : [pureConstants, eagerEmitters],
    treeshake: { moduleSideEffects: false },
    checks: { bundlerTimings: false }, // a busy machine is no reason to fail
    onLog(level, log) {
      if (level === 'warn') throw new Error(`bundle: ${file} must be made without a warning; got ${log.message}`);
    },
  });
  const between = relative(dirname(file), '.') || '.';
  await bundle.write({
    file: join(folder, file),
    sourcemap: true,
    comments: { legal: true, annotation: true, jsdoc: false },
    minify: { compress: false, mangle: { toplevel: false, keepNames: true }, codegen: { removeWhitespace: false } },
    paths: Object.fromEntries(others.map((path) => [path, `${between}/${files.get(path)}`])),
  });
  await bundle.close();
  const written = join(folder, file);
  writeFileSync(written, inAscii(readFileSync(written, 'utf8')));
  if (file.startsWith('cli/')) chmodSync(written, 0o755); // a link that npx made to an earlier build goes on working
}
