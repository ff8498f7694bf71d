// Steps that cannot change the network: those of the warm-up, and those after the learning rate has come to 0. They are easily missed,
// for everything else looks as it always does.

import { valueAt } from '../index.ts';
import type { Arguments } from './arguments.ts';
import { formatCount } from './format.ts';
import type { Host } from './host.ts';
import type { RunConfig } from './run-config.ts';

/** Whether a run is over when it would begin to learn. */
export const isWarmupOnly = ({ steps, config }: RunConfig): boolean => steps <= config.warmupSteps;

/** Why the steps of a run after this one cannot change its network; undefined when they can, or when there are none. */
export function standstill(run: RunConfig, step: number): string | undefined {
  const { steps, config } = run;
  if (step >= steps) return undefined;
  if (isWarmupOnly(run)) {
    return (
      `nothing is learned before step ${formatCount(config.warmupSteps)} (warmupSteps), and the run ends at step ${formatCount(steps)}. ` +
      'Give it more steps or a smaller warmupSteps'
    );
  }
  // Schedules rise or fall and never both: one that is 0 at both ends is 0 between them.
  if (valueAt(config.learningRate, step) > 0 || valueAt(config.learningRate, steps) > 0) return undefined;
  return `the learning rate is 0 from step ${formatCount(step)} on, so these steps cannot change the network`;
}

/** Says so before a session begins. */
export function warnOfStandstill(run: RunConfig, step: number, given: Arguments, host: Host): void {
  const reason = standstill(run, step);
  if (reason !== undefined && !given.has('quiet')) host.stderr.write(`deepq: ${reason}\n`);
}
