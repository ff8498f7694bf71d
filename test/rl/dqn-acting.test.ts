// How the agent acts: which actions are random, how often, and what the others are.

import { DqnAgent, type Schedule } from 'deepq';
import { describe, expect, test } from 'vitest';
import { readGoldenJson } from '../support/golden.ts';
import { createTableAgent, oneHot, parameterOf, setTable, stepTo, tableActions } from '../support/table-agent.ts';

const table = [
  [1, 2],
  [4, 3],
  [5, 5],
];

describe('ε', () => {
  interface Recorded {
    readonly start: number;
    readonly end: number;
    readonly steps?: number;
    readonly decay?: number;
    readonly at: readonly number[];
    readonly linear?: readonly number[];
    readonly exponential?: readonly number[];
  }
  const { epsilon: recorded } = readGoldenJson<{ epsilon: readonly Recorded[] }>('numerics/rl_arithmetic.json');

  test.each(recorded)('follows a recorded schedule from $start to $end', ({ start, end, steps, decay, at, linear, exponential }) => {
    const epsilon: Schedule =
      steps === undefined ? { kind: 'exponential', start, end, decay: decay ?? 0 } : { kind: 'linear', start, end, steps };
    const expected = linear ?? exponential ?? [];
    const agent = createTableAgent({ epsilon });
    at.forEach((step, i) => {
      while (agent.steps < step) agent.observe(oneHot(0), 0, stepTo(1, 0));
      expect(agent.epsilon).toBeCloseTo(expected[i], 12);
    });
  });

  test('is 1 while the memory warms up, and the schedule does not wait for it', () => {
    const agent = createTableAgent({ warmupSteps: 10, epsilon: { kind: 'linear', start: 0.8, end: 0, steps: 20 } });
    for (let step = 0; step < 30; step++) {
      expect(agent.epsilon).toBeCloseTo(step < 10 ? 1 : step < 20 ? 0.8 * (1 - step / 20) : 0, 12);
      agent.observe(oneHot(0), 0, stepTo(1, 0));
    }
  });

  // With the better action known, the other one is taken only by chance: with probability ε/2.
  test.each([0, 0.1, 0.5, 1])('of %f is the share of random actions', (value) => {
    const agent = createTableAgent({ epsilon: { kind: 'constant', value } });
    setTable(agent.online, table);
    agent.observe(oneHot(0), 0, stepTo(1, 0)); // the warmup
    const draws = 20_000;
    let other = 0;
    for (let i = 0; i < draws; i++) if (agent.act(oneHot(1)) !== 0) other++;
    const expected = value / 2;
    const deviation = Math.sqrt((expected * (1 - expected)) / draws);
    expect(Math.abs(other / draws - expected)).toBeLessThanOrEqual(4 * deviation); // by chance once in 16,000 seeds
  });

  test('of 1 draws every action equally often', () => {
    const agent = new DqnAgent({ observationShape: [2], actionCount: 5 }, { seed: 11 });
    const draws = 20_000;
    const counts = [0, 0, 0, 0, 0];
    for (let i = 0; i < draws; i++) counts[agent.act(Float32Array.of(1, 0))]++;
    const chiSquare = counts.reduce((sum, count) => sum + (count - draws / 5) ** 2 / (draws / 5), 0);
    expect(chiSquare).toBeLessThan(18.5); // 4 degrees of freedom, p = 0.001
  });
});

describe('without chance', () => {
  test('the action of the largest value is taken, the first of several', () => {
    const agent = createTableAgent();
    setTable(agent.online, table);
    setTable(agent.target, [
      [9, 0],
      [0, 9],
      [0, 9],
    ]);
    agent.observe(oneHot(0), 0, stepTo(1, 0));
    expect([0, 1, 2].map((state) => agent.greedyAction(oneHot(state)))).toEqual([1, 0, 0]);
    expect([0, 1, 2].map((state) => agent.act(oneHot(state)))).toEqual([1, 0, 0]);
  });

  test('values are those of the network: of any size and sign, not probabilities', () => {
    const agent = createTableAgent();
    const rows = [
      [-100, 250],
      [0.5, -3],
      [0, 0],
    ];
    setTable(agent.online, rows);
    parameterOf(agent.online, 'head.bias').data.set([1, -2]);
    rows.forEach((row, state) => {
      expect([...agent.qValues(oneHot(state))]).toEqual([row[0] + 1, row[1] - 2]);
    });
  });

  test('scaling the observations scales the values', () => {
    const agent = createTableAgent({ observationScale: 0.5 });
    setTable(agent.online, table);
    expect([...agent.qValues(oneHot(1))]).toEqual([2, 1.5]);
  });

  test('what is returned belongs to the caller', () => {
    const agent = createTableAgent();
    setTable(agent.online, table);
    const first = agent.qValues(oneHot(0));
    agent.qValues(oneHot(1));
    first.fill(0, 0, 1);
    expect([...first]).toEqual([0, 2]);
    expect([...agent.qValues(oneHot(0))]).toEqual([1, 2]);
  });
});

test('greedy actions draw nothing: an evaluation in between does not change what is explored', () => {
  const explored = (greedyCalls: number): number[] => {
    const agent = createTableAgent({ epsilon: { kind: 'constant', value: 0.5 } });
    return Array.from({ length: 50 }, () => {
      for (let i = 0; i < greedyCalls; i++) agent.greedyAction(oneHot(1));
      return agent.act(oneHot(1));
    });
  };
  expect(explored(3)).toEqual(explored(0));
  expect(new Set(explored(0)).size).toBe(tableActions);
});
