// When an update is due, how far it goes, and how the two counters count: the schedule of learning, on a table.

import { type Schedule, valueAt } from 'deepq';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createTableAgent, numbersOf, oneHot, setTable, stepTo, weightsOf } from '../support/table-agent.ts';

test('updates begin after the warmup and come every k steps, and only with a full batch', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 4 }),
      (warmup, updateEverySteps, batchSize, nStep) => {
        const warmupSteps = Math.max(warmup, batchSize);
        const agent = createTableAgent({ warmupSteps, updateEverySteps, batchSize, nStep, replayCapacity: 50 });
        let updates = 0;
        for (let step = 1; step <= 30; step++) {
          agent.observe(oneHot(0), 0, stepTo(1, 0));
          const stored = step - nStep + 1; // the last steps wait for their rewards
          const due = step >= warmupSteps && step % updateEverySteps === 0 && stored >= batchSize;
          if (due) updates++;
          expect(agent.learn() !== undefined).toBe(due);
          expect([agent.steps, agent.updates]).toEqual([step, updates]);
        }
      },
    ),
  );
});

test('the learning rate follows its schedule over environment steps', () => {
  const schedules: Schedule[] = [
    { kind: 'constant', value: 0.25 },
    { kind: 'linear', start: 0.5, end: 0, steps: 8 },
    { kind: 'exponential', start: 0.5, end: 0.01, decay: 0.7 },
    { kind: 'cosine', start: 0.4, end: 0.1, steps: 6 },
  ];
  for (const learningRate of schedules) {
    const agent = createTableAgent({ learningRate, updateEverySteps: 2 });
    for (let step = 1; step <= 12; step++) {
      setTable(agent.online, [
        [0, 0],
        [0, 0],
        [0, 0],
      ]);
      agent.observe(oneHot(0), 1, stepTo(1, 2, 'terminated')); // an error of 2
      const moved = agent.learn() === undefined ? 0 : 2 * valueAt(learningRate, step);
      expect(weightsOf(agent.online)[0][1]).toBeCloseTo(step % 2 === 0 ? moved : 0, 6);
    }
  }
});

test('the gradient is cut to its largest norm and reported as it was', () => {
  // An error of 4 on one weight and one bias: a gradient of norm 4√2.
  const norm = 4 * Math.SQRT2;
  for (const maxGradientNorm of [null, 0.5, norm - 0.1, norm + 0.1, 100]) {
    const agent = createTableAgent({ maxGradientNorm });
    setTable(agent.online, [
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
    agent.observe(oneHot(0), 0, stepTo(1, 4, 'terminated'));
    expect(agent.learn()?.gradientNorm).toBeCloseTo(norm, 5);
    const factor = maxGradientNorm === null ? 1 : Math.min(1, maxGradientNorm / norm);
    expect(weightsOf(agent.online)[0][0]).toBeCloseTo(0.1 * 4 * factor, 5);
  }
});

test.each([
  ['huber within delta: slope is the error', { kind: 'huber', delta: 5 }, 4, 8],
  ['huber beyond delta: slope is delta', { kind: 'huber', delta: 1 }, 1, 3.5],
  ['mse: slope is twice the error', { kind: 'mse' }, 8, 16],
] as const)('%s', (_, loss, slope, value) => {
  const agent = createTableAgent({ loss });
  setTable(agent.online, [
    [0, 0],
    [0, 0],
    [0, 0],
  ]);
  agent.observe(oneHot(0), 0, stepTo(1, 4, 'terminated'));
  expect(agent.learn()?.loss).toBeCloseTo(value, 5);
  expect(weightsOf(agent.online)[0][0]).toBeCloseTo(0.1 * slope, 6);
});

test('a memory of limited capacity forgets the oldest', () => {
  const agent = createTableAgent({ replayCapacity: 4, batchSize: 4, warmupSteps: 4, targetEveryUpdates: 1 });
  for (let i = 0; i < 4; i++) agent.observe(oneHot(0), 0, stepTo(1, 1, 'terminated'));
  for (let i = 0; i < 4; i++) agent.observe(oneHot(2), 1, stepTo(1, 1, 'terminated'));
  const before = weightsOf(agent.online);
  for (let i = 0; i < 10; i++) agent.learn();
  expect(agent.replay.size).toBe(4);
  expect(weightsOf(agent.online)[0]).toEqual(before[0]);
  expect(weightsOf(agent.online)[2][1]).not.toBe(before[2][1]);
});

test('acting, asking for values and reading counters changes nothing that is learned', () => {
  const agent = createTableAgent();
  const before = numbersOf(agent.online);
  for (let state = 0; state < 3; state++) {
    agent.act(oneHot(state));
    agent.greedyAction(oneHot(state));
    agent.qValues(oneHot(state));
  }
  expect(numbersOf(agent.online)).toEqual(before);
  expect([agent.steps, agent.updates, agent.replay.size]).toEqual([0, 0, 0]);
});
