// The agent and a prioritized memory together: what surprises is told to the memory, and the memory how far the run is.

import { expect, test } from 'vitest';
import { createTableAgent, oneHot, setTable, stepTo } from '../support/table-agent.ts';

const nothing = [0, 0];
const beta = { kind: 'linear', start: 0, end: 1, steps: 4 } as const;

test('after an update the memory knows the size of each error', () => {
  const agent = createTableAgent({
    sampling: { kind: 'prioritized', alpha: 1, beta },
    learningRate: { kind: 'constant', value: 0 },
    ...{ batchSize: 2, warmupSteps: 2, replayCapacity: 2 },
  });
  setTable(agent.online, [[3, 1], nothing, nothing]);
  agent.observe(oneHot(0), 0, stepTo(2, 0, 'terminated')); // error 3
  agent.observe(oneHot(0), 1, stepTo(2, 2, 'terminated')); // error 1
  agent.learn();
  const [large, small] = agent.replay.state()['priorities'] as Float32Array;
  expect(large).toBeCloseTo(3, 5);
  expect(small).toBeCloseTo(1, 5);
});

test('the memory hears how many steps were taken', () => {
  const agent = createTableAgent({ sampling: { kind: 'prioritized', alpha: 1, beta } });
  const heard: number[] = [];
  const { replay } = agent;
  const sample = replay.sample.bind(replay);
  replay.sample = (count, rng, step) => {
    heard.push(step);
    return sample(count, rng, step);
  };
  for (let i = 0; i < 3; i++) {
    agent.observe(oneHot(0), 0, stepTo(1, 1));
    agent.learn();
  }
  expect(heard).toEqual([1, 2, 3]);
});
