// What the tests of the documents read: the Markdown files of the project, and the programs in them.

import { readdirSync, readFileSync } from 'node:fs';

export interface Document {
  /** From the project's root, such as "docs/papers.md". */
  readonly path: string;
  readonly text: string;
}

/** A fenced block marked `ts`. */
export interface Program {
  readonly code: string;
  /** The line of the document on which the code begins, counted from 1. */
  readonly line: number;
}

const root = new URL('../../', import.meta.url);

/** Every Markdown file that readers are pointed to. */
export function readDocuments(): Document[] {
  const inRoot = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md'];
  const inDocs = readdirSync(new URL('docs/', root)).filter((name) => name.endsWith('.md'));
  return [...inRoot, ...inDocs.map((name) => `docs/${name}`)].map((path) => ({ path, text: readFileSync(new URL(path, root), 'utf8') }));
}

export function programsOf({ text }: Document): Program[] {
  return Array.from(text.matchAll(/^```ts\n(.*?)^```$/gms), ({ 1: code, index }) => ({
    code,
    line: text.slice(0, index).split('\n').length + 1,
  }));
}

/** What a program says it prints: the texts of its `// → ` comments, in order. */
export const promisedLines = ({ code }: Program): string[] => Array.from(code.matchAll(/\/\/ → (.*)$/gm), ([, text]) => text.trimEnd());
