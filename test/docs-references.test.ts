// What the documents point to is there: links, files, scripts, papers. And the tour is as long as it says.

import { existsSync, readFileSync } from 'node:fs';
import { presets } from 'deepq';
import { expect, test } from 'vitest';
import { readDocuments } from './support/markdown.ts';
import { sourceFiles } from './support/source-files.ts';

const root = new URL('../', import.meta.url);
const documents = readDocuments();
const textOf = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const withoutPrograms = (text: string): string => text.replace(/^```.*?^```$/gms, '');

/** Every match of a pattern's first group in every document, with where it is. */
const found = (pattern: RegExp): { path: string; what: string }[] =>
  documents.flatMap(({ path, text }) => Array.from(text.matchAll(pattern), ([, what]) => ({ path, what })));

test('the README holds the two lines that a new user runs', () => {
  const lines = textOf('README.md').split('\n');
  expect(lines).toContain('npm ci && npm start');
  expect(lines).toContain('npm ci && npm test');
});

test('links lead to files and headings that exist', () => {
  /** As the usual renderers make them: small letters, no punctuation, dashes for spaces. */
  const anchorsOf = (text: string): string[] =>
    Array.from(withoutPrograms(text).matchAll(/^#+ (.*)$/gm), ([, title]) =>
      title
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    );
  const broken = found(/\]\(([^)\s]+)\)/g).filter(({ path, what }) => {
    if (/^https?:/.test(what)) return false;
    const [target, anchor] = what.split('#');
    const url = target === '' ? new URL(path, root) : new URL(target, new URL(path, root));
    return !existsSync(url) || (anchor !== undefined && !anchorsOf(readFileSync(url, 'utf8')).includes(anchor));
  });
  expect(broken).toEqual([]);
});

test('files that are named exist', () => {
  const named = found(/`((?:src|test|bench|examples|docs|tools|\.ci)\/[\w./-]*)`/g);
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter(({ what }) => !existsSync(new URL(what, root)))).toEqual([]);
});

test('scripts that are named exist', () => {
  const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Readonly<Record<string, string>> };
  const named = found(/npm run (?:-s )?([a-z][\w:-]*)/g);
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter(({ what }) => !Object.hasOwn(scripts, what))).toEqual([]);
});

test('the page of the architecture names every file of src, or its folder', () => {
  const named = new Set(Array.from(textOf('docs/architecture.md').matchAll(/`([\w/.-]+)`/g), ([, name]) => name));
  const placeOf = (path: string): string => path.split('/').slice(2).join('/'); // inside its floor
  const places = sourceFiles('src').map(({ path }) => placeOf(path));
  const isNamed = (place: string): boolean => named.has(place) || [...named].some((name) => name.endsWith('/') && place.startsWith(name));
  expect(places.filter((place) => !place.endsWith('index.ts') && place !== '' && !isNamed(place))).toEqual([]);
});

test('every paper that is cited is listed once, and every one listed is cited', () => {
  const listed = Array.from(textOf('docs/papers.md').matchAll(/^\*\*\[(.+?)\]\*\*/gm), ([, key]) => key);
  expect([...new Set(listed)]).toEqual(listed);

  const files = [...sourceFiles('src', 'bench', 'examples', 'test'), ...documents];
  const texts = files.filter(({ path }) => path !== 'docs/papers.md').map(({ text }) => text);
  const cited = new Set([
    ...texts.flatMap(citationsIn),
    ...[...presets.values()].flatMap(({ source }) => source.split('; ').map((each) => each.split(',')[0])),
  ]);
  expect([...cited].filter((key) => !listed.includes(key))).toEqual([]);
  expect(listed.filter((key) => !cited.has(key))).toEqual([]);
});

/** The keys in `[Mnih 2015, Methods; Kingma & Ba 2015]`, and those before a value, as in `Mnih 2015: 0.99`. */
function citationsIn(text: string): string[] {
  const bracketed = Array.from(text.matchAll(/\[([^[\]\n]*)\]/g), ([, inside]) =>
    inside.split(';').map((part) => part.split(',')[0].trim()),
  );
  const plain = Array.from(text.matchAll(/\b((?:van )?\p{Lu}\p{L}+ (?:19|20)\d\d)(?: gives| clips)?: /gu), ([, key]) => key);
  return [...bracketed.flat().filter((key) => /^(van )?\p{Lu}\p{L}+( & \p{Lu}\p{L}+)? (19|20)\d\d$/u.test(key)), ...plain];
}

test('a line that is shown as the right one is a line of the source', () => {
  const diffs = found(/^```diff\n(.*?)^```$/gms).map(({ what }) => what);
  const right = diffs.flatMap((diff) => Array.from(diff.matchAll(/^\+ (.*)$/gm), ([, line]) => line));
  expect(right.length).toBeGreaterThan(5);
  const source = new Set(sourceFiles('src').flatMap(({ text }) => text.split('\n').map((line) => line.trim())));
  // It may stand behind a `for (…)` there.
  expect(right.filter((line) => !source.has(line) && ![...source].some((own) => own.endsWith(` ${line}`)))).toEqual([]);
});

test('the tour lists files that exist, about as long as it says, of about 1,200 lines in all', () => {
  const rows = Array.from(textOf('docs/reading-order.md').matchAll(/^\| \d+ \| \[(src\/.*?)\].*?\| (\d+) \| \d+ \|$/gm));
  expect(rows.length).toBeGreaterThanOrEqual(12);
  for (const [, path, said] of rows) {
    const lines = textOf(path).trimEnd().split('\n').length;
    expect(Math.abs(lines - Number(said)), `${path} has ${lines} lines`).toBeLessThanOrEqual(0.1 * lines);
  }
  const total = rows.reduce((sum, [, , said]) => sum + Number(said), 0);
  expect(textOf('docs/reading-order.md')).toContain(`| together | ${total} |`);
  expect(total).toBeLessThan(1400);
});
