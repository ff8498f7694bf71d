import { expect, test } from 'vitest';
import { Conv2d } from '../../src/nn/conv2d.ts';
import { Embedding } from '../../src/nn/embedding.ts';
import { Flatten } from '../../src/nn/flatten.ts';
import { LayerNorm } from '../../src/nn/layer-norm.ts';
import { Linear } from '../../src/nn/linear.ts';
import { collect, type Module } from '../../src/nn/module.ts';
import { Sequential } from '../../src/nn/sequential.ts';
import { summary } from '../../src/nn/summary.ts';
import { Rng, relu, reshape, ShapeError } from '../../src/tensor/index.ts';

const rng = new Rng(1);

const createNetwork = (): Sequential =>
  new Sequential([
    new Conv2d(4, 32, 8, rng, { stride: 4, activation: 'relu' }),
    new Conv2d(32, 8, [3, 1], rng, { padding: [1, 0] }),
    new Flatten(),
    new Linear(8 * 20 * 20, 16, rng),
    new LayerNorm(16),
    relu,
    new Linear(16, 6, rng, { activation: 'tanh' }),
  ]);

test('lists layers, shapes and counts', () => {
  expect(`\n${summary(createNetwork())}\n`).toMatchInlineSnapshot(`
    "
    layer  kind                                               parameters                       count
    0      Conv2d 4 → 32, 8 × 8, stride 4 × 4, relu           weight [8, 8, 4, 32], bias [32]   8224
    1      Conv2d 32 → 8, 3 × 1, stride 1 × 1, padding 1 × 0  weight [3, 1, 32, 8], bias [8]     776
    2      Flatten                                                                                 0
    3      Linear 3200 → 16                                   weight [3200, 16], bias [16]     51216
    4      LayerNorm 16                                       weight [16], bias [16]              32
    5      relu                                                                                    0
    6      Linear 16 → 6, tanh                                weight [16, 6], bias [6]           102
    total                                                                                      60350
    "
  `);
});

test('with the shape of an input, it shows the shape of each output', () => {
  expect(`\n${summary(createNetwork(), [84, 84, 4])}\n`).toMatchInlineSnapshot(`
    "
    layer  kind                                               parameters                       output           count
    0      Conv2d 4 → 32, 8 × 8, stride 4 × 4, relu           weight [8, 8, 4, 32], bias [32]  [B, 20, 20, 32]   8224
    1      Conv2d 32 → 8, 3 × 1, stride 1 × 1, padding 1 × 0  weight [3, 1, 32, 8], bias [8]   [B, 20, 20, 8]     776
    2      Flatten                                                                             [B, 3200]            0
    3      Linear 3200 → 16                                   weight [3200, 16], bias [16]     [B, 16]          51216
    4      LayerNorm 16                                       weight [16], bias [16]           [B, 16]             32
    5      relu                                                                                [B, 16]              0
    6      Linear 16 → 6, tanh                                weight [16, 6], bias [6]         [B, 6]             102
    total                                                                                      [B, 6]           60350
    "
  `);
  expect(() => summary(createNetwork(), [84, 84, 3])).toThrow(ShapeError);
});

test('modules made of modules are walked into; others stand for themselves', () => {
  const layers = { torso: new Sequential([new Embedding(5, 3, rng), new Flatten()]), head: new Linear(6, 4, rng) };
  const network: Module = {
    layers,
    forward: (x) => reshape(layers.head.forward(layers.torso.forward(x)), [x.shape[0], 2, 2]),
    parameters: () => collect(layers),
  };
  expect(`\n${summary(network, [2])}\n`).toMatchInlineSnapshot(`
    "
    layer    kind             parameters               output     count
    torso.0  Embedding 5 × 3  table [5, 3]             [B, 2, 3]     15
    torso.1  Flatten                                   [B, 6]         0
    head     Linear 6 → 4     weight [6, 4], bias [4]  [B, 4]        28
    total                                              [B, 2, 2]     43
    "
  `);
  expect(summary({ forward: (x) => x, parameters: () => new Map() })).toContain('module');
});
