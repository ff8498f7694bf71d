// The environments by name: what a command line, a page or a benchmark may offer. A name stands for fixed rules, limit
// included; for other options construct the class itself.

import { Rng } from '../../tensor/index.ts';
import { checkSize, type Env } from '../env.ts';
import { atariEvaluation, createAtariEnv } from '../screens/atari-env.ts';
import { UnknownNameError } from '../suggest.ts';
import { VectorEnv } from '../vector-env.ts';
import { TimeLimit } from '../wrappers/time-limit.ts';
import { Acrobot } from './acrobot.ts';
import { CartPole } from './cart-pole.ts';
import { Catch } from './catch.ts';
import { Chain } from './chain.ts';
import { DeepSea } from './deep-sea.ts';
import type { EnvEntry } from './env-entry.ts';
import { GridWorld } from './grid-world.ts';
import { minAtarEntries } from './minatar/entries.ts';
import { MountainCar } from './mountain-car.ts';
import { Orchard } from './orchard.ts';

/** An entry for an environment whose episodes are cut at the entry's limit. */
const limited = (
  entry: Omit<EnvEntry, 'create' | 'createForEvaluation' | 'timeLimit'>,
  timeLimit: number,
  create: (rng: Rng) => Env,
): EnvEntry => ({
  ...entry,
  timeLimit,
  create: (rng) => new TimeLimit(create(rng), timeLimit),
});

export const envs: readonly EnvEntry[] = [
  limited(
    {
      name: 'CartPole-v1',
      description: 'Keep a pole upright on a cart by pushing the cart; 1 for every step.',
      observation: '[4]: position, velocity, pole angle, pole angular velocity',
      actions: ['left', 'right'],
      solvedReturn: 475,
      trainingSteps: 25_000,
      preset: 'steady',
    },
    500,
    (rng) => new CartPole(rng),
  ),
  limited(
    {
      name: 'MountainCar-v0',
      description: 'Rock a weak car out of a valley; −1 for every step until it is out.',
      observation: '[2]: position, velocity',
      actions: ['left', 'coast', 'right'],
      solvedReturn: -110,
      trainingSteps: 120_000,
      preset: 'steady',
    },
    200,
    (rng) => new MountainCar(rng),
  ),
  limited(
    {
      name: 'Acrobot-v1',
      description: 'Swing the end of a double pendulum above the bar; −1 for every step until it is there.',
      observation: '[6]: cosine and sine of both joint angles, both angular velocities',
      actions: ['torque −1', 'torque 0', 'torque +1'],
      solvedReturn: -100,
      trainingSteps: 100_000,
      preset: 'steady',
    },
    500,
    (rng) => new Acrobot(rng),
  ),
  limited(
    {
      name: 'GridWorld-3x3',
      description: 'Walk across nine cells to the goal, past the trap; 1 at the goal, −1 in the trap.',
      observation: '[9]: one-hot cell',
      actions: ['up', 'down', 'left', 'right'],
      solvedReturn: 1,
      trainingSteps: 10_000,
      preset: 'steady',
    },
    100,
    (rng) => new GridWorld(rng),
  ),
  {
    name: 'Catch',
    description: 'Move a paddle under a falling ball; 1 for a catch, −1 for a miss, at the last step only.',
    observation: '[10, 5, 1]: 1 at the ball and at the paddle',
    actions: ['left', 'stay', 'right'],
    timeLimit: null,
    solvedReturn: 0.95,
    trainingSteps: 20_000,
    preset: 'steady',
    create: (rng) => new Catch(rng),
  },
  limited(
    {
      name: 'Chain',
      description: 'Choose between a small prize at the left end of a row of states and a large one at the right end.',
      observation: '[7]: one-hot state',
      actions: ['left', 'right'],
      solvedReturn: 1,
      trainingSteps: 10_000,
      preset: 'steady',
    },
    100,
    (rng) => new Chain(rng),
  ),
  {
    name: 'DeepSea',
    description: 'Dive to a treasure that one sequence of ten actions reaches, at a small cost for each step towards it.',
    observation: '[10, 10, 1]: one-hot cell, all zero at the end',
    actions: ['right in some cells, left in the others', 'the opposite'],
    timeLimit: null,
    solvedReturn: 0.95,
    trainingSteps: 50_000,
    preset: 'steady',
    create: () => new DeepSea(new Rng(0)), // one sea for all seeds: agents are scored in the one in which they learned
  },
  ...minAtarEntries,
  {
    name: 'Orchard',
    description: 'Catch falling apples in a basket, seen as pixels alone through the pipeline of the Atari agents; 1 for each, at most 30.',
    observation: '[84, 84, 4]: the last four screens, grey and small, 0…255',
    actions: ['stay', 'left', 'right'],
    timeLimit: null,
    solvedReturn: 20,
    trainingSteps: 50_000,
    preset: 'atari',
    create: (rng) => createAtariEnv(new Orchard(rng.fork('game')), rng),
    createForEvaluation: (rng) => createAtariEnv(new Orchard(rng.fork('game')), rng, atariEvaluation),
  },
];

/** The entry of this name. Throws UnknownNameError, which suggests the closest name. */
export function findEnv(name: string): EnvEntry {
  const entry = envs.find((candidate) => candidate.name === name);
  if (entry === undefined) {
    throw new UnknownNameError(
      'environment',
      name,
      envs.map((candidate) => candidate.name),
    );
  }
  return entry;
}

/** A new environment of this name, which draws its luck from the generator. Throws UnknownNameError. */
export const createEnv = (name: string, rng: Rng): Env => findEnv(name).create(rng);

/**
 * Copies of the environment of this name. The first draws from the generator itself, and so plays as if alone. Throws UnknownNameError,
 * RangeError unless there is to be a whole number of them.
 */
export function createVectorEnv(name: string, count: number, rng: Rng): VectorEnv {
  checkSize('createVectorEnv.count', count, 1);
  return new VectorEnv(Array.from({ length: count }, (_, copy) => createEnv(name, copy === 0 ? rng : rng.fork(`copy ${copy}`))));
}

/** The environment in which agents of this name are scored. Throws UnknownNameError. */
export function createEvaluationEnv(name: string, rng: Rng): Env {
  const entry = findEnv(name);
  return (entry.createForEvaluation ?? entry.create)(rng);
}
