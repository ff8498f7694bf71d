import { ConfigError, LayerNorm, type NetworkConfig, QNetwork, Rng, Tensor } from 'deepq';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { numbersOf } from '../support/table-agent.ts';

const plain: NetworkConfig = { conv: [], hidden: [], activation: 'relu', layerNorm: false };
const shapesOf = (network: QNetwork): Record<string, readonly number[]> =>
  Object.fromEntries(Array.from(network.parameters(), ([name, { shape }]) => [name, shape]));
const filled = (shape: readonly number[], seed = 1): Tensor => {
  const rng = new Rng(seed);
  const length = shape.reduce((size, axis) => size * axis, 1);
  return new Tensor(
    Float32Array.from({ length }, () => rng.uniform(-1, 1)),
    shape,
  );
};

test('writes Z numbers for each action, for observations and networks of any size', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }),
      fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 3 }),
      fc.record({ B: fc.integer({ min: 1, max: 4 }), A: fc.integer({ min: 1, max: 4 }), Z: fc.integer({ min: 1, max: 3 }) }),
      fc.boolean(),
      (observationShape, hidden, { B, A, Z }, layerNorm) => {
        const config: NetworkConfig = { conv: [], hidden, activation: 'tanh', layerNorm };
        const network = new QNetwork({ observationShape, actionCount: A }, config, Z, new Rng(1));
        expect(network.forward(filled([B, ...observationShape])).shape).toEqual([B, A, Z]);
      },
    ),
  );
});

test('each row of a batch has the values it has alone', () => {
  const config: NetworkConfig = { conv: [{ filters: 3, kernel: 2, stride: 1 }], hidden: [8], activation: 'relu', layerNorm: true };
  const network = new QNetwork({ observationShape: [4, 3, 2], actionCount: 3 }, config, 1, new Rng(2));
  const batch = filled([5, 4, 3, 2]);
  const together = network.forward(batch).data;
  for (let row = 0; row < 5; row++) {
    const alone = network.forward(new Tensor(batch.data.slice(row * 24, row * 24 + 24), [1, 4, 3, 2])).data;
    alone.forEach((value, i) => {
      expect(together[row * 3 + i]).toBeCloseTo(value, 6);
    });
  }
});

test('without hidden layers it is linear, and nothing follows the head', () => {
  const network = new QNetwork({ observationShape: [2], actionCount: 2 }, plain, 1, new Rng(3));
  expect(shapesOf(network)).toEqual({ 'head.weight': [2, 2], 'head.bias': [2] });
  network.parameters().get('head.weight')?.data.set([10, -20, 30, -40]);
  network.parameters().get('head.bias')?.data.set([1, 2]);
  expect([...network.forward(new Tensor(Float32Array.of(1, 2), [1, 2])).data]).toEqual([71, -98]);
});

describe('the torso', () => {
  test('of the 2015 agent has its sizes', () => {
    const conv = [
      { filters: 32, kernel: 8, stride: 4 },
      { filters: 64, kernel: 4, stride: 2 },
      { filters: 64, kernel: 3, stride: 1 },
    ];
    const network = new QNetwork({ observationShape: [84, 84, 4], actionCount: 6 }, { ...plain, conv, hidden: [512] }, 1, new Rng(4));
    const weights = Object.entries(shapesOf(network)).filter(([name]) => name.endsWith('weight'));
    expect(weights.map(([, shape]) => shape)).toEqual([
      [8, 8, 4, 32],
      [4, 4, 32, 64],
      [3, 3, 64, 64],
      [3136, 512],
      [512, 6],
    ]);
  });

  test('normalises each hidden layer before its activation when told to', () => {
    const hidden = [6, 5];
    const network = new QNetwork({ observationShape: [3], actionCount: 2 }, { ...plain, hidden, layerNorm: true }, 1, new Rng(5));
    expect(shapesOf(network)).toEqual({
      'torso.1.weight': [3, 6],
      'torso.1.bias': [6],
      'torso.2.weight': [6],
      'torso.2.bias': [6],
      'torso.4.weight': [6, 5],
      'torso.4.bias': [5],
      'torso.5.weight': [5],
      'torso.5.bias': [5],
      'head.weight': [5, 2],
      'head.bias': [2],
    });
    expect(Object.values((network.layers.torso as never as { layers: object }).layers).some((layer) => layer instanceof LayerNorm)).toBe(
      true,
    );
  });

  test('uses the activation it is given', () => {
    const at = (activation: 'relu' | 'tanh'): number => {
      const network = new QNetwork({ observationShape: [1], actionCount: 1 }, { ...plain, hidden: [1], activation }, 1, new Rng(6));
      for (const { data } of network.parameters().values()) data.fill(1);
      network.parameters().get('head.bias')?.data.fill(0);
      return network.forward(new Tensor(Float32Array.of(2), [1, 1])).data[0]; // activation(2 + 1)
    };
    expect(at('relu')).toBe(3);
    expect(at('tanh')).toBeCloseTo(Math.tanh(3), 6);
  });

  test('that cannot read the observations is refused', () => {
    const conv = [{ filters: 4, kernel: 3, stride: 2 }];
    const create =
      (observationShape: number[], layers = conv) =>
      () =>
        new QNetwork({ observationShape, actionCount: 2 }, { ...plain, conv: layers }, 1, new Rng(7));
    expect(create([9])).toThrow(ConfigError);
    expect(create([9, 9])).toThrow('config.network.conv: must be empty for observations of shape [9, 9], which are no images [H, W, C]');
    expect(create([2, 9, 1])).toThrow('config.network.conv: must be kernels that fit an image of 2 × 9; got 3');
    expect(create([5, 5, 1], [...conv, ...conv])).toThrow('must be kernels that fit an image of 2 × 2; got 3');
  });
});

test('equal generators make equal networks, others do not', () => {
  const create = (seed: number): number[] =>
    numbersOf(new QNetwork({ observationShape: [3], actionCount: 2 }, { ...plain, hidden: [4] }, 1, new Rng(seed)));
  expect(create(8)).toEqual(create(8));
  expect(create(8)).not.toEqual(create(9));
});

describe('dueling', () => {
  const spaces = { observationShape: [3], actionCount: 4 };
  const dueling = (hidden: number[], width = 2, layerNorm = false): QNetwork =>
    new QNetwork(spaces, { ...plain, hidden, layerNorm }, width, new Rng(9), { dueling: true });

  test('each stream has the last hidden layer to itself; without hidden layers both are linear', () => {
    expect(shapesOf(dueling([6, 5]))).toEqual({
      'torso.1.weight': [3, 6],
      'torso.1.bias': [6],
      'head.value.0.weight': [6, 5],
      'head.value.0.bias': [5],
      'head.value.1.weight': [5, 2],
      'head.value.1.bias': [2],
      'head.advantage.0.weight': [6, 5],
      'head.advantage.0.bias': [5],
      'head.advantage.1.weight': [5, 8],
      'head.advantage.1.bias': [8],
    });
    expect(Object.values(shapesOf(dueling([])))).toEqual([[3, 2], [2], [3, 8], [8]]);
    expect(Object.keys(shapesOf(dueling([5], 1, true)))).toContain('head.advantage.1.bias'); // normalised in the streams too
  });

  test('the mean over the actions is the value: whatever is added to every advantage changes nothing', () => {
    const network = dueling([5]);
    const x = filled([6, 3]);
    const before = network.forward(x).data.slice();
    const value = network.parameters().get('head.value.1.bias')!; // it was just listed
    const advantage = network.parameters().get('head.advantage.1.bias')!;
    for (let i = 0; i < 8; i++) advantage.data[i] += i % 2 === 0 ? 3 : -1; // one number for each of the two outputs
    network.forward(x).data.forEach((q, i) => {
      expect(q).toBeCloseTo(before[i], 5);
    });
    value.data[0] += 1.5; // the value moves all actions alike
    network.forward(x).data.forEach((q, i) => {
      expect(q).toBeCloseTo(before[i] + (i % 2 === 0 ? 1.5 : 0), 5);
    });
  });

  test('by hand: V = 10, A = (1, 2, 6) give Q = (8, 9, 13)', () => {
    const network = new QNetwork({ observationShape: [1], actionCount: 3 }, plain, 1, new Rng(1), { dueling: true });
    const values: Record<string, number[]> = { 'head.value.0.weight': [10], 'head.advantage.0.weight': [1, 2, 6] };
    for (const [name, { data }] of network.parameters()) data.set(values[name] ?? new Array(data.length).fill(0));
    expect([...network.forward(new Tensor(Float32Array.of(1), [1, 1])).data]).toEqual([8, 9, 13]);
  });
});
