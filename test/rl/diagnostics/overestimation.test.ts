import { createEnv, DqnAgent, type Env, measureOverestimation, Rng } from 'deepq';
import { expect, test } from 'vitest';

/** Pays 1 for each of so many steps, then ends. */
function wage(steps: number, ending: 'terminated' | 'truncated'): Env {
  let t = 0;
  return {
    observationShape: [1],
    actionCount: 2,
    reset() {
      t = 0;
      return Float32Array.of(1);
    },
    step() {
      const last = ++t === steps;
      return {
        observation: Float32Array.of(1),
        reward: 1,
        terminated: last && ending === 'terminated',
        truncated: last && ending === 'truncated',
      };
    },
  };
}

/** An agent that says the same of every state: 5 for its best action. */
function confident(): DqnAgent {
  const agent = new DqnAgent(
    { observationShape: [1], actionCount: 2 },
    { gamma: 0.5, network: { conv: [], hidden: [4], activation: 'relu', layerNorm: false } },
  );
  for (const { data } of agent.online.parameters().values()) data.fill(0);
  const bias = [...agent.online.parameters().values()].find(({ shape }) => shape.length === 1 && shape[0] === 2);
  bias?.data.set([5, 3]);
  return agent;
}

test('what follows is discounted from each step: 1.75, 1.5 and 1 for three steps of 1 with γ = 1/2', () => {
  const { predicted, realised } = measureOverestimation(confident(), wage(3, 'terminated'), 2);
  expect(predicted).toBeCloseTo(5, 12);
  expect(realised).toBeCloseTo((1.75 + 1.5 + 1) / 3, 12);
});

test('where an episode was cut the network itself says what would have followed', () => {
  const { realised } = measureOverestimation(confident(), wage(2, 'truncated'), 1);
  expect(realised).toBeCloseTo((1 + 0.5 * (1 + 0.5 * 5) + (1 + 0.5 * 5)) / 2, 12);
});

test('equal seeds give equal numbers', () => {
  const agent = new DqnAgent(createEnv('CartPole-v1', new Rng(1)));
  const measure = (): unknown => measureOverestimation(agent, createEnv('CartPole-v1', new Rng(2)), 3);
  expect(measure()).toEqual(measure());
});
