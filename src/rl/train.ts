// Training as a generator: it takes one environment step, lets the agent learn, and yields a report. The caller decides when to
// print, draw, save or stop, by simply not asking for more. Nothing here knows about time, files or screens.

import { readArray, readCount, readNumber, readSnapshot, type Snapshot } from '../nn/index.ts';
import { sizeOf } from '../tensor/index.ts';
import type { DqnAgent, UpdateReport } from './dqn.ts';
import type { Env } from './env.ts';

/** What happened in one environment step. */
export interface StepReport {
  /** Environment steps so far, counted from 1. */
  readonly step: number;
  /** Present when the step ended an episode. */
  readonly episode?: EpisodeReport;
  /** Present when the agent learned. */
  readonly update?: UpdateReport;
}

export interface EpisodeReport {
  /** The undiscounted sum of rewards, as experienced with exploration. */
  readonly return: number;
  /** In environment steps. */
  readonly length: number;
}

/** An agent in an environment, somewhere in an episode. Everything it takes to continue exactly is in state(). */
export class Training {
  readonly env: Env;
  readonly agent: DqnAgent;
  /** What the agent sees now; undefined before the first reset. */
  #observation: Float32Array | undefined;
  #return = 0;
  #length = 0;

  constructor(env: Env, agent: DqnAgent) {
    this.env = env;
    this.agent = agent;
  }

  /** Takes that many environment steps, one for each report. May be called again to continue, in the middle of an episode too. */
  *run(steps: number): Generator<StepReport, void, void> {
    for (let i = 0; i < steps; i++) {
      const observation = this.#observation ?? this.env.reset();
      const action = this.agent.act(observation);
      const step = this.env.step(action);
      this.agent.observe(observation, action, step);
      const update = this.agent.learn();
      this.#observation = step.observation;
      this.#return += step.reward;
      this.#length++;
      const episode = step.terminated || step.truncated ? this.#endEpisode() : undefined;
      yield { step: this.agent.steps, ...(episode && { episode }), ...(update && { update }) };
    }
  }

  #endEpisode(): EpisodeReport {
    const report = { return: this.#return, length: this.#length };
    this.#observation = undefined;
    this.#return = 0;
    this.#length = 0;
    return report;
  }

  /** Agent, environment and the episode in progress. Throws Error when the environment cannot give its state. */
  state(): Snapshot {
    if (this.env.state === undefined || this.env.restore === undefined) {
      throw new Error('checkpoint: the environment must have state() and restore() to be resumed exactly; got one without them');
    }
    return {
      agent: this.agent.state(),
      env: this.env.state(),
      observation: this.#observation ?? null,
      return: this.#return,
      length: this.#length,
    };
  }

  /** Continues exactly where `state()` was taken. Throws FormatError when the snapshot is of another kind. */
  restore(snapshot: Snapshot): void {
    if (this.env.restore === undefined)
      throw new Error('checkpoint: the environment must have restore() to be resumed; got one without it');
    this.agent.restore(readSnapshot(snapshot, 'agent'));
    this.env.restore(readSnapshot(snapshot, 'env'));
    const length = sizeOf(this.env.observationShape);
    this.#observation = snapshot['observation'] === null ? undefined : readArray(snapshot, 'observation', Float32Array, length);
    this.#return = readNumber(snapshot, 'return');
    this.#length = readCount(snapshot, 'length');
  }
}

/** Trains for that many environment steps, from a fresh episode. Keep a Training instead to save and resume. */
export function train(env: Env, agent: DqnAgent, steps: number): Generator<StepReport, void, void> {
  return new Training(env, agent).run(steps);
}
