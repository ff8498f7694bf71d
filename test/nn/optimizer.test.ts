import { describe, expect, test } from 'vitest';
import { Adam } from '../../src/nn/adam.ts';
import { Linear } from '../../src/nn/linear.ts';
import type { Module } from '../../src/nn/module.ts';
import { clipByNorm, type Optimizer } from '../../src/nn/optimizer.ts';
import { RmsProp } from '../../src/nn/rmsprop.ts';
import { Sequential } from '../../src/nn/sequential.ts';
import { Sgd } from '../../src/nn/sgd.ts';
import { FormatError, type Snapshot } from '../../src/nn/snapshot.ts';
import { type Gradients, mean, Parameter, parameter, Rng, square, Tape, tensor } from '../../src/tensor/index.ts';

type Create = (parameters: ReadonlyMap<string, Parameter>) => Optimizer;

const optimizers: [string, Create][] = [
  ['Adam', (parameters) => new Adam(parameters, { learningRate: 0.01 })],
  [
    'Adam with AMSGrad, l2 and weight decay',
    (parameters) => new Adam(parameters, { learningRate: 0.01, amsgrad: true, l2: 0.1, weightDecay: 0.1 }),
  ],
  ['RMSprop', (parameters) => new RmsProp(parameters, { learningRate: 0.01 })],
  ['RMSprop, centred, with momentum', (parameters) => new RmsProp(parameters, { learningRate: 0.01, centered: true, momentum: 0.9 })],
  ['SGD', (parameters) => new Sgd(parameters, { learningRate: 0.01 })],
  ['SGD with Nesterov momentum', (parameters) => new Sgd(parameters, { learningRate: 0.01, momentum: 0.9, nesterov: true })],
];

const createNetwork = (): Sequential => {
  const rng = new Rng(5);
  return new Sequential([new Linear(3, 4, rng, { activation: 'tanh' }), new Linear(4, 2, rng)]);
};

/** The gradients of a loss that is another one at each step. */
function gradientsOf(network: Module, step: number): Gradients {
  const x = tensor([Math.sin(step), 1, step % 3, 0.5, -1, Math.cos(step)], [2, 3]);
  const tape = new Tape();
  return tape.gradients(tape.record(() => mean(square(network.forward(x)))));
}

const valuesOf = (network: Module): number[] => [...network.parameters().values()].flatMap(({ data }) => [...data]);

function run(network: Module, optimizer: Optimizer, from: number, to: number): void {
  for (let step = from; step < to; step++) {
    optimizer.learningRate = 0.01 / (1 + step);
    optimizer.step(gradientsOf(network, step));
  }
}

describe.each(optimizers)('%s', (_, create) => {
  test('continues from a snapshot to the same bytes as without a break', () => {
    const whole = createNetwork();
    const wholeOptimizer = create(whole.parameters());
    run(whole, wholeOptimizer, 0, 12);

    const first = createNetwork();
    const firstOptimizer = create(first.parameters());
    run(first, firstOptimizer, 0, 5);
    const state = firstOptimizer.state();
    const second = createNetwork();
    for (const [name, { data }] of second.parameters()) data.set(first.parameters().get(name)!.data);
    run(first, firstOptimizer, 5, 7); // what a snapshot says must not move with the optimizer it was taken from
    const secondOptimizer = create(second.parameters());
    secondOptimizer.restore(state);
    run(second, secondOptimizer, 5, 12);

    expect(valuesOf(second)).toEqual(valuesOf(whole));
    expect(secondOptimizer.state()).toEqual(wholeOptimizer.state());
  });

  test('leaves a parameter without a gradient alone, and what it remembers of it', () => {
    const together = new Map([['a', parameter([1, 2])], ['b', parameter([3])]]); // biome-ignore format: two entries
    const [a, b] = [...together.values()];
    const optimizer = create(together);
    const alone = parameter([1, 2]);
    const reference = create(new Map([['a', alone]]));
    for (let step = 0; step < 6; step++) {
      const gradient = Float32Array.of(0.5 - step, 1);
      const gradients = new Map([[a, gradient]]);
      if (step === 3) gradients.set(b, Float32Array.of(1));
      optimizer.step(gradients);
      reference.step(new Map([[alone, gradient]]));
      if (step < 3) expect(b.data[0]).toBe(3);
    }
    expect([...a.data]).toEqual([...alone.data]);

    const fresh = parameter([3]);
    create(new Map([['b', fresh]])).step(new Map([[fresh, Float32Array.of(1)]]));
    expect(b.data[0]).toBe(fresh.data[0]); // its one gradient was its first step
  });

  test('refuses snapshots that do not fit, and stays as it was', () => {
    const network = createNetwork();
    const optimizer = create(network.parameters());
    run(network, optimizer, 0, 3);
    const before = optimizer.state();
    const arrays = Object.entries(before).filter(([, value]) => ArrayBuffer.isView(value));
    const damaged: Snapshot[] = [{}, { ...before, learningRate: 'fast' }, { ...before, learningRate: Number.NaN }];
    for (const [name, value] of arrays) {
      damaged.push({ ...before, [name]: null });
      damaged.push({ ...before, [name]: (value as Float32Array).slice(1) });
      damaged.push({ ...before, [name]: (value as Float32Array).map(() => Number.NaN) });
      damaged.push({ ...before, [name]: Uint8Array.from(value as Float32Array) });
      // Roots are taken of mean squares, and powers lie between 0 and 1; means and velocities have either sign.
      if (/^(v|largest|power.)$/.test(name)) damaged.push({ ...before, [name]: (value as Float32Array).map(() => -1) });
    }
    for (const snapshot of damaged) {
      expect(() => optimizer.restore({ ...snapshot })).toThrow(FormatError);
      expect(optimizer.state()).toEqual(before);
    }
  });
});

describe('clipByNorm', () => {
  const [a, b] = [parameter([0, 0]), parameter([0])];
  const parameters = new Map([['a', a], ['b', b]]); // biome-ignore format: two entries

  test('scales all gradients together to the given norm, and returns the norm before', () => {
    const gradients = new Map([[a, Float32Array.of(3, 4)], [b, Float32Array.of(12)]]); // biome-ignore format: two entries
    expect(clipByNorm(gradients, parameters, 6.5)).toBe(13);
    expect([...gradients.get(a)!, ...gradients.get(b)!].map((x) => x.toFixed(5))).toEqual(['1.50000', '2.00000', '6.00000']);
  });

  test('leaves small gradients alone, to the last bit', () => {
    const gradients = new Map([[a, Float32Array.of(0.1, 0.2)]]);
    clipByNorm(gradients, parameters, 1);
    expect([...gradients.get(a)!]).toEqual([...Float32Array.of(0.1, 0.2)]);
  });

  test('neither counts nor touches gradients of anything but the parameters', () => {
    const between = tensor([0]);
    const other = new Parameter(Float32Array.of(0), [1]);
    const gradients = new Map([[a, Float32Array.of(3, 4)], [between, Float32Array.of(100)], [other, Float32Array.of(100)]]); // biome-ignore format: three entries
    expect(clipByNorm(gradients, parameters, 1)).toBe(5);
    expect([gradients.get(between)![0], gradients.get(other)![0]]).toEqual([100, 100]);
  });

  test('needs a positive limit', () => {
    for (const limit of [0, -1, Number.NaN])
      expect(() => clipByNorm(new Map(), parameters, limit)).toThrow(/maxNorm must be positive; got/);
  });
});

test('constants out of their range are named', () => {
  const none = new Map<string, Parameter>();
  expect(() => new Adam(none, { learningRate: -1 })).toThrow('Adam: learningRate must be at least 0; got -1');
  expect(() => new Adam(none, { learningRate: 1, beta2: 1 })).toThrow('Adam: beta2 must be in [0, 1); got 1');
  expect(() => new Adam(none, { learningRate: 1, epsilon: 0 })).toThrow('Adam: epsilon must be positive; got 0');
  expect(() => new RmsProp(none, { learningRate: Number.NaN })).toThrow('RmsProp: learningRate must be at least 0; got NaN');
  expect(() => new RmsProp(none, { learningRate: 1, decay: -0.1 })).toThrow('RmsProp: decay must be in [0, 1); got -0.1');
  expect(() => new Sgd(none, { learningRate: 1, momentum: 2 })).toThrow('Sgd: momentum must be in [0, 1); got 2');
  expect(() => new Sgd(none, { learningRate: 1, nesterov: true })).toThrow('Sgd: momentum must be positive with nesterov; got 0');
});
