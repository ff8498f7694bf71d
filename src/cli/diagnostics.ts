// --diagnostics: what goes on inside updates, as further lines of metrics.jsonl. Everything follows from the configuration and the
// step, so a resumed run writes the lines of an uninterrupted one; nothing of it changes what is learned.

import { createEnv, type DqnAgent, diagnose, measureOverestimation, Rng, type StepReport, type UpdateDiagnostics } from '../index.ts';
import type { Flag } from './arguments.ts';
import { isSampled, type Metrics } from './metrics.ts';
import type { RunConfig } from './run-config.ts';

export const diagnosticsFlag: Flag = {
  name: 'diagnostics',
  value: 'true|false',
  optional: true,
  description: 'write and draw what goes on inside updates, in resumed sessions too; costs a few per cent',
};

/** Over-estimation is measured after each so-manieth part of a run, in so many greedy episodes. */
const parts = 10;
const episodes = 3;

export class Diagnostics {
  readonly #run: RunConfig;
  readonly #agent: DqnAgent;
  #update: UpdateDiagnostics | undefined;

  /** Begins to look at the agent's updates. */
  constructor(run: RunConfig, agent: DqnAgent) {
    this.#run = run;
    this.#agent = agent;
    agent.inspector = (update) => {
      if (isSampled(agent.steps, agent.config)) this.#update = diagnose(agent, update);
    };
  }

  /** What there is to write after a step. */
  metricsOf({ step, update }: StepReport): Metrics | undefined {
    const inside = update !== undefined ? this.#update : undefined;
    this.#update = undefined;
    const over = this.#isPart(step) ? this.#overestimation(step) : undefined;
    if (inside === undefined && over === undefined) return undefined;
    return { global_step: step, ...(inside && updateMetrics(inside)), ...over };
  }

  #isPart(step: number): boolean {
    const part = (at: number): number => Math.floor((at * parts) / this.#run.steps);
    return part(step) > part(step - 1);
  }

  #overestimation(step: number): { readonly [name: string]: number } {
    const { environment, config } = this.#run;
    // With the rewards and endings that the agent learns from: its values are about nothing else.
    const env = createEnv(environment, new Rng(config.seed).fork(`overestimation ${step}`));
    const { predicted, realised } = measureOverestimation(this.#agent, env, episodes);
    return {
      'diagnostics/predicted_return': predicted,
      'diagnostics/realised_return': realised,
      'diagnostics/overestimation': predicted - realised,
    };
  }
}

function updateMetrics({ tdErrors, targetDistance, deadShare, replayAge, priorities }: UpdateDiagnostics): {
  readonly [name: string]: number | readonly number[];
} {
  return {
    'diagnostics/td_errors': tdErrors,
    'diagnostics/target_distance': targetDistance,
    ...(Number.isFinite(deadShare) && { 'diagnostics/dead_share': deadShare }),
    'diagnostics/replay_age': replayAge,
    ...(priorities.length > 0 && { 'diagnostics/priorities': priorities }),
  };
}
