// Cases of work on rows. A row that is normalised holds distinct numbers: near a variance of 0 the derivative grows without bound.

import fc from 'fast-check';
import { embed, layerNorm, logSoftmax, select, softmax } from '../../../src/tensor/ops/rows.ts';
import { distinctValuesOf, someIndices, someShape, valuesOf } from '../../support/arbitraries.ts';
import { type OpCase, type OpCases, opCase } from './op-case.ts';

const side = fc.integer({ min: 1, max: 5 });

const someLayerNorm: fc.Arbitrary<OpCase> = fc
  .record({ outer: someShape(0, 2, 3), n: fc.integer({ min: 2, max: 6 }), epsilon: fc.constantFrom(1e-5, 1e-2) })
  .chain(({ outer, n, epsilon }) =>
    fc
      .tuple(distinctValuesOf([...outer, n]), valuesOf([n]), valuesOf([n]))
      .map((inputs) => opCase(inputs, { epsilon }, ([x, gain, bias]) => layerNorm(x, gain, bias, epsilon))),
  );

const someSelect: fc.Arbitrary<OpCase> = fc
  .record({ B: side, A: side, Z: fc.option(side, { nil: undefined }) })
  .chain(({ B, A, Z }) =>
    fc
      .tuple(valuesOf(Z === undefined ? [B, A] : [B, A, Z]), someIndices(B, A))
      .map(([x, index]) => opCase([x], { index }, ([x]) => select(x, index))),
  );

const someEmbed: fc.Arbitrary<OpCase> = fc.record({ V: side, D: side, shape: someShape(0, 2, 4) }).chain(({ V, D, shape }) => {
  const count = shape.reduce((size, length) => size * length, 1);
  return fc
    .tuple(valuesOf([V, D]), someIndices(count, V))
    .map(([table, index]) => opCase([table], { index, shape }, ([table]) => embed(table, index, shape)));
});

const someRows = fc.tuple(someShape(0, 2, 3), side).chain(([outer, n]) => valuesOf([...outer, n]));

export const rowCases: OpCases = {
  softmax: someRows.map((x) => opCase([x], undefined, ([x]) => softmax(x))),
  logSoftmax: someRows.map((x) => opCase([x], undefined, ([x]) => logSoftmax(x))),
  layerNorm: someLayerNorm,
  select: someSelect,
  embed: someEmbed,
};
