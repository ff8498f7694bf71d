// What all wrappers share: an environment around another one, which passes on everything. Each wrapper says only what it changes.

import { readSnapshot, type Snapshot } from '../../nn/index.ts';
import type { Shape } from '../../tensor/index.ts';
import { type Env, type Image, restoreEnv, type Step, saveEnv } from '../env.ts';

export abstract class Wrapper implements Env {
  readonly observationShape: Shape;
  readonly actionCount: number;
  protected readonly env: Env;

  constructor(env: Env) {
    this.env = env;
    this.observationShape = env.observationShape;
    this.actionCount = env.actionCount;
  }

  abstract step(action: number): Step;

  reset(): Float32Array {
    return this.env.reset();
  }

  /** Throws Error when the wrapped environment has no state(). */
  state(): Snapshot {
    return { env: saveEnv(this.env) };
  }

  restore(snapshot: Snapshot): void {
    restoreEnv(this.env, readSnapshot(snapshot, 'env'));
  }

  render(): string {
    return this.env.render?.() ?? '';
  }

  image(): Image | undefined {
    return this.env.image?.();
  }
}
