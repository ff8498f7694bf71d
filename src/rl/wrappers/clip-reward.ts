// Rewards cut to their sign, so that one learning rate fits games of any scale [Mnih 2015, Methods]. The learner no longer sees
// that one prize is larger than another; evaluate without it.

import { readSnapshot, type Snapshot } from '../../nn/index.ts';
import type { Shape } from '../../tensor/index.ts';
import { type Env, type Image, restoreEnv, type Step, saveEnv } from '../env.ts';

/** A reward r becomes −1, 0 or 1. */
export class ClipReward implements Env {
  readonly observationShape: Shape;
  readonly actionCount: number;
  readonly #env: Env;

  constructor(env: Env) {
    this.#env = env;
    this.observationShape = env.observationShape;
    this.actionCount = env.actionCount;
  }

  reset(): Float32Array {
    return this.#env.reset();
  }

  step(action: number): Step {
    const step = this.#env.step(action);
    return { ...step, reward: Math.sign(step.reward) };
  }

  /** Throws Error when the wrapped environment has no state(). */
  state(): Snapshot {
    return { env: saveEnv(this.#env) };
  }

  restore(snapshot: Snapshot): void {
    restoreEnv(this.#env, readSnapshot(snapshot, 'env'));
  }

  render(): string {
    return this.#env.render?.() ?? '';
  }

  image(): Image | undefined {
    return this.#env.image?.();
  }
}
