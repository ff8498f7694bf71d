// Results as people read them: three significant digits, units chosen to fit, columns aligned.

import type { Work } from './case.ts';
import { type Result, rateOf, spreadOf } from './statistics.ts';

/** "1.23 ms", "456 ns". */
export function formatSeconds(seconds: number): string {
  for (const [unit, size] of [
    ['s', 1],
    ['ms', 1e-3],
    ['µs', 1e-6],
  ] as const) {
    if (seconds >= 0.9995 * size) return `${threeDigits(seconds / size)} ${unit}`;
  }
  return `${threeDigits(seconds / 1e-9)} ns`;
}

/** "2.31 GFLOP/s", "14,200 updates/s". */
export function formatRate(rate: number, { unit }: Work): string {
  if (unit === 'FLOP' || unit === 'B') return `${threeDigits(rate / 1e9)} G${unit}/s`;
  return `${threeDigits(rate)} ${unit}/s`;
}

/** 0.0314 → "3.1 %". */
export const formatPercent = (part: number): string => `${(100 * part).toFixed(Math.abs(part) < 0.0995 ? 1 : 0)} %`;

/** Three significant digits without an exponent: "0.0123", "4.50", "14,200". */
function threeDigits(x: number): string {
  return x.toLocaleString('en-US', { minimumSignificantDigits: 3, maximumSignificantDigits: 3 });
}

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
  const header = row('', 'backend', ['median', 'p95', 'rate', 'spread', 'samples'], '% of scalar');
  const rows = results.map((result) => {
    const { name, backend, work, median, p95, samples, partOfCeiling } = result;
    const rate = formatRate(rateOf(result), work);
    const numbers = [formatSeconds(median), formatSeconds(p95), rate, formatPercent(spreadOf(result)), String(samples)];
    return row(name, backend, numbers, partOfCeiling === null ? '' : formatPercent(partOfCeiling));
  });
  return [header, ...rows];
}
