// A limit on the length of an episode. It truncates: the world has not ended, we stop watching, and the learner must still
// reckon with what would have followed.

import { readBoolean, readCount, readSnapshot, type Snapshot } from '../../nn/index.ts';
import type { Shape } from '../../tensor/index.ts';
import { checkSize, checkStep, type Env, type Image, restoreEnv, type Step, saveEnv } from '../env.ts';

/** The step whose number since the reset equals `mostSteps` is truncated; the world may end in that same step too. */
export class TimeLimit implements Env {
  readonly observationShape: Shape;
  readonly actionCount: number;
  readonly #env: Env;
  readonly #mostSteps: number;
  #steps = 0;
  #running = false;

  /** Throws RangeError. */
  constructor(env: Env, mostSteps: number) {
    checkSize('TimeLimit.mostSteps', mostSteps, 1);
    this.#env = env;
    this.#mostSteps = mostSteps;
    this.observationShape = env.observationShape;
    this.actionCount = env.actionCount;
  }

  reset(): Float32Array {
    const observation = this.#env.reset();
    this.#steps = 0;
    this.#running = true;
    return observation;
  }

  step(action: number): Step {
    checkStep('TimeLimit.step', this.#running, action, this.actionCount);
    const step = this.#env.step(action);
    this.#steps++;
    const truncated = step.truncated || this.#steps >= this.#mostSteps;
    this.#running = !step.terminated && !truncated;
    return { ...step, truncated };
  }

  /** Throws Error when the wrapped environment has no state(). */
  state(): Snapshot {
    return { steps: this.#steps, running: this.#running, env: saveEnv(this.#env) };
  }

  restore(snapshot: Snapshot): void {
    const steps = readCount(snapshot, 'steps');
    const running = readBoolean(snapshot, 'running');
    restoreEnv(this.#env, readSnapshot(snapshot, 'env'));
    this.#steps = steps;
    this.#running = running;
  }

  render(): string {
    return this.#env.render?.() ?? '';
  }

  image(): Image | undefined {
    return this.#env.image?.();
  }
}
