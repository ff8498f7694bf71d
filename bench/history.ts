// Saved runs: one JSON line each, appended to bench/history.jsonl and never rewritten.

import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { Machine } from './machine.ts';
import type { Result } from './statistics.ts';

export interface Run {
  /** When it was measured, ISO 8601. */
  readonly date: string;
  readonly machine: Machine;
  /** Whether it was a quick run, which is not saved but may be shown. */
  readonly quick?: boolean;
  readonly results: readonly Result[];
}

/** Seen from build/bench, where this file runs. */
const file = new URL('../../bench/history.jsonl', import.meta.url);

export function saveRun(run: Run): void {
  appendFileSync(file, `${JSON.stringify(run, shorten)}\n`);
}

/** All saved runs, oldest first. */
export function readRuns(): Run[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Run); // written by saveRun
}

/** No clock measures more than five digits. */
const shorten = (_key: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value;
