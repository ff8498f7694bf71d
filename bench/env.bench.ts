// Environment steps with a policy that costs nothing: actions drawn beforehand. All registered environments, resets included,
// one alone and several copies in turn. Rules are compared with recorded trajectories in test/rl/envs; here every environment
// must pass checkEnv, two equal seeds must play equal games, and copies must play as they would alone.

import { checkEnv, createEnv, createVectorEnv, type Env, type EnvEntry, envs, Rng, type VectorEnv } from '../src/index.ts';
import { type Case, checkClose, type Group } from './case.ts';

const steps = 1000;
const copies = 8;

export const env: Group = {
  name: 'env',
  description: `environment steps with random actions, resets included; one alone, and ${copies} copies in turn`,
  kernelFree: true,
  isolated: true,
  createCases: () => envs.flatMap((entry) => [createCase(entry), createVectorCase(entry)]),
};

function createCase(entry: EnvEntry): Case {
  const player = createPlayer(entry.create(new Rng(8)));
  return {
    name: `${entry.name}, ${steps.toLocaleString('en-US')} steps`,
    work: { amount: steps, unit: 'steps' },
    check() {
      checkEnv(entry.create(new Rng(9)));
      const [one, other] = [0, 1].map(() => createPlayer(entry.create(new Rng(10))));
      for (let i = 0; i < 3; i++) checkClose(`${entry.name}: what a game adds up to`, [one()], [other()], 0);
    },
    run: player,
  };
}

function createVectorCase({ name }: EnvEntry): Case {
  const player = createVectorPlayer(createVectorEnv(name, copies, new Rng(8)));
  return {
    name: `${name}, ${copies} copies, ${steps.toLocaleString('en-US')} steps`,
    work: { amount: steps, unit: 'steps' },
    check() {
      const rng = new Rng(10);
      const together = createVectorPlayer(createVectorEnv(name, copies, rng.fork('all')));
      const alone = Array.from({ length: copies }, (_, copy) => {
        const own = copy === 0 ? rng.fork('all') : rng.fork('all').fork(`copy ${copy}`);
        return createPlayer(createEnv(name, own), (_, i) => i % copies === copy);
      });
      for (let i = 0; i < 3; i++) {
        const sum = alone.reduce((total, play) => total + play(), 0);
        checkClose(`${name}: what the games add up to`, [together()], [sum], 1e-6 * steps); // the order of adding differs
      }
    },
    run: player,
  };
}

/** Plays one environment on and on with some of the actions, and returns the sum of all rewards and of one number of each observation. */
function createPlayer(env: Env, isOurs: (action: number, i: number) => boolean = () => true): () => number {
  const actions = drawActions(env.actionCount).filter(isOurs);
  env.reset();
  return () => {
    let sum = 0;
    for (const action of actions) {
      const { observation, reward, terminated, truncated } = env.step(action);
      sum += reward + observation[0];
      if (terminated || truncated) env.reset();
    }
    return sum;
  };
}

/** The same for copies: every action is the next one's. */
function createVectorPlayer(env: VectorEnv): () => number {
  const actions = drawActions(env.actionCount);
  return () => {
    let sum = 0;
    for (let i = 0; i < steps; i++) {
      const { observation, reward } = env.step(i % copies, actions[i]);
      sum += reward + observation[0];
    }
    return sum;
  };
}

function drawActions(actionCount: number): Int32Array {
  const rng = new Rng(11);
  return new Int32Array(steps).map(() => rng.integer(actionCount));
}
