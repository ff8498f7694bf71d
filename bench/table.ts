// Results as tables, for a terminal and for Markdown.

import { formatPercent, formatRate, formatSeconds } from '../src/cli/bench/units.ts';
import { verdictOf } from './parts.ts';
import { type Result, rateOf, spreadOf } from './statistics.ts';

/** Cells in aligned columns: the first `left` of them flush left, the others flush right. */
export function formatTable(rows: readonly (readonly string[])[], left: number): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const cell = (text: string, column: number): string => (column < left ? text.padEnd(widths[column]) : text.padStart(widths[column]));
  return rows.map((row) => row.map(cell).join('  ').trimEnd() + '\n').join('');
}

/** The same cells as a Markdown table; the first row is its header. */
export function markdownTable([header, ...rows]: readonly (readonly string[])[], left: number): string {
  const rule = header.map((_, column) => (column < left ? '---' : '--:'));
  return [header, rule, ...rows].map((row) => `| ${row.join(' | ')} |\n`).join('');
}

/** One group's results as text; below them the parts of those that have some. */
export function formatResults(results: readonly Result[]): string {
  const left = namesSeveralBackends(results) ? 2 : 1;
  return tablesOf(results)
    .map((rows) => formatTable(rows, left))
    .join('\n');
}

/** The same as Markdown tables, for docs/benchmarks.md. */
export function formatMarkdown(results: readonly Result[]): string {
  const left = namesSeveralBackends(results) ? 2 : 1;
  return tablesOf(results)
    .map((rows) => markdownTable(rows, left))
    .join('\n');
}

const tablesOf = (results: readonly Result[]): string[][][] => [rowsOf(results), ...partRowsOf(results)];

const namesSeveralBackends = (results: readonly Result[]): boolean => new Set(results.map(({ backend }) => backend)).size > 1;

/** A header and a row for each result; the backend is named when there are several, the part of the ceiling where there is one. */
function rowsOf(results: readonly Result[]): string[][] {
  const severalBackends = namesSeveralBackends(results);
  const hasCeiling = results.some(({ partOfCeiling }) => partOfCeiling !== null);
  const row = (name: string, backend: string, numbers: readonly string[], part: string): string[] => [
    name,
    ...(severalBackends ? [backend] : []),
    ...numbers,
    ...(hasCeiling ? [part] : []),
  ];
  const header = row('', 'backend', ['median', 'p95', 'rate', 'spread', 'samples'], '% of bound');
  const rows = results.map((result) => {
    const { name, backend, work, median, p95, samples, partOfCeiling } = result;
    const rate = formatRate(rateOf(result), work);
    const numbers = [formatSeconds(median), formatSeconds(p95), rate, formatPercent(spreadOf(result)), String(samples)];
    return row(name, backend, numbers, partOfCeiling === null ? '' : formatPercent(partOfCeiling));
  });
  return [header, ...rows];
}

/** A table of what the time went into, or none: a column for each part, and the verdict on what is promised of them. */
function partRowsOf(results: readonly Result[]): string[][][] {
  const severalBackends = namesSeveralBackends(results);
  const row = (name: string, backend: string, cells: readonly string[]): string[] => [
    name,
    ...(severalBackends ? [backend] : []),
    ...cells,
  ];
  const rows = results.flatMap(({ name, backend, parts }) =>
    parts === undefined ? [] : [row(name, backend, [...Object.values(parts.shares).map(formatPercent), verdictOf(parts)])],
  );
  const all = results.flatMap(({ parts }) => parts ?? []);
  const promise = all.find((parts) => parts.promise !== null)?.promise;
  const title = promise ? `none but ${promise.except} over ${formatPercent(promise.most)}` : '';
  return all.length === 0 ? [] : [[row('', 'backend', [...Object.keys(all[0].shares), title]), ...rows]];
}
