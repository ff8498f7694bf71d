// The agent with noise on its weights: it explores by them, judges without them, and draws them anew after each update.

import { DqnAgent, type DqnOptions, Tensor } from 'deepq';
import { expect, test } from 'vitest';
import { parameterOf } from '../support/table-agent.ts';

const spaces = { observationShape: [2], actionCount: 5 };
const observation = Float32Array.of(1, -0.5);
const options: DqnOptions = {
  noise: 0.5,
  double: false,
  network: { conv: [], hidden: [8], activation: 'relu', layerNorm: false },
  learningRate: { kind: 'constant', value: 0 },
  epsilon: { kind: 'constant', value: 0 },
  ...{ batchSize: 1, warmupSteps: 1, replayCapacity: 4, updateEverySteps: 2, nStep: 1 },
};

/** One step, after which an update may be due. */
function step(agent: DqnAgent): boolean {
  agent.observe(observation, 0, { observation, reward: 0, terminated: false, truncated: false });
  return agent.learn() !== undefined;
}

test('acting changes with every update and not between, judging never: nothing was learned here', () => {
  const agent = new DqnAgent(spaces, options);
  step(agent);
  const values = agent.qValues(observation);
  const actions = new Set<number>();
  let action = agent.act(observation);
  for (let i = 0; i < 200; i++) {
    const updated = step(agent);
    const next = agent.act(observation);
    if (!updated) expect(next).toBe(action);
    action = next;
    actions.add(action);
    expect(agent.qValues(observation)).toEqual(values);
    expect(agent.greedyAction(observation)).toBe(values.indexOf(Math.max(...values)));
  }
  expect(actions.size).toBeGreaterThan(2);
});

test('the two networks have noise of their own', () => {
  const agent = new DqnAgent(spaces, options);
  const input = new Tensor(observation, [1, 2]);
  const [online, target] = [agent.online, agent.target].map((network) => [...network.forward(input).data]);
  expect(online).not.toEqual(target);
  expect([...agent.online.withoutNoise(input).data]).toEqual([...agent.target.withoutNoise(input).data]);
});

test('σ is learned', () => {
  const agent = new DqnAgent(spaces, { ...options, learningRate: { kind: 'constant', value: 0.1 } });
  const before = parameterOf(agent.online, 'head.weightSigma').data.slice();
  for (let i = 0; i < 4; i++) {
    agent.observe(observation, 0, { observation, reward: 1, terminated: true, truncated: false });
    agent.learn();
  }
  expect(parameterOf(agent.online, 'head.weightSigma').data).not.toEqual(before);
});

test('a restored agent has the noise of the moment', () => {
  const agent = new DqnAgent(spaces, options);
  for (let i = 0; i < 7; i++) step(agent);
  const restored = new DqnAgent(spaces, options);
  restored.restore(agent.state());
  for (let i = 0; i < 20; i++) {
    expect(restored.act(observation)).toBe(agent.act(observation));
    step(agent);
    step(restored);
  }
});
