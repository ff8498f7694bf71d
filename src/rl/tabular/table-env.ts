// An environment drawn from a table: the agent sees which state it is in as a one-hot vector. The episode's dynamics and the
// exact values of valueIteration() come from the same table, so they cannot disagree.

import { readBoolean, readIndex, readRngState, type Snapshot } from '../../nn/index.ts';
import type { Rng, Shape } from '../../tensor/index.ts';
import { checkStep, type Env, type Step } from '../env.ts';
import { checkMdp, drawIndex, type Mdp } from './mdp.ts';

/** Each reset and each step draws one uniform number. The observation is [stateCount], 1 at the present state and 0 elsewhere. */
export class TableEnv implements Env {
  readonly observationShape: Shape;
  readonly actionCount: number;
  readonly mdp: Mdp;
  readonly #name: string;
  readonly #rng: Rng;
  #position = 0;
  #running = false;

  /** The name is the one errors use. Throws RangeError when the table is not one. */
  constructor(name: string, mdp: Mdp, rng: Rng) {
    checkMdp(mdp);
    this.#name = name;
    this.mdp = mdp;
    this.observationShape = [mdp.stateCount];
    this.actionCount = mdp.actionCount;
    this.#rng = rng;
  }

  /** The number of the present state, as in the table. */
  get position(): number {
    return this.#position;
  }

  reset(): Float32Array {
    this.#position = drawIndex(this.mdp.start, this.#rng);
    this.#running = true;
    return this.#observe();
  }

  step(action: number): Step {
    checkStep(`${this.#name}.step`, this.#running, action, this.actionCount);
    const outcomes = this.mdp.outcomes[this.#position][action];
    const probabilities = outcomes.map((outcome) => outcome.probability);
    const { state, reward, terminated } = outcomes[drawIndex(probabilities, this.#rng)];
    this.#position = state;
    this.#running = !terminated;
    return { observation: this.#observe(), reward, terminated, truncated: false };
  }

  state(): Snapshot {
    return { position: this.#position, running: this.#running, rng: this.#rng.state() };
  }

  restore(snapshot: Snapshot): void {
    const position = readIndex(snapshot, 'position', this.mdp.stateCount);
    const running = readBoolean(snapshot, 'running');
    this.#rng.restore(readRngState(snapshot, 'rng'));
    this.#position = position;
    this.#running = running;
  }

  #observe(): Float32Array {
    const observation = new Float32Array(this.mdp.stateCount);
    observation[this.#position] = 1;
    return observation;
  }
}
