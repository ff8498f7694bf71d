import { describe, expect, test } from 'vitest';
import { Conv2d } from '../../src/nn/conv2d.ts';
import { Embedding } from '../../src/nn/embedding.ts';
import { Flatten } from '../../src/nn/flatten.ts';
import { constant, orthogonal } from '../../src/nn/init.ts';
import { LayerNorm } from '../../src/nn/layer-norm.ts';
import { Linear } from '../../src/nn/linear.ts';
import type { Module } from '../../src/nn/module.ts';
import { Sequential } from '../../src/nn/sequential.ts';
import { gelu, Parameter, Rng, relu, ShapeError, type Tensor, tanh, tensor, zeros } from '../../src/tensor/index.ts';
import { inDoublePrecision } from '../support/double-precision-backend.ts';
import { checkGradients } from '../support/gradient-check.ts';

const rng = (seed = 1): Rng => new Rng(seed);
const shapesOf = (module: Module): [string, readonly number[]][] => Array.from(module.parameters(), ([name, { shape }]) => [name, shape]);

/** Numbers that are never the same twice, between −1.5 and 1.5. */
const inputOf = (...shape: number[]): Tensor => {
  const draw = rng(99);
  return tensor(
    Float64Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => draw.uniform(-1.5, 1.5)),
    shape,
  );
};

describe('Linear', () => {
  test('is x · weight + bias with names and shapes', () => {
    const layer = new Linear(2, 3, rng());
    expect(shapesOf(layer)).toEqual([['weight', [2, 3]], ['bias', [3]]]); // biome-ignore format: two entries
    layer.weight.data.set([1, 2, 3, 4, 5, 6]);
    layer.bias.data.set([0.5, 0, -100]);
    expect([...layer.forward(tensor([[1, 10]])).data]).toEqual([41.5, 52, -37]);
    const active = new Linear(2, 3, rng(), { activation: 'relu', weight: constant(-1), bias: constant(0) });
    expect([...active.forward(tensor([[1, 10]])).data]).toEqual([0, 0, 0]);
  });

  test('draws weight and bias from the generator it is given, by the initialisers it is given', () => {
    const [a, b] = [new Linear(4, 4, rng()), new Linear(4, 4, rng())];
    expect([...a.weight.data]).toEqual([...b.weight.data]);
    expect(Math.max(...a.weight.data, ...a.bias.data)).toBeLessThanOrEqual(0.5); // 1/√4
    const { weight, bias } = new Linear(4, 4, rng(), { weight: orthogonal(), bias: constant(7) });
    expect(weight.data.reduce((sum, x) => sum + x * x, 0)).toBeCloseTo(4, 5);
    expect([...bias.data]).toEqual([7, 7, 7, 7]);
  });

  test('sizes and inputs that have no meaning are refused', () => {
    expect(() => new Linear(0, 3, rng())).toThrow(new RangeError('Linear: inputs must be a positive integer; got 0'));
    expect(() => new Linear(3, 1.5, rng())).toThrow(new RangeError('Linear: outputs must be a positive integer; got 1.5'));
    expect(() => new Linear(2, 3, rng()).forward(zeros([4, 3]))).toThrow(ShapeError);
  });
});

describe('Conv2d', () => {
  test('has names and shapes, stride and padding', () => {
    const layer = new Conv2d(3, 5, [2, 4], rng(), { stride: [1, 2], padding: [0, 1] });
    expect(shapesOf(layer)).toEqual([['weight', [2, 4, 3, 5]], ['bias', [5]]]); // biome-ignore format: two entries
    expect(layer.forward(zeros([2, 6, 8, 3])).shape).toEqual([2, 5, 4, 5]);
    expect(Math.max(...layer.weight.data)).toBeLessThanOrEqual(Math.fround(1 / Math.sqrt(24)));
  });

  test('sizes that have no meaning are refused', () => {
    expect(() => new Conv2d(0, 1, 1, rng())).toThrow('Conv2d: channels must be a positive integer; got 0');
    expect(() => new Conv2d(1, -1, 1, rng())).toThrow('Conv2d: filters must be a positive integer; got -1');
    expect(() => new Conv2d(1, 1, [3, 0], rng())).toThrow('Conv2d: kernel must be a positive integer; got 0');
    expect(() => new Conv2d(1, 1, 1, rng(), { stride: 0 })).toThrow('Conv2d: stride must be a positive integer; got 0');
    expect(() => new Conv2d(1, 1, 1, rng(), { padding: -1 })).toThrow('Conv2d: padding must be a non-negative integer; got -1');
    expect(() => new Conv2d(1, 1, 3, rng()).forward(zeros([1, 2, 2, 1]))).toThrow(ShapeError);
  });

  test('keeps the pairs it was made with', () => {
    const stride: [number, number] = [1, 1];
    const layer = new Conv2d(1, 1, 1, rng(), { stride });
    stride[0] = 2;
    expect(layer.forward(zeros([1, 4, 4, 1])).shape).toEqual([1, 4, 4, 1]);
  });
});

describe('LayerNorm', () => {
  test('begins by making mean 0 and variance 1 of each row', () => {
    const layer = new LayerNorm(4);
    expect(shapesOf(layer)).toEqual([['weight', [4]], ['bias', [4]]]); // biome-ignore format: two entries
    const row = [...layer.forward(tensor([[1, 2, 3, 10]])).data];
    expect(row.reduce((sum, x) => sum + x, 0)).toBeCloseTo(0, 5);
    expect(row.reduce((sum, x) => sum + x * x, 0) / 4).toBeCloseTo(1, 4);
  });

  test('sizes that have no meaning are refused', () => {
    expect(() => new LayerNorm(0)).toThrow('LayerNorm: size must be a positive integer; got 0');
    expect(() => new LayerNorm(2, 0)).toThrow('LayerNorm: epsilon must be positive; got 0');
  });
});

describe('Embedding', () => {
  test('gives each symbol its row', () => {
    const layer = new Embedding(4, 2, rng(), constant(0));
    expect(shapesOf(layer)).toEqual([['table', [4, 2]]]);
    layer.table.data.set([0, 1, 10, 11, 20, 21, 30, 31]);
    const output = layer.forward(tensor([[3, 0, 3]]));
    expect(output.shape).toEqual([1, 3, 2]);
    expect([...output.data]).toEqual([30, 31, 0, 1, 30, 31]);
  });

  test('begins as a standard normal distribution', () => {
    const { data } = new Embedding(100, 100, rng()).table;
    expect(Math.abs(data.reduce((sum, x) => sum + x, 0) / 1e4)).toBeLessThan(0.05);
    expect(Math.abs(data.reduce((sum, x) => sum + x * x, 0) / 1e4 - 1)).toBeLessThan(5 * Math.sqrt(2 / 1e4));
  });

  test('sizes and symbols that have no meaning are refused', () => {
    const layer = new Embedding(4, 2, rng());
    expect(() => new Embedding(0, 2, rng())).toThrow('Embedding: count must be a positive integer; got 0');
    expect(() => new Embedding(2, 0, rng())).toThrow('Embedding: width must be a positive integer; got 0');
    expect(() => layer.forward(tensor([1, 0.5]))).toThrow('Embedding: symbols must be whole numbers in 0…3; got 0.5 at place 1');
    expect(() => layer.forward(tensor([Number.NaN]))).toThrow(RangeError);
    expect(() => layer.forward(tensor([4]))).toThrow(RangeError);
    expect(() => layer.forward(tensor([-1]))).toThrow(RangeError);
    expect(() => layer.forward(tensor([2 ** 32]))).toThrow(RangeError); // of which the lower 32 bits are symbol 0
  });
});

test('Flatten keeps the batch and the order', () => {
  const x = inputOf(2, 3, 2, 2);
  const output = new Flatten().forward(x);
  expect(output.shape).toEqual([2, 12]);
  expect([...output.data]).toEqual([...x.data]);
  expect(new Flatten().forward(zeros([3])).shape).toEqual([3, 1]);
});

describe('Sequential', () => {
  test('runs layers and plain functions in order, and names parameters by position', () => {
    const network = new Sequential([new Linear(2, 3, rng()), relu, new Sequential([new LayerNorm(3), tanh]), new Linear(3, 1, rng(2))]);
    expect([...network.parameters().keys()]).toEqual(['0.weight', '0.bias', '2.0.weight', '2.0.bias', '3.weight', '3.bias']);
    const x = inputOf(4, 2);
    let step = x;
    for (const layer of Object.values(network.layers)) step = layer.forward(step);
    expect([...network.forward(x).data]).toEqual([...step.data]);
    expect(step.shape).toEqual([4, 1]);
  });

  test('keeps the order beyond ten layers', () => {
    const network = new Sequential(Array.from({ length: 12 }, () => new LayerNorm(2)));
    expect([...network.parameters().keys()].filter((name) => name.endsWith('bias'))).toEqual(
      Array.from({ length: 12 }, (_, i) => `${i}.bias`),
    );
  });

  test('without layers it is the identity', () => {
    const x = inputOf(1, 2);
    expect(new Sequential([]).forward(x)).toBe(x);
    expect(new Sequential([]).parameters().size).toBe(0);
  });
});

describe('gradients through layers agree with finite differences', () => {
  const convolution = { stride: 2, padding: 1, activation: 'tanh' } as const;
  const networks: [string, () => Module, () => Tensor][] = [
    ['Linear', () => new Linear(3, 4, rng(), { activation: 'sigmoid' }), () => inputOf(2, 3)],
    ['Conv2d', () => new Conv2d(2, 3, [3, 2], rng(), convolution), () => inputOf(2, 5, 4, 2)],
    ['LayerNorm', () => new LayerNorm(5), () => inputOf(3, 5)],
    ['Embedding', () => new Embedding(4, 3, rng()), () => tensor([[0, 3, 3], [1, 0, 3]])], // biome-ignore format: two rows
    [
      'a perceptron',
      () => new Sequential([new Linear(3, 5, rng()), new LayerNorm(5), gelu, new Linear(5, 2, rng(2))]),
      () => inputOf(4, 3),
    ],
    [
      'a convolutional network',
      () =>
        new Sequential([
          new Conv2d(2, 3, 3, rng(), convolution),
          new Conv2d(3, 2, 2, rng(2)),
          tanh,
          new Flatten(),
          new Linear(8, 3, rng(3)),
        ]),
      () => inputOf(2, 5, 5, 2),
    ],
  ];
  test.each(networks)('%s', (_, create, input) => {
    inDoublePrecision(() => {
      const module = create();
      const x = input();
      const learnedInput = new Parameter(x.data, x.shape); // the gradient in the input, too
      const parameters = [...module.parameters().values()];
      checkGradients(module instanceof Embedding ? parameters : [...parameters, learnedInput], () => module.forward(learnedInput));
    });
  });
});
