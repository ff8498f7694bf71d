// A limit on the length of an episode. It truncates: the world has not ended, we stop watching, and the learner must still
// reckon with what would have followed.

import { readBoolean, readCount, type Snapshot } from '../../nn/index.ts';
import { checkSize, checkStep, type Env, type Step } from '../env.ts';
import { Wrapper } from './wrapper.ts';

/** The step whose number since the reset equals `mostSteps` is truncated; the world may end in that same step too. */
export class TimeLimit extends Wrapper {
  readonly #mostSteps: number;
  #steps = 0;
  #running = false;

  /** Throws RangeError. */
  constructor(env: Env, mostSteps: number) {
    super(env);
    checkSize('TimeLimit.mostSteps', mostSteps, 1);
    this.#mostSteps = mostSteps;
  }

  override reset(): Float32Array {
    const observation = super.reset();
    this.#steps = 0;
    this.#running = true;
    return observation;
  }

  step(action: number): Step {
    checkStep('TimeLimit.step', this.#running, action, this.actionCount);
    const step = this.env.step(action);
    this.#steps++;
    const truncated = step.truncated || this.#steps >= this.#mostSteps;
    this.#running = !step.terminated && !truncated;
    return truncated === step.truncated ? step : { ...step, truncated };
  }

  override state(): Snapshot {
    return { steps: this.#steps, running: this.#running, ...super.state() };
  }

  override restore(snapshot: Snapshot): void {
    const steps = readCount(snapshot, 'steps');
    const running = readBoolean(snapshot, 'running');
    super.restore(snapshot);
    this.#steps = steps;
    this.#running = running;
  }
}
