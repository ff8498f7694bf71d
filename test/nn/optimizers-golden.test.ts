// Fourteen optimizer configurations on a small tanh network, against recorded histories: 20 steps with a different batch each.
// Each is run twice, on the recorded gradients alone and on gradients of its own.

import { describe, expect, test } from 'vitest';
import { Adam } from '../../src/nn/adam.ts';
import { Linear } from '../../src/nn/linear.ts';
import type { Module } from '../../src/nn/module.ts';
import { clipByNorm, type Optimizer } from '../../src/nn/optimizer.ts';
import { RmsProp } from '../../src/nn/rmsprop.ts';
import { Sequential } from '../../src/nn/sequential.ts';
import { Sgd } from '../../src/nn/sgd.ts';
import { type Gradients, mean, type Parameter, Rng, square, sub, Tape, type Tensor, tensor } from '../../src/tensor/index.ts';
import { readGoldenArrays, readGoldenJson } from '../support/golden.ts';
import { expectClose, goldenTolerance } from '../support/tolerance.ts';

interface Recorded {
  readonly name: string;
  readonly kind: 'sgd' | 'adam' | 'adamw' | 'rmsprop' | 'rmsprop_nature';
  readonly lr: number;
  readonly float32_reference_error: number;
  readonly momentum?: number;
  readonly nesterov?: boolean;
  readonly weight_decay?: number;
  readonly beta1?: number;
  readonly beta2?: number;
  readonly eps?: number;
  readonly alpha?: number;
  readonly amsgrad?: boolean;
  readonly centered?: boolean;
  readonly clip_global_norm?: number;
}

const steps = 20;
const [inputs, hidden, outputs] = [5, 7, 3];
const { optimizers } = readGoldenJson<{ optimizers: Recorded[] }>('numerics/optimizers.json');
const arrays = readGoldenArrays('numerics/optimizers.safetensors');
const recorded = (name: string): number[] => [...arrays.get(name)!.data];

/** Row `at` of a recorded history whose rows are the flat parameters w1 [h,in], b1, w2 [out,h], b2. */
function rowOf(name: string, at: number): number[] {
  const { data, shape } = arrays.get(name)!;
  return [...data.subarray(at * shape[1], (at + 1) * shape[1])];
}

/** The network's parameters, or gradients laid out like them, as such a row. */
function flatten(network: Module, of: (parameter: Parameter) => Float32Array): number[] {
  return [...network.parameters().values()].flatMap((parameter) => {
    const [rows, columns] = parameter.shape;
    const data = [...of(parameter)];
    return columns === undefined ? data : data.map((_, i) => data[(i % rows) * columns + Math.floor(i / rows)]); // transposed
  });
}

/** The other way round: the piece of a row that belongs to each parameter, in the parameter's own order. */
function unflatten(network: Module, row: readonly number[]): Map<Parameter, Float32Array> {
  const pieces = new Map<Parameter, Float32Array>();
  let at = 0;
  for (const parameter of network.parameters().values()) {
    const [rows, columns] = parameter.shape;
    const piece = row.slice(at, at + parameter.data.length);
    const values = columns === undefined ? piece : piece.map((_, i) => piece[(i % columns) * rows + Math.floor(i / columns)]);
    pieces.set(parameter, Float32Array.from(values));
    at += piece.length;
  }
  return pieces;
}

function createNetwork(name: string): Sequential {
  const network = new Sequential([new Linear(inputs, hidden, new Rng(1), { activation: 'tanh' }), new Linear(hidden, outputs, new Rng(2))]);
  for (const [parameter, values] of unflatten(network, rowOf(`${name}/params`, 0))) parameter.data.set(values);
  return network;
}

function createOptimizer(network: Module, { kind, lr, ...rest }: Recorded): Optimizer {
  const parameters = network.parameters();
  const { momentum = 0, nesterov = false, weight_decay = 0, beta1 = 0.9, beta2 = 0.999, eps = 1e-8, amsgrad = false } = rest;
  switch (kind) {
    case 'sgd':
      return new Sgd(parameters, { learningRate: lr, momentum, nesterov, l2: weight_decay });
    case 'adam':
      return new Adam(parameters, { learningRate: lr, beta1, beta2, epsilon: eps, l2: weight_decay, amsgrad });
    case 'adamw':
      return new Adam(parameters, { learningRate: lr, beta1, beta2, epsilon: eps, weightDecay: weight_decay });
    default: {
      const nature = kind === 'rmsprop_nature';
      const centered = nature || (rest.centered ?? false);
      return new RmsProp(parameters, { learningRate: lr, decay: rest.alpha!, epsilon: eps, epsilonInside: nature, centered, momentum });
    }
  }
}

/** Runs all steps and compares the parameters after each; `gradientsAt` gives a step's gradients, before clipping. */
function follow(entry: Recorded, network: Module, gradientsAt: (step: number) => Gradients): void {
  const optimizer = createOptimizer(network, entry);
  const maxNorm = entry.clip_global_norm;
  for (let step = 0; step < steps; step++) {
    const gradients = gradientsAt(step);
    if (maxNorm !== undefined) {
      const norm = clipByNorm(gradients, network.parameters(), maxNorm);
      expect(norm).toBeCloseTo(recorded(`${entry.name}/norm`)[step], 5);
    }
    optimizer.step(gradients);
    const expected = rowOf(`${entry.name}/params`, step + 1);
    const actual = flatten(network, ({ data }) => data);
    expectClose(
      `${entry.name}, parameters after step ${step + 1}`,
      actual,
      expected,
      goldenTolerance(entry.float32_reference_error, expected),
    );
  }
}

test('all fourteen are here', () => expect(optimizers.length).toBe(14));

describe.each(optimizers.map((entry) => [entry.name, entry] as const))('%s', (name, entry) => {
  test('on the recorded gradients', () => {
    const network = createNetwork(name);
    follow(entry, network, (step) => unflatten(network, rowOf(`${name}/grads`, step)));
  });

  test('from losses to parameters', () => {
    const network = createNetwork(name);
    const batch = (which: 'x' | 'y', step: number): Tensor => {
      const { data, shape } = arrays.get(which)!;
      const [, rows, columns] = shape;
      return tensor(data.subarray(step * rows * columns, (step + 1) * rows * columns), [rows, columns]);
    };
    follow(entry, network, (step) => {
      const tape = new Tape();
      const loss = tape.record(() => mean(square(sub(network.forward(batch('x', step)), batch('y', step)))));
      expect(loss.item()).toBeCloseTo(recorded(`${name}/loss`)[step], 5);
      const gradients = tape.gradients(loss);
      const expected = rowOf(`${name}/grads`, step);
      const actual = flatten(network, (parameter) => gradients.get(parameter)!);
      expectClose(`${name}, gradients of step ${step}`, actual, expected, goldenTolerance(entry.float32_reference_error, expected));
      return gradients;
    });
  });
});
