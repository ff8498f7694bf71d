// The repository's own source, read as text, for the tests that check house rules. Regular expressions are enough: the formatter
// has made the source regular.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface SourceFile {
  /** From the root of the repository, such as 'src/tensor/shape.ts'. */
  readonly path: string;
  readonly text: string;
  /** The text without comments, and with every string emptied. */
  readonly code: string;
  /** What the file imports or re-exports: paths from the root for relative imports, names for others. Types included. */
  readonly imports: readonly string[];
}

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A text file by its path from the root of the repository. */
export const readText = (path: string): string => readFileSync(posix.join(root, path), 'utf8');

/** Every TypeScript and JavaScript file of ours below the given folders. */
export const sourceFiles = (...folders: string[]): SourceFile[] =>
  folders.flatMap(filesBelow).map((path) => {
    const text = readText(path);
    return { path, text, code: codeOf(text), imports: importsOf(path, text) };
  });

function filesBelow(folder: string): string[] {
  return readdirSync(posix.join(root, folder))
    .filter((name) => name !== 'node_modules')
    .sort()
    .flatMap((name) => {
      const path = `${folder}/${name}`;
      if (statSync(posix.join(root, path)).isDirectory()) return filesBelow(path);
      return /\.(ts|tsx|js|mjs)$/.test(name) ? [path] : [];
    });
}

/** A comment, or a string of one of the three kinds; whichever begins first swallows the other. */
const commentOrString = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g;

/** The text without comments, and each string replaced by what `replace` makes of it. */
const withStrings = (text: string, replace: (literal: string) => string): string =>
  text.replace(commentOrString, (match) => (match.startsWith('/') ? '' : replace(match)));

export const codeOf = (text: string): string => withStrings(text, () => "''");

/** `import … from`, `export … from`, `import '…'` and `import('…')`, types or values; a string is the number of its place. */
const importForms = /\b(?:import|export)\b[^';]*?\bfrom\s*'(\d+)'|\bimport\s*\(?\s*'(\d+)'/g;

export function importsOf(path: string, text: string): string[] {
  const literals: string[] = [];
  const numbered = withStrings(text, (literal) => `'${literals.push(literal.slice(1, -1)) - 1}'`);
  return Array.from(numbered.matchAll(importForms), ([, from, bare]) => {
    const specifier = literals[Number(from ?? bare)];
    return specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : specifier;
  });
}

/** A circle of imports, as a list of files that ends where it starts; undefined when there is none. */
export function findCycle(imports: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const finished = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (finished.has(file)) return undefined;
    path.push(file);
    for (const next of imports.get(file) ?? []) {
      const cycle = visit(next);
      if (cycle !== undefined) return cycle;
    }
    path.pop();
    finished.add(file);
    return undefined;
  };
  for (const file of imports.keys()) {
    const cycle = visit(file);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}
