// The difference between two saved runs, case by case, and whether it is more than noise. Rounds differ because of where memory
// lies, what the compiler decided and what else the machine did; a difference between runs must exceed that to mean anything.

import { formatPercent, formatSeconds } from '../src/cli/bench/units.ts';
import type { Run } from './history.ts';
import { formatMachine } from './machine.ts';
import { type Result, spreadOf } from './statistics.ts';
import { formatTable } from './table.ts';

export interface Change {
  readonly before: Result;
  readonly after: Result;
  /** after/before − 1 of the median times: −0.5 is twice as fast. */
  readonly change: number;
  /** Two standard deviations of that, from the spread of the rounds in both runs. */
  readonly noise: number;
  readonly verdict: 'faster' | 'slower' | 'same';
}

/** Changes smaller than this are called the same however little the rounds differ. */
const smallest = 0.02;

/** The cases that both runs have, in the order of the later one. */
export function compareRuns(before: Run, after: Run): Change[] {
  const keyOf = ({ group, name, backend }: Result): string => [group, name, backend].join('\n');
  const known = new Map(before.results.map((result) => [keyOf(result), result]));
  return after.results.flatMap((result) => {
    const earlier = known.get(keyOf(result));
    return earlier === undefined ? [] : [compareResults(earlier, result)];
  });
}

export function compareResults(before: Result, after: Result): Change {
  const change = after.median / before.median - 1;
  const noise = 2 * Math.hypot(spreadOf(before), spreadOf(after));
  const real = Math.abs(change) > Math.max(noise, smallest);
  return { before, after, change, noise, verdict: !real ? 'same' : change < 0 ? 'faster' : 'slower' };
}

/** Both machine lines, a warning when they are not of one machine, and the table. */
export function formatComparison(before: Run, after: Run): string {
  const changes = compareRuns(before, after);
  const rows = changes.map((one) => [
    one.after.group,
    one.after.name,
    one.after.backend,
    formatSeconds(one.before.median),
    formatSeconds(one.after.median),
    (one.change > 0 ? '+' : '') + formatPercent(one.change),
    `± ${formatPercent(one.noise)}`,
    one.verdict,
  ]);
  const lines = [`before: ${before.date}  ${formatMachine(before.machine)}`, `after:  ${after.date}  ${formatMachine(after.machine)}`];
  const [a, b] = [before.machine, after.machine];
  if (a.processor !== b.processor || a.runtime !== b.runtime)
    lines.push('The runs are of different machines or runtimes: read changes with care.');
  if (changes.length === 0) return `${lines.join('\n')}\n\nThe two runs have no case in common.\n`;
  const header = ['group', 'case', 'backend', 'before', 'after', 'change', 'noise', 'verdict'];
  return `${lines.join('\n')}\n\n${formatTable([header, ...rows], 3)}`;
}
