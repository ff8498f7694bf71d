import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Tape } from '../../../src/tensor/autograd.ts';
import { scale } from '../../../src/tensor/ops/arithmetic.ts';
import { crossEntropy, huber, quantileHuber, squared } from '../../../src/tensor/ops/losses.ts';
import { sum } from '../../../src/tensor/ops/reduce.ts';
import { logSoftmax, select, softmax } from '../../../src/tensor/ops/rows.ts';
import { parameter, tensor } from '../../../src/tensor/tensor.ts';
import { someIndices, someShape, valuesOf } from '../../support/arbitraries.ts';
import { inDoublePrecision } from '../../support/double-precision-backend.ts';
import { expectClose } from '../../support/tolerance.ts';

const somePair = someShape().chain((shape) => fc.tuple(valuesOf(shape), valuesOf(shape)));
const someMatrix = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 5 })).chain((shape) => valuesOf(shape));

/** With a pencil: a − b is 0.5, −1, 3 and −2. */
const [a, b] = [tensor([1, 0, 3, -2]), tensor([0.5, 1, 0, 0])];

describe('squared', () => {
  test('with a pencil', () => {
    expect([...squared(a, b).data]).toEqual([0.25, 1, 9, 4]);
  });
});

describe('huber', () => {
  test('with a pencil', () => {
    expect([...huber(a, b).data]).toEqual([0.125, 0.5, 2.5, 1.5]); // δ = 1: ½d², then |d| − ½
    expect([...huber(a, b, 2).data]).toEqual([0.125, 0.5, 4, 2]); // δ = 2: then 2(|d| − 1)
  });

  test('is half the square while |d| ≤ δ, and symmetric', () => {
    fc.assert(
      fc.property(somePair, ([left, right]) => {
        inDoublePrecision(() => {
          const [x, y] = [left, right].map(({ numbers, shape }) => tensor(numbers, shape));
          expectClose('half square', huber(x, y, 4).data, scale(squared(x, y), 0.5).data, 1e-15); // |d| ≤ 4 here
          expect(huber(x, y, 0.7)).toEqual(huber(y, x, 0.7));
        });
      }),
    );
  });

  test('lies below both the half square and the line through 0, and never pulls harder than δ', () => {
    fc.assert(
      fc.property(somePair, ([left, right]) => {
        inDoublePrecision(() => {
          const x = parameter(left.numbers, left.shape);
          const tape = new Tape();
          const { loss, total } = tape.record(() => {
            const loss = huber(x, tensor(right.numbers, right.shape), 0.7);
            return { loss, total: sum(loss) };
          });
          for (const [i, value] of loss.data.entries()) {
            const d = left.numbers[i] - right.numbers[i];
            expect(value).toBeLessThanOrEqual(Math.min(0.5 * d * d, 0.7 * Math.abs(d)) + 1e-15);
          }
          for (const slope of tape.gradients(total).get(x) ?? []) expect(Math.abs(slope)).toBeLessThanOrEqual(0.7);
        });
      }),
    );
  });
});

describe('crossEntropy', () => {
  test('with a pencil: two equal logits cost log 2 whatever is wanted', () => {
    const logits = tensor([
      [0, 0],
      [5, 5],
    ]);
    expectClose(
      'cost',
      crossEntropy(
        logits,
        tensor([
          [1, 0],
          [0.25, 0.75],
        ]),
      ).data,
      [Math.LN2, Math.LN2],
      1e-7,
    );
    // Logits 0 and log 3 give probabilities ¼ and ¾.
    expectClose('cost', crossEntropy(tensor([[0, Math.log(3)]]), tensor([[0.5, 0.5]])).data, [2 * Math.LN2 - Math.log(3) / 2], 1e-6);
  });

  test('of a certain outcome is minus its log-probability', () => {
    const problem = someMatrix.chain((x) => fc.tuple(fc.constant(x), someIndices(x.shape[0], x.shape[1])));
    fc.assert(
      fc.property(problem, ([{ numbers, shape }, wanted]) => {
        inDoublePrecision(() => {
          const x = tensor(numbers, shape);
          const certain = numbers.map((_, i) => (wanted[Math.floor(i / shape[1])] === i % shape[1] ? 1 : 0));
          const cost = crossEntropy(x, tensor(certain, shape));
          expectClose('cost', cost.data, scale(select(logSoftmax(x), wanted), -1).data, 1e-13);
        });
      }),
    );
  });

  test('is least, and flat, where the logits give the wanted probabilities', () => {
    fc.assert(
      fc.property(someMatrix, someMatrix, (wanted, other) => {
        inDoublePrecision(() => {
          const x = parameter(wanted.numbers, wanted.shape);
          const goal = softmax(tensor(wanted.numbers, wanted.shape));
          const tape = new Tape();
          const { cost, total } = tape.record(() => {
            const cost = crossEntropy(x, goal);
            return { cost, total: sum(cost) };
          });
          expectClose('gradient', tape.gradients(total).get(x) ?? [], new Array(x.data.length).fill(0), 1e-14);
          const elsewhere = tensor(
            wanted.numbers.map((value, i) => value + other.numbers[i % other.numbers.length]),
            wanted.shape,
          );
          for (const [row, value] of crossEntropy(elsewhere, goal).data.entries())
            expect(value).toBeGreaterThanOrEqual(cost.data[row] - 1e-14);
        });
      }),
    );
  });

  test('an outcome that is not wanted costs nothing, even where it is impossible', () => {
    expect([...crossEntropy(tensor([[0, Number.NEGATIVE_INFINITY]]), tensor([[1, 0]])).data]).toEqual([0]);
    expect([...crossEntropy(tensor([[0, Number.NEGATIVE_INFINITY]]), tensor([[0, 1]])).data]).toEqual([Number.POSITIVE_INFINITY]);
  });
});

describe('quantileHuber', () => {
  test('with a pencil: one quantile is half of huber', () => {
    const [x, goal] = [tensor([[1], [0], [3], [-2]]), tensor([[0.5], [1], [0], [0]])];
    expect([...quantileHuber(x, goal).data]).toEqual([0.0625, 0.25, 1.25, 0.75]);
  });

  test('with a pencil: two quantiles, τ = ¼ and ¾, against goals 1 and −1', () => {
    // x = 0, 0: u = 1, −1 for both, huber ½. Quantile ¼: (¼ + ¾)·½/2; quantile ¾: (¾ + ¼)·½/2.
    expect(quantileHuber(tensor([[0, 0]]), tensor([[1, -1]])).data[0]).toBe(0.5);
    // x = 2, 2: u = −1, −3: huber 0.5 and 2.5, weighted ¾ for the first quantile and ¼ for the second.
    expect(quantileHuber(tensor([[2, 2]]), tensor([[1, -1]])).data[0]).toBe((0.75 * 3 + 0.25 * 3) / 2);
  });

  test('overshooting costs a low quantile more, undershooting a high one', () => {
    const slopes = (x: number): number[] => {
      const predicted = parameter([[x, x]]);
      const tape = new Tape();
      return [...(tape.gradients(tape.record(() => sum(quantileHuber(predicted, tensor([[0]]), 1)))).get(predicted) ?? [])];
    };
    expect(slopes(5)).toEqual([0.75, 0.25]);
    expect(slopes(-5)).toEqual([-0.25, -0.75]);
  });

  test('of a tensor against itself gives it both gradients', () => {
    const x = parameter([[0, 4]]);
    const tape = new Tape();
    const gradients = tape.gradients(tape.record(() => sum(quantileHuber(x, x))));
    expect([...(gradients.get(x) ?? [])]).toEqual([-0.25, 0.25]); // −⅛ and ⅛ as the prediction, and again as the goal
  });

  test('does not depend on the order of the goal’s samples', () => {
    const problem = someMatrix.chain((goal) => fc.tuple(fc.constant(goal), valuesOf([goal.shape[0], 3])));
    fc.assert(
      fc.property(problem, ([goal, x]) => {
        inDoublePrecision(() => {
          const [B, G] = goal.shape;
          const reversed = Array.from({ length: B }, (_, row) => goal.numbers.slice(row * G, (row + 1) * G).reverse());
          const predicted = tensor(x.numbers, x.shape);
          const [cost, again] = [tensor(goal.numbers, goal.shape), tensor(reversed)].map((y) => quantileHuber(predicted, y));
          expectClose('cost', again.data, cost.data, 1e-13);
        });
      }),
    );
  });
});

test('delta must be positive', () => {
  for (const delta of [0, -1, Number.NaN]) {
    expect(() => huber(a, b, delta)).toThrow(`huber: delta must be positive; got ${delta}`);
    expect(() => quantileHuber(tensor([[1]]), tensor([[1]]), delta)).toThrow(`quantileHuber: delta must be positive; got ${delta}`);
  }
});
