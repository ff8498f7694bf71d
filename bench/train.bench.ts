// The whole training loop on CartPole: acting, the environment, the memory and an update when one is due. What a user's
// progress bar shows as steps per second.

import { createEnv, DqnAgent, findPreset, Rng, train as trainAgent } from '../src/index.ts';
import { type Case, checkClose, type Group } from './case.ts';

/** Steps in one sample. */
const steps = 100;

export const train: Group = {
  name: 'train',
  description: 'the CartPole training loop, after the warm-up',
  createCases: () => ['steady', 'dqn'].map(createCase),
};

function createCase(preset: string): Case {
  const create = () => {
    const env = createEnv('CartPole-v1', new Rng(12));
    return { env, agent: new DqnAgent(env, findPreset(preset).config(25_000)) };
  };
  const { env, agent } = create();
  const reports = trainAgent(env, agent, Number.POSITIVE_INFINITY);
  const run = (): number => {
    let sum = 0;
    for (let i = 0; i < steps; i++) sum += reports.next().value?.update?.loss ?? 0;
    return sum;
  };
  return {
    name: `CartPole-v1, preset ${preset}, ${steps} steps`,
    work: { amount: steps, unit: 'steps' },
    /** The generator's losses are those of the loop written out; then plays until updates are under way. */
    check() {
      const [one, other] = [create(), create()];
      const losses = Array.from(trainAgent(one.env, one.agent, 1500), ({ update }) => update?.loss ?? 0);
      checkClose(this.name, losses, lossesOfPlainLoop(other.env, other.agent, 1500), 0);
      while (agent.updates < 100) run();
    },
    run,
  };
}

function lossesOfPlainLoop(env: ReturnType<typeof createEnv>, agent: DqnAgent, count: number): number[] {
  const losses: number[] = [];
  let observation = env.reset();
  for (let i = 0; i < count; i++) {
    const action = agent.act(observation);
    const step = env.step(action);
    agent.observe(observation, action, step);
    losses.push(agent.learn()?.loss ?? 0);
    observation = step.terminated || step.truncated ? env.reset() : step.observation;
  }
  return losses;
}
