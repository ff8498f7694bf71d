// Results as tables, for a terminal and for Markdown.

import { formatPercent, formatRate, formatSeconds } from '../src/cli/bench/units.ts';
import { type Result, rateOf, spreadOf } from './statistics.ts';

/** Cells in aligned columns: the first `left` of them flush left, the others flush right. */
export function formatTable(rows: readonly (readonly string[])[], left: number): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const cell = (text: string, column: number): string => (column < left ? text.padEnd(widths[column]) : text.padStart(widths[column]));
  return rows.map((row) => row.map(cell).join('  ').trimEnd() + '\n').join('');
}

/** One group's results as text. */
export function formatResults(results: readonly Result[]): string {
  return formatTable(rowsOf(results), namesSeveralBackends(results) ? 2 : 1);
}

/** The same as a Markdown table, for docs/benchmarks.md. */
export function formatMarkdown(results: readonly Result[]): string {
  const [header, ...rows] = rowsOf(results);
  const left = namesSeveralBackends(results) ? 2 : 1;
  const rule = header.map((_, column) => (column < left ? '---' : '--:'));
  return [header, rule, ...rows].map((row) => `| ${row.join(' | ')} |\n`).join('');
}

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
