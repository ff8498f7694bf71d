// Actions that stick: now and then the environment does again what it did before, whatever it is told. A game without luck of
// its own can then not be learned by heart [Machado 2018, §5].

import { readIndex, readRngState, readSnapshot, type Snapshot } from '../../nn/index.ts';
import type { Rng, Shape } from '../../tensor/index.ts';
import { checkAction, type Env, type Image, restoreEnv, type Step, saveEnv } from '../env.ts';

/**
 * Before each step one uniform number is drawn; below the probability, the action executed last takes the place of the chosen
 * one. It is remembered from one episode to the next, and is 0 before the first step. The generator may be the environment's
 * own: the number is then drawn before those of the step.
 */
export class StickyAction implements Env {
  readonly observationShape: Shape;
  readonly actionCount: number;
  readonly #env: Env;
  readonly #rng: Rng;
  readonly #probability: number;
  #executed = 0;

  /** Throws RangeError unless the probability is in [0, 1]. */
  constructor(env: Env, rng: Rng, probability = 0.1) {
    if (!(probability >= 0 && probability <= 1)) throw new RangeError(`StickyAction.probability: must be in [0, 1]; got ${probability}`);
    this.#env = env;
    this.#rng = rng;
    this.#probability = probability;
    this.observationShape = env.observationShape;
    this.actionCount = env.actionCount;
  }

  reset(): Float32Array {
    return this.#env.reset();
  }

  /** Throws RangeError for an unknown action, before anything is drawn. */
  step(action: number): Step {
    checkAction('StickyAction.step', action, this.actionCount);
    if (this.#rng.uniform() >= this.#probability) this.#executed = action;
    return this.#env.step(this.#executed);
  }

  /** Throws Error when the wrapped environment has no state(). */
  state(): Snapshot {
    return { executed: this.#executed, rng: this.#rng.state(), env: saveEnv(this.#env) };
  }

  restore(snapshot: Snapshot): void {
    const executed = readIndex(snapshot, 'executed', this.actionCount);
    const rng = readRngState(snapshot, 'rng');
    restoreEnv(this.#env, readSnapshot(snapshot, 'env'));
    this.#rng.restore(rng);
    this.#executed = executed;
  }

  render(): string {
    return this.#env.render?.() ?? '';
  }

  image(): Image | undefined {
    return this.#env.image?.();
  }
}
