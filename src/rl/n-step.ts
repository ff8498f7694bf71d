// From steps to transitions. This file owns every discount rule: a transition carries the number its bootstrap value is
// multiplied by, so that every variant of DQN shares one formula, target = reward + discount · value(next).
//
//   reward   = r₀ + γr₁ + … + γᵏ⁻¹rₖ₋₁        k = n, or fewer when the episode ended first
//   discount = γᵏ, or 0 when the episode terminated within these k steps        [Sutton & Barto 2018, §7.1]
//
// A truncated episode is cut but its world goes on: its last transitions bootstrap from the observation reached.

import { FormatError, readFinite, readIndex, readList, readNumber, readSnapshot, type Snapshot } from '../nn/index.ts';
import type { Step } from './env.ts';

/** One thing to learn from: in `observation`, `action` earned `reward`, and led to `nextObservation` worth `discount` each. */
export interface Transition {
  readonly observation: Float32Array;
  readonly action: number;
  /** The discounted sum of up to n rewards. */
  readonly reward: number;
  /** 0 at a terminal state, γᵏ otherwise. */
  readonly discount: number;
  readonly nextObservation: Float32Array;
}

/** A step whose n-step return is still being summed. */
interface Pending {
  readonly observation: Float32Array;
  readonly action: number;
  reward: number;
  /** γ to the number of rewards summed so far. */
  discount: number;
}

export class NStep {
  readonly #n: number;
  readonly #gamma: number;
  #pending: Pending[] = [];

  constructor(n: number, gamma: number) {
    if (!Number.isInteger(n) || n < 1) throw new RangeError(`NStep: n must be a positive integer; got ${n}`);
    if (!(gamma >= 0 && gamma <= 1)) throw new RangeError(`NStep: gamma must be in [0, 1]; got ${gamma}`);
    this.#n = n;
    this.#gamma = gamma;
  }

  /** Takes one step and returns the transitions it completed: at most one inside an episode, all that are pending at its end. */
  add(observation: Float32Array, action: number, step: Step): Transition[] {
    this.#pending.push({ observation, action, reward: 0, discount: 1 });
    for (const pending of this.#pending) {
      pending.reward += pending.discount * step.reward;
      pending.discount *= this.#gamma;
    }
    const ended = step.terminated || step.truncated;
    const complete = this.#pending.splice(0, ended ? this.#pending.length : this.#pending.length - this.#n + 1);
    return complete.map((pending) => ({
      observation: pending.observation,
      action: pending.action,
      reward: pending.reward,
      discount: step.terminated ? 0 : pending.discount,
      nextObservation: step.observation,
    }));
  }

  state(): Snapshot {
    return { pending: this.#pending.map((pending) => ({ ...pending })) };
  }

  /** Continues exactly where `state()` was taken. Throws FormatError. */
  restore(snapshot: Snapshot, observationLength: number, actionCount: number): void {
    const pending = readList(snapshot, 'pending', readSnapshot);
    if (pending.length >= this.#n)
      throw new FormatError(`snapshot: "pending" must list fewer than ${this.#n} steps; got ${pending.length}`);
    const discounts: number[] = [];
    for (const _ of pending) discounts.unshift((discounts[0] ?? 1) * this.#gamma); // γ for the newest, one factor more for each before
    this.#pending = pending.map((fields, i) => {
      const discount = readNumber(fields, 'discount');
      if (discount !== discounts[i]) throw new FormatError(`snapshot: "discount" must be ${discounts[i]} here; got ${discount}`);
      return {
        observation: readFinite(fields, 'observation', Float32Array, observationLength),
        action: readIndex(fields, 'action', actionCount),
        reward: readNumber(fields, 'reward'),
        discount,
      };
    });
  }
}
