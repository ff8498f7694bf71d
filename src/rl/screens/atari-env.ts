// The whole pipeline of the 2015 agent in one call: grey 84 × 84 frames, each the maximum of two, four of them stacked, actions held
// for four frames, rewards cut to their sign, random waits at the start, an episode for each life [Mnih 2015, Methods].

import type { Rng } from '../../tensor/index.ts';
import type { Env } from '../env.ts';
import { ClipReward } from '../wrappers/clip-reward.ts';
import { FrameStack } from '../wrappers/frame-stack.ts';
import { ScreenEnv, type ScreenEnvOptions } from './screen-env.ts';
import type { ScreenGame } from './screen-game.ts';

export interface AtariOptions extends ScreenEnvOptions {
  /** Observations side by side. Mnih 2015: 4. */
  readonly stack: number;
  /** Rewards become their sign. Mnih 2015: true while learning. */
  readonly clipReward: boolean;
}

/** An environment with observations [84, 84, 4] for any game on a screen; learning's settings unless options say otherwise. */
export function createAtariEnv(game: ScreenGame, rng: Rng, options: Partial<AtariOptions> = {}): Env {
  const { stack = 4, clipReward = true, ...screen } = options;
  const stacked = new FrameStack(new ScreenEnv(game, rng, screen), stack);
  return clipReward ? new ClipReward(stacked) : stacked;
}

/** How the published scores were played: whole games, true rewards; the rest as in learning. */
export const atariEvaluation: Partial<AtariOptions> = { lifeLoss: false, clipReward: false };
