// Cases of arithmetic and activations: any small shape, with arguments kept away from kinks and poles.

import fc from 'fast-check';
import { gelu, leakyRelu, relu, sigmoid, tanh } from '../../../src/tensor/ops/activations.ts';
import { abs, add, clamp, div, exp, log, mul, scale, square, sub } from '../../../src/tensor/ops/arithmetic.ts';
import type { Tensor } from '../../../src/tensor/tensor.ts';
import { someNumber, someShape, someValues, valuesOf } from '../../support/arbitraries.ts';
import { type OpCase, type OpCases, opCase } from './op-case.ts';

const offZero = someNumber({ kinks: [0] });
const divisor = fc.oneof(someNumber({ low: 0.3 }), someNumber({ high: -0.3 }));

const unary = (f: (x: Tensor) => Tensor, number?: fc.Arbitrary<number>): fc.Arbitrary<OpCase> =>
  someValues(number).map((x) => opCase([x], undefined, ([x]) => f(x)));

const binary = (f: (a: Tensor, b: Tensor) => Tensor, numberB?: fc.Arbitrary<number>): fc.Arbitrary<OpCase> =>
  someShape().chain((shape) =>
    fc.tuple(valuesOf(shape), valuesOf(shape, numberB)).map((inputs) => opCase(inputs, undefined, ([a, b]) => f(a, b))),
  );

export const elementwiseCases: OpCases = {
  add: binary(add),
  sub: binary(sub),
  mul: binary(mul),
  div: binary(div, divisor),
  scale: fc.tuple(someValues(), someNumber()).map(([x, factor]) => opCase([x], { factor }, ([x]) => scale(x, factor))),
  square: unary(square),
  exp: unary(exp),
  log: unary(log, someNumber({ low: 0.3, high: 3 })),
  abs: unary(abs, offZero),
  clamp: fc
    .tuple(someNumber({ low: -1.5, high: 0.5 }), someNumber({ low: 0.1, high: 1 }))
    .map(([low, width]) => ({ low, high: low + width }))
    .chain((limits) =>
      someValues(someNumber({ kinks: [limits.low, limits.high] })).map((x) =>
        opCase([x], limits, ([x], { low, high }) => clamp(x, low, high)),
      ),
    ),
  relu: unary(relu, offZero),
  leakyRelu: fc
    .tuple(someValues(offZero), someNumber({ low: 0, high: 0.5 }))
    .map(([x, slope]) => opCase([x], { slope }, ([x]) => leakyRelu(x, slope))),
  tanh: unary(tanh),
  sigmoid: unary(sigmoid),
  gelu: fc
    .tuple(someValues(), fc.constantFrom('exact' as const, 'tanh' as const))
    .map(([x, form]) => opCase([x], { form }, ([x]) => gelu(x, form))),
};
