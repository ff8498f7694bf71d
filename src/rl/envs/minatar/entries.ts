// The MinAtar games as the registry offers them, which is as results are published [Young & Tian 2019]: all six actions, sticky
// with probability 0.1, ramping on. A game counts as solved at the return that the paper's DQN has after 1,000,000 steps.

import type { Rng } from '../../../tensor/index.ts';
import { StickyAction } from '../../wrappers/sticky-action.ts';
import type { EnvEntry } from '../env-entry.ts';
import { Asterix, asterixRules } from './asterix.ts';
import { Breakout, breakoutRules } from './breakout.ts';
import { Freeway, freewayRules } from './freeway.ts';
import { boardSize, type MinAtarGame, type MinAtarRules, minAtarActions } from './minatar-game.ts';
import { Seaquest, seaquestRules } from './seaquest.ts';
import { SpaceInvaders, spaceInvadersRules } from './space-invaders.ts';

/** An entry for a game, whose actions and luck come from one generator: each step draws first whether the action sticks. */
const sticky = (
  { name, channels }: MinAtarRules,
  description: string,
  solvedReturn: number,
  createGame: (rng: Rng) => MinAtarGame,
): EnvEntry => ({
  name: `MinAtar-${name}`,
  description,
  observation: `[${boardSize}, ${boardSize}, ${channels.length}]: 1 at each ${channels.map((channel) => channel.name).join(', ')}`,
  actions: minAtarActions,
  timeLimit: null,
  solvedReturn,
  trainingSteps: 1_000_000,
  preset: 'minatar',
  create: (rng) => new StickyAction(createGame(rng), rng),
});

export const minAtarEntries: readonly EnvEntry[] = [
  sticky(breakoutRules, 'Keep a ball in play with a paddle; 1 for each brick it takes out of a wall.', 9.2, (rng) => new Breakout(rng)),
  sticky(asterixRules, 'Collect gold, 1 each, and keep away from enemies.', 7, (rng) => new Asterix(rng)),
  sticky(freewayRules, 'Lead a chicken across a road of eight lanes; 1 for each crossing.', 47.9, (rng) => new Freeway(rng)),
  sticky(seaquestRules, 'Shoot fish and submarines, 1 each, rescue divers, and come up for air.', 1, (rng) => new Seaquest(rng)),
  sticky(spaceInvadersRules, 'Shoot aliens, 1 each, before they shoot you or land.', 34, (rng) => new SpaceInvaders(rng)),
];
