// npm run bench:compare — what changed between the last two saved runs.

import { formatComparison } from './comparison.ts';
import { readRuns } from './history.ts';

const [before, after] = readRuns().slice(-2);
if (after === undefined) {
  process.stderr.write('compare: bench/history.jsonl must hold two runs. Save one with `npm run bench -- --save`\n');
  process.exitCode = 1;
} else {
  process.stdout.write(formatComparison(before, after));
}
