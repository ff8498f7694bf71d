// Actions that stick: now and then the environment does again what it did before, whatever it is told. A game without luck of
// its own can then not be learned by heart [Machado 2018, §5].

import { readIndex, readRngState, type Snapshot } from '../../nn/index.ts';
import type { Rng } from '../../tensor/index.ts';
import { checkAction, type Env, type Step } from '../env.ts';
import { Wrapper } from './wrapper.ts';

/**
 * Before each step one uniform number is drawn; below the probability, the action executed last takes the place of the chosen
 * one. It is remembered from one episode to the next, and is 0 before the first step. The generator may be the environment's
 * own: the number is then drawn before those of the step.
 */
export class StickyAction extends Wrapper {
  readonly #rng: Rng;
  readonly #probability: number;
  #executed = 0;

  /** Throws RangeError unless the probability is in [0, 1]. */
  constructor(env: Env, rng: Rng, probability = 0.1) {
    super(env);
    if (!(probability >= 0 && probability <= 1)) throw new RangeError(`StickyAction.probability: must be in [0, 1]; got ${probability}`);
    this.#rng = rng;
    this.#probability = probability;
  }

  /** Throws RangeError for an unknown action, before anything is drawn. */
  step(action: number): Step {
    checkAction('StickyAction.step', action, this.actionCount);
    if (this.#rng.uniform() >= this.#probability) this.#executed = action;
    return this.env.step(this.#executed);
  }

  override state(): Snapshot {
    return { executed: this.#executed, rng: this.#rng.state(), ...super.state() };
  }

  override restore(snapshot: Snapshot): void {
    const executed = readIndex(snapshot, 'executed', this.actionCount);
    const rng = readRngState(snapshot, 'rng');
    super.restore(snapshot);
    this.#rng.restore(rng);
    this.#executed = executed;
  }
}
