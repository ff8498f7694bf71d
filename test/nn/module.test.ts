import { describe, expect, test } from 'vitest';
import { Linear } from '../../src/nn/linear.ts';
import {
  blendParameters,
  collect,
  copyParameters,
  type Module,
  parameterCount,
  restoreParameters,
  snapshotParameters,
} from '../../src/nn/module.ts';
import { clipByNorm } from '../../src/nn/optimizer.ts';
import { Sequential } from '../../src/nn/sequential.ts';
import { Sgd } from '../../src/nn/sgd.ts';
import { FormatError } from '../../src/nn/snapshot.ts';
import { type Parameter, parameter, Rng, relu, tensor } from '../../src/tensor/index.ts';
import { readGoldenJson } from '../support/golden.ts';
import { expectClose } from '../support/tolerance.ts';

const createNetwork = (seed: number): Sequential => {
  const rng = new Rng(seed);
  return new Sequential([new Linear(2, 3, rng), new Linear(3, 1, rng)]);
};

/** A module that is nothing but its parameters. */
const holding = (values: Record<string, Parameter>): Module => ({ forward: (x) => x, parameters: () => new Map(Object.entries(values)) });

const valuesOf = (module: Module): number[] => [...module.parameters().values()].flatMap(({ data }) => [...data]);

test('names grow from the outside in', () => {
  const parts = { torso: createNetwork(1), head: new Linear(3, 2, new Rng(1)) };
  expect([...collect(parts).keys()]).toEqual([
    'torso.0.weight',
    'torso.0.bias',
    'torso.1.weight',
    'torso.1.bias',
    'head.weight',
    'head.bias',
  ]);
  expect(collect(parts).get('head.weight')).toBe(parts.head.weight);
});

test('what parts share is counted, clipped and moved once', () => {
  const shared = new Linear(2, 2, new Rng(1));
  const network = new Sequential([shared, relu, shared]);
  expect([...network.parameters().keys()]).toEqual(['0.weight', '0.bias']);
  expect(parameterCount(network)).toBe(6);

  const gradients = new Map([[shared.weight, Float32Array.of(3, 0, 0, 4)]]);
  expect(clipByNorm(gradients, network.parameters(), 2.5)).toBe(5);
  expectClose('clipped', gradients.get(shared.weight) ?? [], [1.5, 0, 0, 2], 1e-6);

  shared.weight.data.fill(1);
  new Sgd(network.parameters(), { learningRate: 0.5 }).step(new Map([[shared.weight, Float32Array.of(1, 1, 1, 1)]]));
  expect([...shared.weight.data]).toEqual([0.5, 0.5, 0.5, 0.5]);
});

test('parameterCount', () => expect(parameterCount(createNetwork(1))).toBe(2 * 3 + 3 + 3 + 1));

test('copyParameters makes networks equal, and keeps them apart', () => {
  const [to, from] = [createNetwork(1), createNetwork(2)];
  const x = tensor([[0.3, -0.7]]);
  copyParameters(to, from);
  expect([...to.forward(x).data]).toEqual([...from.forward(x).data]);
  const before = valuesOf(to);
  from.parameters().get('0.weight')!.data.fill(9);
  expect(valuesOf(to)).toEqual(before);
});

describe('blendParameters', () => {
  test('agrees with recorded soft updates', () => {
    const recorded = readGoldenJson<{ soft_update: Record<string, number[]> & { tau: number } }>('numerics/rl_arithmetic.json').soft_update;
    const target = holding({ w: parameter(recorded.target) });
    const online = holding({ w: parameter(recorded.online) });
    blendParameters(target, online, recorded.tau);
    expectClose('after 1', valuesOf(target), recorded.after1, 1e-6);
    for (let update = 1; update < 100; update++) blendParameters(target, online, recorded.tau);
    expectClose('after 100', valuesOf(target), recorded.after100, 1e-5);
  });

  test('with τ = 0 nothing moves', () => {
    const [to, from] = [createNetwork(1), createNetwork(2)];
    const before = valuesOf(to);
    blendParameters(to, from, 0);
    expect(valuesOf(to)).toEqual(before);
  });
});

test('networks that differ in a name or a shape are refused, with the name', () => {
  const network = holding({ a: parameter([1, 2]), b: parameter([3]) });
  const rows: [Module, string][] = [
    [holding({ a: parameter([1, 2]) }), 'both must have the same parameters; got 2 and 1'],
    [holding({ a: parameter([1, 2]), c: parameter([3]) }), '"b" must be [1] in both; got none in the source'],
    [holding({ a: parameter([[1, 2]]), b: parameter([3]) }), '"a" must be [2] in both; got [1, 2] in the source'],
  ];
  for (const [other, reason] of rows) {
    expect(() => copyParameters(network, other)).toThrow(`copyParameters: ${reason}`);
    expect(() => blendParameters(network, other, 0.5)).toThrow(`blendParameters: ${reason}`);
  }
});

test('parameters survive a snapshot; one that does not fit changes nothing', () => {
  const [network, other] = [createNetwork(1), createNetwork(2)];
  const snapshot = snapshotParameters(network);
  const damaged = [
    {},
    { ...snapshot, extra: Float32Array.of(1) },
    { ...snapshot, '1.bias': null },
    { ...snapshot, '1.bias': new Float32Array(2) },
  ];
  const before = valuesOf(other);
  for (const wrong of damaged) {
    expect(() => restoreParameters(other, wrong)).toThrow(FormatError);
    expect(valuesOf(other)).toEqual(before);
  }
  restoreParameters(other, snapshot);
  expect(valuesOf(other)).toEqual(valuesOf(network));
});
