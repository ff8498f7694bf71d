import { expect, test } from 'vitest';
import { drawExperiment } from '../../../src/cli/experiment/figure.ts';
import type { Outcome } from '../../../src/cli/experiment/outcome.ts';
import { decodePlan, type Plan } from '../../../src/cli/experiment/plan.ts';
import { groupsOf, resultTable } from '../../../src/cli/experiment/table.ts';

const reference = (environment: string, label: string, value: number): object => ({ environment, label, value, source: 'a paper' });

const plan: Plan = decodePlan(
  JSON.stringify({
    name: 'grid',
    environments: ['Chain', 'Catch'],
    variants: ['dqn', 'double-dqn'],
    seeds: 3,
    steps: 1000,
    references: [
      reference('Chain', 'random', 0),
      reference('Chain', 'theirs', 10),
      reference('Catch', 'random', -1),
      reference('Catch', 'theirs', 1),
    ],
  }),
  'grid.json',
);

/** A run that earned the same in every episode. */
const outcomes: Outcome[] = plan.runs.map((planned, i) => ({
  planned,
  episodes: [
    { step: 500, return: i },
    { step: 1000, return: i },
  ],
  returns: [i, i],
  trainingReturn: i,
}));

const row = (table: string, begin: string): string[] =>
  (table.split('\n').find((line) => line.startsWith(begin)) ?? '')
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());

test('a row sums up the seeds of one environment and variant', () => {
  // Seeds come first in the plan: Chain with dqn is runs 0, 4 and 8. With three values the interquartile mean weighs them 1 : 4 : 1
  // in quarters, which for evenly spaced ones is the middle.
  expect(row(resultTable(plan, outcomes), '| Chain | dqn')).toEqual([
    ...['Chain', 'dqn', '1,000', '1, 2, 3', '4', '4 [0, 8]', '0', '0, 4, 8', '4', '0, 4, 8'],
  ]);
});

test('references stand below, with their source', () => {
  expect(row(resultTable(plan, outcomes), '| Chain | *theirs*')).toEqual(['Chain', '*theirs* (a paper)', '', '', '', '', '', '', '10', '']);
});

test('all environments together: 0 is the random player, 1 the reference', () => {
  // dqn: Chain 0, 4, 8 → 0, 0.4, 0.8; Catch 2, 6, 10 → 1.5, 3.5, 5.5. The middle half of the six sorted values is 0.4 (half), 0.8,
  // 1.5 and 3.5 (half).
  const [name, environments, median, iqm] = row(resultTable(plan, outcomes), '| dqn |');
  expect([name, environments, median]).toEqual(['dqn', '2', '1.15']);
  expect(Number(iqm.split(' ')[0])).toBeCloseTo((0.4 / 2 + 0.8 + 1.5 + 3.5 / 2) / 3, 2);
});

test('without a reference for every environment nothing is normalised', () => {
  expect(resultTable({ ...plan, references: plan.references.slice(0, 3) }, outcomes)).not.toContain('scale of their own');
});

test('what is missing is said', () => {
  expect(resultTable(plan, outcomes.slice(2))).toContain('**Not complete: 2 of 12 runs are missing.**');
  expect(resultTable(plan, outcomes)).not.toContain('missing');
});

test('what only warmed up is named, lest it look like a result', () => {
  expect(resultTable(plan, outcomes)).toContain(
    '**Nothing is learned in runs that are no longer than their warmupSteps: Chain dqn, Chain double-dqn, Catch dqn, Catch double-dqn.**',
  );
  const longer = outcomes.map(({ planned, ...rest }) => ({ ...rest, planned: { ...planned, run: { ...planned.run, steps: 1001 } } }));
  expect(resultTable(plan, longer)).not.toContain('Nothing is learned');
});

test('a figure has a thin line for each seed, a thick one for each variant, and the references', () => {
  const groups = groupsOf(outcomes).filter(({ environment }) => environment === 'Chain');
  const svg = drawExperiment(
    'Chain',
    groups,
    plan.references.filter(({ environment }) => environment === 'Chain'),
  );
  expect(svg.match(/class="seed /g)).toHaveLength(6);
  expect(svg.match(/class="median line\d" d="M\d+(\.\d+)? \d/g)).toHaveLength(4); // two of them in the legend
  expect(svg.match(/class="reference"/g)).toHaveLength(2);
  expect(svg).not.toContain('NaN');
  expect(svg).toContain('dqn, 3 seeds, ending at 4');
});

test('a figure of runs without an episode says so', () => {
  const groups = groupsOf(outcomes.slice(0, 1).map((outcome) => ({ ...outcome, episodes: [] })));
  const svg = drawExperiment('Chain', groups, []);
  expect(svg).toContain('no episode has ended');
  expect(svg).not.toContain('NaN');
});
