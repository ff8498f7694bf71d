// From the run folders of an experiment to its table and figures: the last step of `experiment`, and all of `report`, which also
// gathers shares of a grid that were run in different places.

import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomically } from '../atomic-file.ts';
import { drawExperiment } from './figure.ts';
import { type Outcome, readOutcome } from './outcome.ts';
import type { Plan } from './plan.ts';
import { groupsOf, resultTable } from './table.ts';

/** What was written, and how many runs are in it. */
export interface Report {
  readonly table: string;
  readonly files: readonly string[];
  readonly done: number;
}

/** Reads every run from the first of the folders that has it done; writes table.md and a figure for each environment to `out`. */
export function writeReport(plan: Plan, folders: readonly string[], out: string): Report {
  const outcomes: Outcome[] = [];
  for (const planned of plan.runs) {
    for (const folder of folders) {
      const outcome = readOutcome(planned, join(folder, planned.path));
      if (outcome === undefined) continue;
      outcomes.push(outcome);
      break;
    }
  }
  if (!existsSync(out)) mkdirSync(out, { recursive: true });
  const table = resultTable(plan, outcomes);
  const files = [join(out, 'table.md')];
  writeFileAtomically(files[0], table);
  const groups = groupsOf(outcomes);
  for (const environment of new Set(groups.map((group) => group.environment))) {
    const own = plan.references.filter((reference) => reference.environment === environment);
    const figure = drawExperiment(
      environment,
      groups.filter((group) => group.environment === environment),
      own,
    );
    const path = join(out, `${environment.replaceAll('/', '-')}.svg`);
    writeFileAtomically(path, figure);
    files.push(path);
  }
  return { table, files, done: outcomes.length };
}
