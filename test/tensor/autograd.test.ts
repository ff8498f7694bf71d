import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { apply, Tape } from '../../src/tensor/autograd.ts';
import { createJsBackend } from '../../src/tensor/backend.ts';
import { backend } from '../../src/tensor/current-backend.ts';
import type { Op } from '../../src/tensor/op.ts';
import { matmul } from '../../src/tensor/ops/affine.ts';
import { add, exp, mul, scale, square, sub } from '../../src/tensor/ops/arithmetic.ts';
import { concat } from '../../src/tensor/ops/layout.ts';
import { sum } from '../../src/tensor/ops/reduce.ts';
import { ShapeError } from '../../src/tensor/shape.ts';
import { type Parameter, parameter, scalar, type Tensor, tensor } from '../../src/tensor/tensor.ts';
import { withBackend } from '../support/double-precision-backend.ts';

/** The gradient in each of the parameters, as plain numbers; undefined where the map has none. */
function gradientsOf(loss: () => Tensor, ...parameters: readonly Tensor[]): (number[] | undefined)[] {
  const tape = new Tape();
  const gradients = tape.gradients(tape.record(loss));
  return parameters.map((p) => {
    const gradient = gradients.get(p);
    return gradient && [...gradient];
  });
}

describe('gradients', () => {
  test('a tensor that is used twice receives both contributions', () => {
    const x = parameter([3]);
    expect(gradientsOf(() => add(mul(x, x), x), x)).toEqual([[7]]); // d(x² + x) = 2x + 1
    expect(gradientsOf(() => sub(x, x), x)).toEqual([[0]]);
    const w = parameter([[2]]);
    expect(gradientsOf(() => matmul(w, matmul(w, w)), w)).toEqual([[12]]); // d(w³) = 3w²
  });

  test('paths that part and meet again add up', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), (levels) => {
        // y ← y + y, `levels` times: 2^levels paths lead from x to y.
        const x = parameter([1]);
        const double = (): Tensor => {
          let y: Tensor = x;
          for (let i = 0; i < levels; i++) y = add(y, y);
          return y;
        };
        expect(gradientsOf(double, x)).toEqual([[2 ** levels]]);
      }),
    );
  });

  test('hold what lies between loss and parameters, and nothing that does not learn', () => {
    const x = parameter([2]);
    const constant = tensor([5]);
    const tape = new Tape();
    const { y, loss } = tape.record(() => {
      const y = mul(x, constant);
      return { y, loss: square(y) };
    });
    const gradients = tape.gradients(loss);
    expect(new Set(gradients.keys())).toEqual(new Set([loss, y, x]));
    expect([...gradients.values()].map(([g]) => g)).toEqual([1, 20, 100]);
  });

  test('leave out parameters that the loss does not depend on', () => {
    const [x, unused] = [parameter([2]), parameter([3])];
    const loss = (): Tensor => {
      square(unused); // computed, recorded, and of no consequence
      return square(x);
    };
    expect(gradientsOf(loss, x, unused)).toEqual([[4], undefined]);
  });

  test('are a fresh map each time, the same for the same loss', () => {
    const x = parameter([2]);
    const tape = new Tape();
    const loss = tape.record(() => square(x));
    const [first, second] = [tape.gradients(loss), tape.gradients(loss)];
    expect(second).not.toBe(first);
    expect(second.get(x)).not.toBe(first.get(x));
    expect(second).toEqual(first);
  });

  test('of two losses on one tape do not mix', () => {
    const x = parameter([2]);
    const tape = new Tape();
    const [a, b] = tape.record(() => [square(x), scale(x, 3)]);
    expect(tape.gradients(a).get(x)?.[0]).toBe(4);
    expect(tape.gradients(b).get(x)?.[0]).toBe(3);
  });

  test('take a loss of one number in any shape, also a parameter itself', () => {
    for (const shape of [[], [1], [1, 1]]) {
      const x = parameter([3], shape);
      expect(gradientsOf(() => square(x), x)).toEqual([[6]]);
      expect(gradientsOf(() => x, x)).toEqual([[1]]);
    }
  });

  test('of a chain of 50,000 ops need no deep stack', () => {
    const x = parameter([1]);
    const chain = (): Tensor => {
      let y: Tensor = x;
      for (let i = 0; i < 50_000; i++) y = scale(y, 1);
      return y;
    };
    expect(gradientsOf(chain, x)).toEqual([[1]]);
  });

  test('refuse a loss that is not one number', () => {
    const x = parameter([1, 2]);
    const tape = new Tape();
    const y = tape.record(() => square(x));
    expect(() => tape.gradients(y)).toThrow('gradients: the loss must be one number; got [2]; take sum or mean first');
    expect(() => tape.gradients(y)).toThrow(ShapeError);
  });

  test('refuse a loss that no recorded op connects with a parameter', () => {
    const message = 'gradients: the loss must depend on a parameter through ops recorded by this tape';
    const x = parameter([1]);
    const tape = new Tape();
    expect(() => tape.gradients(square(x))).toThrow(message); // not recorded
    expect(() => tape.gradients(tape.record(() => square(tensor([1]))))).toThrow(message); // nothing learns
    expect(() => new Tape().gradients(tape.record(() => square(x)))).toThrow(message); // another tape's
  });
});

describe('recording', () => {
  test('is opt-in: what runs outside leaves no trace and counts as constant', () => {
    const x = parameter([3]);
    const outside = square(x);
    expect(gradientsOf(() => mul(x, outside), x)).toEqual([[9]]); // not 27
  });

  test('returns what its work returns, and may be resumed', () => {
    const x = parameter([3]);
    const tape = new Tape();
    const y = tape.record(() => square(x));
    expect(y.data[0]).toBe(9);
    const z = tape.record(() => scale(y, 2));
    expect(tape.gradients(z).get(x)?.[0]).toBe(12);
  });

  test('of one update after another on the same tape stays correct, and forgets nothing', () => {
    const x = parameter([3]);
    const tape = new Tape();
    for (let update = 1; update <= 3; update++) {
      const loss = tape.record(() => scale(square(x), update));
      expect(tape.gradients(loss).get(x)?.[0]).toBe(6 * update);
      expect(tape.calls.length).toBe(2 * update);
    }
  });

  test('nests: the inner tape wins, then the outer one continues', () => {
    const x = parameter([3]);
    const [outer, inner] = [new Tape(), new Tape()];
    const { within, loss } = outer.record(() => {
      const within = inner.record(() => square(x));
      return { within, loss: mul(x, within) };
    });
    expect(inner.gradients(within).get(x)?.[0]).toBe(6);
    expect(outer.gradients(loss).get(x)?.[0]).toBe(9); // to the outer tape `within` is a constant
  });

  test('ends when its work throws', () => {
    const x = parameter([3]);
    const [outer, inner] = [new Tape(), new Tape()];
    const loss = outer.record(() => {
      const fail = (): void =>
        inner.record(() => {
          throw new Error('inside');
        });
      expect(fail).toThrow('inside');
      return square(x);
    });
    expect(outer.gradients(loss).get(x)?.[0]).toBe(6);
    expect(() => outer.gradients(square(x))).toThrow('recorded by this tape'); // nothing records any more
  });

  test('with a parameter changed afterwards: gradients see the values as they are now, so take them first', () => {
    const x = parameter([3]);
    const tape = new Tape();
    const loss = tape.record(() => square(x));
    expect(tape.gradients(loss).get(x)?.[0]).toBe(6);
    x.data[0] = 5;
    expect(tape.gradients(loss).get(x)?.[0]).toBe(10);
  });
});

describe('apply', () => {
  const seen: (Float32Array | null)[][] = [];
  /** a + b, noting which input gradients it is asked for and what it kept. */
  const spyOp: Op<{ keep: boolean }> = {
    name: 'spy',
    outputShape: ([a]) => a,
    forward(k, out, [a, b], { keep }) {
      k.add(out.data, a.data, b.data);
      return keep ? a.data : undefined;
    },
    backward(k, dInputs, dOut, { saved, params: { keep }, inputs: [a] }) {
      expect(saved).toBe(keep ? a.data : undefined);
      seen.push([...dInputs]);
      for (const dx of dInputs) if (dx) k.addScaled(dx, dOut, 1);
    },
  };

  test('asks backward only for inputs that learn, and hands it what forward kept', () => {
    const [x, constant] = [parameter([1]), tensor([2])];
    for (const keep of [true, false]) {
      expect(gradientsOf(() => apply(spyOp, { keep }, x, constant), x, constant)).toEqual([[1], undefined]);
      expect(seen.pop()).toEqual([Float32Array.of(1), null]);
      expect(gradientsOf(() => exp(apply(spyOp, { keep }, constant, scale(x, 0))), x)).toEqual([[0]]);
      expect(seen.pop()?.[0]).toBeNull();
    }
    expect(gradientsOf(() => square(apply(spyOp, { keep: false }, x, x)), x)).toEqual([[8]]);
  });

  test('checks shapes before anything runs', () => {
    const [a, b]: Parameter[] = [parameter([1]), parameter([1, 2])];
    expect(() => add(a, b)).toThrow(ShapeError);
  });
});

test('inside a scope outputs and gradients are scratch: NaN after it closes, under poison', () => {
  withBackend(createJsBackend({ poison: true }), () => {
    const x = parameter([3]);
    const escaped: Float32Array[] = [];
    const slope = backend().scope(() => {
      const tape = new Tape();
      const loss = tape.record(() => square(x));
      const gradient = tape.gradients(loss).get(x) ?? new Float32Array(1);
      escaped.push(loss.data, gradient);
      return gradient[0];
    });
    expect(slope).toBe(6);
    expect(escaped.map(([value]) => value)).toEqual([Number.NaN, Number.NaN]);
    expect(x.data[0]).toBe(3);
  });
});

test('scalar is a tensor of shape [] that takes part like any other', () => {
  const x = parameter(2, []);
  expect(gradientsOf(() => mul(x, scalar(5)), x)).toEqual([[5]]);
});

test('a list of inputs may grow before gradients are taken', () => {
  const [x, y] = [parameter([1, 2]), parameter([3, 4])];
  const loss = (): Tensor => {
    const list = [x];
    const first = sum(concat(list, 0));
    list.push(y);
    return add(first, sum(square(concat(list, 0))));
  };
  expect(gradientsOf(loss, x, y)).toEqual([
    [3, 5],
    [6, 8],
  ]);
});
