// The result of an experiment as a Markdown table. It follows from the runs alone, in the order of the plan: shares of a grid that
// were run on several machines give the same bytes as one machine's.

import { interquartileMean, meanOf, medianOf, Rng, stratifiedBootstrapInterval } from '../../index.ts';
import { counted, formatCount, formatReturn } from '../format.ts';
import { isWarmupOnly } from '../standstill.ts';
import { finalShare, type Outcome } from './outcome.ts';
import type { Plan, Reference } from './plan.ts';

/** The Markdown document. Runs that are missing among the outcomes are counted. */
export function resultTable(plan: Plan, outcomes: readonly Outcome[]): string {
  const missing = plan.runs.length - outcomes.length;
  const parts = [
    `# ${plan.name}`,
    `Greedy: the final network without exploration, mean return of ${counted(plan.evaluationEpisodes, 'episode')} for each seed. Training: episodes with ` +
      `exploration that ended in the last ${finalShare * 100} % of the run. IQM: interquartile mean over seeds, with a 95 % bootstrap interval where there are several.`,
    ...(missing > 0
      ? [`**Not complete: ${missing} of ${counted(plan.runs.length, 'run')} ${missing === 1 ? 'is' : 'are'} missing.**`]
      : []),
    ...untrainedNote(groupsOf(outcomes)),
    markdownTable(header, [...groupsOf(outcomes).map(resultRow), ...plan.references.map(referenceRow)]),
    ...normalizedSection(plan.references, outcomes),
  ];
  return `${parts.join('\n\n')}\n`;
}

const header = [
  ...['environment', 'variant', 'steps', 'seeds', 'greedy median', 'IQM', 'worst seed', 'each seed'],
  ...['training median', 'each seed, training'],
];

/** The runs of one environment and variant, one for each seed. */
export interface Group {
  readonly environment: string;
  readonly variant: string;
  readonly outcomes: readonly Outcome[];
}

/** In the order in which the plan names them: environments first. */
export function groupsOf(outcomes: readonly Outcome[]): Group[] {
  const environments = [...new Set(outcomes.map(({ planned }) => planned.run.environment))];
  const variants = [...new Set(outcomes.map(({ planned }) => planned.variant))];
  return environments.flatMap((environment) =>
    variants
      .map((variant) => ({
        environment,
        variant,
        outcomes: outcomes.filter(({ planned }) => planned.run.environment === environment && planned.variant === variant),
      }))
      .filter((group) => group.outcomes.length > 0),
  );
}

/** Names what would look like a result and is the network that a run began with. */
function untrainedNote(groups: readonly Group[]): string[] {
  const untrained = groups.filter(({ outcomes }) => isWarmupOnly(outcomes[0].planned.run));
  const names = untrained.map(({ environment, variant }) => `${environment} ${variant}`).join(', ');
  return untrained.length === 0 ? [] : [`**Nothing is learned in runs that are no longer than their warmupSteps: ${names}.**`];
}

function resultRow({ environment, variant, outcomes }: Group): string[] {
  const means = outcomes.map(({ returns }) => meanOf(returns));
  const training = outcomes.map(({ trainingReturn }) => trainingReturn);
  return [
    environment,
    variant,
    formatCount(outcomes[0].planned.run.steps),
    outcomes.map(({ planned }) => planned.run.config.seed).join(', '),
    formatReturn(medianOf(means)),
    withInterval([means]),
    formatReturn(Math.min(...means)),
    means.map(formatReturn).join(', '),
    formatTraining(medianOf(training)),
    training.map(formatTraining).join(', '),
  ];
}

/** None where no episode ended in that part of the run. */
const formatTraining = (value: number): string => (Number.isNaN(value) ? '–' : formatReturn(value));

function referenceRow({ environment, label, value, source }: Reference): string[] {
  return [environment, `*${label}* (${source})`, '', '', '', '', '', '', formatReturn(value), ''];
}

/**
 * All environments together, on a scale where 0 is the reference labelled "random" and 1 the environment's first other one
 * [Agarwal 2021, §2]; nothing unless every environment has both.
 */
function normalizedSection(references: readonly Reference[], outcomes: readonly Outcome[]): string[] {
  const environments = [...new Set(outcomes.map(({ planned }) => planned.run.environment))];
  const scales = new Map<string, (value: number) => number>();
  for (const environment of environments) {
    const own = references.filter((reference) => reference.environment === environment);
    const zero = own.find(({ label }) => label === 'random');
    const one = own.find(({ label }) => label !== 'random');
    if (zero === undefined || one === undefined) return [];
    scales.set(environment, (value) => (value - zero.value) / (one.value - zero.value));
  }
  if (environments.length < 2) return [];
  const groups = groupsOf(outcomes);
  const rows = [...new Set(groups.map(({ variant }) => variant))].map((name) => {
    const strata = groups
      .filter(({ variant }) => variant === name)
      .map(({ environment, outcomes }) => outcomes.map(({ trainingReturn }) => scales.get(environment)?.(trainingReturn) ?? Number.NaN));
    return [name, String(strata.length), formatTraining(medianOf(strata.flat())), withInterval(strata)];
  });
  return [
    'All environments, training returns on a scale of their own: 0 is the random player, 1 the first reference.',
    markdownTable(['variant', 'environments', 'median', 'IQM'], rows),
  ];
}

/** The same generator for every row: equal runs give an equal interval. */
function withInterval(strata: readonly (readonly number[])[]): string {
  if (strata.every(({ length }) => length === 1)) return formatReturn(interquartileMean(strata.flat())); // nothing to draw from
  const [low, high] = stratifiedBootstrapInterval(strata, interquartileMean, new Rng(0).fork('bootstrap'));
  return `${formatReturn(interquartileMean(strata.flat()))} [${formatReturn(low)}, ${formatReturn(high)}]`;
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}
