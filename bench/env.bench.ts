// Environment steps with a policy that costs nothing: actions drawn beforehand. All registered environments, resets included.
// Rules are compared with recorded trajectories in test/rl/envs; here every environment must pass checkEnv, and two equal seeds
// must play equal games.

import { checkEnv, type Env, type EnvEntry, envs, Rng } from '../src/index.ts';
import { type Case, checkClose, type Group } from './case.ts';

const steps = 1000;

export const env: Group = {
  name: 'env',
  description: 'environment steps with random actions, resets included',
  kernelFree: true,
  isolated: true,
  createCases: () => envs.map(createCase),
};

function createCase(entry: EnvEntry): Case {
  const player = new Player(entry.create(new Rng(8)));
  return {
    name: `${entry.name}, ${steps.toLocaleString('en-US')} steps`,
    work: { amount: steps, unit: 'steps' },
    check() {
      checkEnv(entry.create(new Rng(9)));
      const [one, other] = [0, 1].map(() => new Player(entry.create(new Rng(10))));
      for (let i = 0; i < 3; i++) checkClose(`${entry.name}: what a game adds up to`, [one.play()], [other.play()], 0);
    },
    run: () => player.play(),
  };
}

/** Plays one environment on and on. */
class Player {
  readonly #env: Env;
  readonly #actions: Int32Array;

  constructor(env: Env) {
    const rng = new Rng(11);
    this.#env = env;
    this.#actions = new Int32Array(steps).map(() => rng.integer(env.actionCount));
    env.reset();
  }

  /** The sum of all rewards and of one number of each observation. */
  play(): number {
    const env = this.#env;
    let sum = 0;
    for (const action of this.#actions) {
      const { observation, reward, terminated, truncated } = env.step(action);
      sum += reward + observation[0];
      if (terminated || truncated) env.reset();
    }
    return sum;
  }
}
