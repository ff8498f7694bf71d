// Training as a generator: it takes one environment step, lets the agent learn, and yields a report. The caller decides when to
// print, draw, save or stop, by simply not asking for more. Nothing here knows about time, files or screens.

import { FormatError, readArray, readFinite, readIndex, readSnapshot, type Snapshot } from '../nn/index.ts';
import type { DqnAgent, UpdateReport } from './dqn.ts';
import { checkSize, type Env } from './env.ts';
import { VectorEnv } from './vector-env.ts';

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

/** An agent in the copies of an environment, somewhere in their episodes. Everything it takes to continue exactly is in state(). */
export class Training {
  readonly env: VectorEnv;
  readonly agent: DqnAgent;
  /** The copy that takes the next step. The turn of copy 0 begins a round: the actions of all copies are chosen then. */
  #turn = 0;
  #actions: Int32Array;
  /** Of the episode in progress in each copy. */
  readonly #returns: Float64Array;
  readonly #lengths: Int32Array;

  /** One environment, or as many copies as the agent's configuration says. All begin new episodes. Throws RangeError for another number. */
  constructor(env: Env | VectorEnv, agent: DqnAgent) {
    this.env = env instanceof VectorEnv ? env : new VectorEnv([env]);
    this.agent = agent;
    const { count } = this.env;
    if (count !== agent.config.envs)
      throw new RangeError(`Training: there must be config.envs copies of the environment, ${agent.config.envs}; got ${count}`);
    this.#actions = new Int32Array(count);
    this.#returns = new Float64Array(count);
    this.#lengths = new Int32Array(count);
    this.env.breakOff();
    this.agent.breakOff();
  }

  /** Takes so many environment steps, or Infinity, one for each report; then perhaps more, in mid-episode too. Throws RangeError. */
  *run(steps: number): Generator<StepReport, void, void> {
    if (steps !== Number.POSITIVE_INFINITY) checkSize('Training.steps', steps, 0);
    for (let i = 0; i < steps; i++) {
      if (this.#turn === 0) this.#actions = this.agent.actAll(this.env.observations());
      const copy = this.#turn;
      const observation = this.env.observation(copy);
      const action = this.#actions[copy];
      const step = this.env.step(copy, action);
      this.agent.observe(observation, action, step, copy);
      const update = this.agent.learn();
      this.#turn = (copy + 1) % this.env.count;
      this.#returns[copy] += step.reward;
      this.#lengths[copy]++;
      const episode = step.terminated || step.truncated ? this.#endEpisode(copy) : undefined;
      yield Object.assign({ step: this.agent.steps }, episode && { episode }, update && { update }); // spreading takes longer
    }
  }

  #endEpisode(copy: number): EpisodeReport {
    const report = { return: this.#returns[copy], length: this.#lengths[copy] };
    this.#returns[copy] = 0;
    this.#lengths[copy] = 0;
    return report;
  }

  /** Agent, environment and the episodes in progress. Throws Error when the environment cannot give its state. */
  state(): Snapshot {
    return {
      agent: this.agent.state(),
      env: this.env.state(),
      turn: this.#turn,
      actions: this.#actions.slice(),
      returns: this.#returns.slice(),
      lengths: this.#lengths.slice(),
    };
  }

  /** Continues exactly where `state()` was taken. Throws FormatError when the snapshot is of another kind. */
  restore(snapshot: Snapshot): void {
    const { count, actionCount } = this.env;
    const actions = readArray(snapshot, 'actions', Int32Array, count);
    const wrong = actions.find((action) => action < 0 || action >= actionCount);
    if (wrong !== undefined) throw new FormatError(`snapshot: "actions" must be in 0…${actionCount - 1}; got ${wrong}`);
    const turn = readIndex(snapshot, 'turn', count);
    const returns = readFinite(snapshot, 'returns', Float64Array, count);
    const lengths = readArray(snapshot, 'lengths', Int32Array, count);
    this.env.restore(readSnapshot(snapshot, 'env'));
    this.agent.restore(readSnapshot(snapshot, 'agent'));
    this.#turn = turn;
    this.#actions = actions.slice();
    this.#returns.set(returns);
    this.#lengths.set(lengths);
  }
}

/** Trains for that many environment steps, from a fresh episode. Keep a Training instead to save and resume. */
export function train(env: Env | VectorEnv, agent: DqnAgent, steps: number): Generator<StepReport, void, void> {
  return new Training(env, agent).run(steps);
}
