// Saved comparisons: one JSON line each, appended to bench/peers/history.jsonl and never rewritten.

import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { PeersRun } from './outcome.ts';

/** Seen from build/bench/peers, where this file runs. */
const file = new URL('../../../bench/peers/history.jsonl', import.meta.url);

export function savePeersRun(run: PeersRun): void {
  appendFileSync(file, `${formatPeersLine(run)}\n`);
}

/** The latest saved comparison; undefined where there is none. */
export function readLastPeersRun(): PeersRun | undefined {
  if (!existsSync(file)) return undefined;
  const line = readFileSync(file, 'utf8').trimEnd().split('\n').at(-1);
  return line ? (JSON.parse(line) as PeersRun) : undefined; // written by savePeersRun
}

/** No clock measures more than four digits. */
export const formatPeersLine = (run: PeersRun): string =>
  JSON.stringify(run, (_key, value: unknown) =>
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value,
  );
