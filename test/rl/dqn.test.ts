// One update at a time, on tables small enough for a pencil: what the goal is, what moves towards it, and what must not move.

import { DqnAgent, type DqnOptions, Tensor } from 'deepq';
import { describe, expect, test } from 'vitest';
import { readGoldenJson } from '../support/golden.ts';
import { createTableAgent, numbersOf, oneHot, parameterOf, setTable, stepTo, weightsOf } from '../support/table-agent.ts';

const nothing = [0, 0];

/** An agent at Q(0, ·) = [0.2, 0.8] whose next state 1 is worth [0.6, 0.4] to the target network, [0.1, 0.7] to the online one. */
function atTheCrossing(options: DqnOptions = {}): DqnAgent {
  const agent = createTableAgent(options);
  setTable(agent.online, [[0.2, 0.8], [0.1, 0.7], nothing]);
  setTable(agent.target, [[5, 5], [0.6, 0.4], nothing]);
  return agent;
}

describe('the goal', () => {
  interface Example {
    readonly q: readonly [number, number];
    readonly reward: number;
    readonly gamma: number;
    readonly next_q_target: readonly [number, number];
    readonly cases: readonly { readonly action: number; readonly td_error: number; readonly 'step_alpha_0.1': number }[];
  }
  const { td_example: example } = readGoldenJson<{ td_example: Example }>('numerics/rl_arithmetic.json');

  const rows = example.cases.map((each) => [each.action, each.td_error, each['step_alpha_0.1']] as const);
  test.each(rows)('of the introductory example: action %i, with an error of %f, moves by %f', (action, error, step) => {
    const agent = createTableAgent({ gamma: example.gamma });
    setTable(agent.online, [example.q, nothing, nothing]);
    setTable(agent.target, [nothing, example.next_q_target, nothing]);
    agent.observe(oneHot(0), action, stepTo(1, example.reward));
    const report = agent.learn();
    expect(weightsOf(agent.online)[0][action] - example.q[action]).toBeCloseTo(step, 6); // 0.134 and 0.074
    expect(report?.loss).toBeCloseTo(0.5 * error ** 2, 6);
  });

  // From Q(0, 0) = 0.2 a step of 0.1 · (goal − 0.2).
  const endings = [
    ['none', 1 + 0.9 * 0.6],
    ['truncated', 1 + 0.9 * 0.6], // we stopped watching: the future is worth what it was
    ['terminated', 1], // nothing follows
    ['both', 1],
  ] as const;
  test.each(endings)('with ending: %s', (ending, goal) => {
    const agent = atTheCrossing();
    agent.observe(oneHot(0), 0, stepTo(1, 1, ending));
    agent.learn();
    expect(weightsOf(agent.online)[0][0]).toBeCloseTo(0.2 + 0.1 * (goal - 0.2), 6);
  });

  test.each([
    [false, 0.6], // the target network chooses action 0 and values it
    [true, 0.4], // the online network chooses action 1, the target network values it
  ])('with double: %s', (double, nextValue) => {
    const agent = atTheCrossing({ double });
    agent.observe(oneHot(0), 0, stepTo(1, 1));
    agent.learn();
    expect(weightsOf(agent.online)[0][0]).toBeCloseTo(0.2 + 0.1 * (1 + 0.9 * nextValue - 0.2), 6);
  });

  test('sums n rewards, and bootstraps from where they end', () => {
    const agent = atTheCrossing({ nStep: 2 });
    agent.observe(oneHot(0), 0, stepTo(2, 10));
    expect(agent.learn()).toBeUndefined(); // nothing is complete yet
    agent.observe(oneHot(2), 1, stepTo(1, 20));
    agent.learn();
    expect(weightsOf(agent.online)[0][0]).toBeCloseTo(0.2 + 0.1 * (10 + 0.9 * 20 + 0.81 * 0.6 - 0.2), 5);
    expect(weightsOf(agent.online)[2]).toEqual(nothing);
  });

  test('takes rewards and values as they are, whatever their size', () => {
    const agent = createTableAgent();
    setTable(agent.target, [nothing, [-40, -30], nothing]);
    setTable(agent.online, [[-50, 60], nothing, nothing]);
    agent.observe(oneHot(0), 0, stepTo(1, -7));
    agent.learn();
    expect(weightsOf(agent.online)[0][0]).toBeCloseTo(-50 + 0.1 * (-7 + 0.9 * -30 + 50), 4);
    agent.observe(oneHot(0), 1, stepTo(1, 70, 'terminated'));
    agent.learn();
    expect(weightsOf(agent.online)[0][1]).toBeCloseTo(60 + 0.1 * (70 - 60), 4);
  });
});

describe('what does not move', () => {
  test('the other actions: only the taken one is part of the loss', () => {
    const agent = createTableAgent({
      network: { conv: [], hidden: [8], activation: 'tanh', layerNorm: true },
      optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 },
    });
    const column = (action: number): number[] => [...parameterOf(agent.online, 'head.weight').data].filter((_, i) => i % 2 === action);
    const bias = parameterOf(agent.online, 'head.bias').data;
    const before = { other: [...column(1), bias[1]], taken: [...column(0), bias[0]] };
    agent.observe(oneHot(0), 0, stepTo(1, 3));
    agent.learn();
    expect([...column(1), bias[1]]).toEqual(before.other);
    [...column(0), bias[0]].forEach((number, i) => {
      expect(number).not.toBe(before.taken[i]);
    });
  });

  test('the next state, even when both networks are equal: the goal is a constant', () => {
    const agent = createTableAgent({ targetEveryUpdates: 1 });
    setTable(agent.online, [[0.2, 0.8], [0.6, 0.4], nothing]);
    setTable(agent.target, [[0.2, 0.8], [0.6, 0.4], nothing]);
    agent.observe(oneHot(0), 1, stepTo(1, 1));
    agent.learn();
    expect(weightsOf(agent.online)[1]).toEqual([...Float32Array.of(0.6, 0.4)]);
    expect(parameterOf(agent.online, 'head.bias').data[0]).toBe(0); // that of the next state's best action
    expect(weightsOf(agent.online)[0][1]).toBeCloseTo(0.8 + 0.1 * (1 + 0.9 * 0.6 - 0.8), 6);
  });

  test('the target network, between synchronisations', () => {
    const agent = atTheCrossing();
    const before = numbersOf(agent.target);
    for (let i = 0; i < 5; i++) {
      agent.observe(oneHot(0), i % 2, stepTo(1, 1));
      agent.learn();
    }
    expect(numbersOf(agent.target)).toEqual(before);
  });

  test('anything, when the prediction is the goal', () => {
    const agent = createTableAgent();
    setTable(agent.online, [nothing, nothing, nothing]);
    setTable(agent.target, [nothing, nothing, nothing]);
    agent.observe(oneHot(0), 1, stepTo(1, 0));
    expect(agent.learn()).toEqual({ loss: 0, meanQ: 0, gradientNorm: 0 });
    expect(numbersOf(agent.online).every((number) => number === 0)).toBe(true);
  });
});

describe('the target network', () => {
  const learnOnce = (agent: DqnAgent): void => {
    agent.observe(oneHot(0), 0, stepTo(1, 1));
    agent.learn();
  };

  test('starts as a copy of the online network', () => {
    const agent = createTableAgent({ network: { conv: [], hidden: [5], activation: 'relu', layerNorm: true } });
    expect(numbersOf(agent.target)).toEqual(numbersOf(agent.online));
  });

  test('is copied every C updates, and not before', () => {
    const agent = atTheCrossing({ targetEveryUpdates: 3 });
    const first = numbersOf(agent.target);
    for (let update = 1; update <= 7; update++) {
      const before = numbersOf(agent.target);
      learnOnce(agent);
      expect(numbersOf(agent.target)).toEqual(update % 3 === 0 ? numbersOf(agent.online) : before);
    }
    expect(numbersOf(agent.target)).not.toEqual(first);
    expect(numbersOf(agent.target)).not.toEqual(numbersOf(agent.online));
  });

  test('moves by τ of the difference every C updates', () => {
    const agent = atTheCrossing({ targetEveryUpdates: 2, targetBlend: 0.25 });
    for (let update = 1; update <= 6; update++) {
      const before = numbersOf(agent.target);
      learnOnce(agent);
      const online = numbersOf(agent.online);
      const expected = before.map((value, i) => (update % 2 === 0 ? value + 0.25 * (online[i] - value) : value));
      numbersOf(agent.target).forEach((value, i) => {
        expect(value).toBeCloseTo(expected[i], 6);
      });
    }
  });
});

test('the batch is averaged, each sample by its weight', () => {
  const agent = atTheCrossing({ batchSize: 2, warmupSteps: 2, replayCapacity: 2 });
  agent.observe(oneHot(0), 0, stepTo(1, 1));
  agent.observe(oneHot(0), 0, stepTo(1, 1));
  const row = (state: number): Tensor => new Tensor(Float32Array.from([...oneHot(state), ...oneHot(state)]), [2, 3]);
  agent.replay.sample = () => ({
    observation: row(0),
    action: Int32Array.of(0, 1),
    reward: Float32Array.of(1, 2),
    discount: Float32Array.of(0, 0.5),
    nextObservation: row(1),
    weight: new Tensor(Float32Array.of(1, 0.5), [2]),
    slot: Int32Array.of(0, 1),
  });
  const report = agent.learn();
  const errors = [1 - 0.2, 2 + 0.5 * 0.6 - 0.8];
  expect(report?.loss).toBeCloseTo((0.5 * errors[0] ** 2 + 0.5 * 0.5 * errors[1] ** 2) / 2, 6);
  expect(report?.meanQ).toBeCloseTo(0.6, 6);
  expect(weightsOf(agent.online)[0][0]).toBeCloseTo(0.2 + (0.1 * errors[0]) / 2, 6);
  expect(weightsOf(agent.online)[0][1]).toBeCloseTo(0.8 + (0.1 * 0.5 * errors[1]) / 2, 6);
});

test('images go through convolutions, scaled on the way', () => {
  const network = { conv: [{ filters: 2, kernel: 2, stride: 1 }], hidden: [4], activation: 'relu', layerNorm: false } as const;
  const spaces = { observationShape: [3, 3, 1], actionCount: 2 };
  const [bytes, units] = [255, 1].map((scale) => new DqnAgent(spaces, { network, observationScale: 1 / scale, seed: 3 }));
  const image = Float32Array.from({ length: 9 }, (_, i) => i * 25);
  const values = units.qValues(image.map((x) => x / 255));
  bytes.qValues(image).forEach((value, i) => {
    expect(value).toBeCloseTo(values[i], 6);
  });
});
