// Rewards cut to their sign, so that one learning rate fits games of any scale [Mnih 2015, Methods]. The learner no longer sees
// that one prize is larger than another; evaluate without it.

import type { Step } from '../env.ts';
import { Wrapper } from './wrapper.ts';

/** A reward r becomes −1, 0 or 1. */
export class ClipReward extends Wrapper {
  step(action: number): Step {
    const step = this.env.step(action);
    return { ...step, reward: Math.sign(step.reward) };
  }
}
