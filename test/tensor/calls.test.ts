import { describe, expect, test } from 'vitest';
import { type Gradients, Tape } from '../../src/tensor/autograd.ts';
import { backend } from '../../src/tensor/current-backend.ts';
import { matmul } from '../../src/tensor/ops/affine.ts';
import { mul, scale, square } from '../../src/tensor/ops/arithmetic.ts';
import { concat, expand, reshape, transpose } from '../../src/tensor/ops/layout.ts';
import { sum } from '../../src/tensor/ops/reduce.ts';
import { select } from '../../src/tensor/ops/rows.ts';
import type { Shape } from '../../src/tensor/shape.ts';
import { parameter, scratchBatch, scratchTensor, type Tensor, tensor } from '../../src/tensor/tensor.ts';

/** The tensor that the work makes in a scope of its own, to compare objects; its numbers belong to the next scope. */
function made(work: () => Tensor): Tensor {
  let kept: Tensor | undefined;
  backend().scope(() => {
    kept = work();
  });
  return kept ?? expect.unreachable();
}

describe('a scope that repeats the one before', () => {
  test('gets the same tensors, with the numbers of now', () => {
    const x = tensor([[1, 2]]);
    const work = (): Tensor => sum(square(scale(x, 3)));
    const first = made(work);
    expect(first.data[0]).toBe(45);
    x.data[0] = 0;
    expect(made(work)).toBe(first);
    expect(first.data[0]).toBe(36);
  });

  test('gets new ones where inputs, an op or a shape differ', () => {
    const [x, y] = [tensor([[1, 2]]), tensor([[3, 4]])];
    const first = made(() => square(x));
    expect(made(() => square(y))).not.toBe(first);
    expect([...made(() => scale(y, 2)).data]).toEqual([6, 8]);
    expect([...made(() => square(x)).data]).toEqual([1, 4]);
    expect(made(() => reshape(x, [2, 1])).shape).toEqual([2, 1]);
    expect(made(() => reshape(x, [1, 2])).shape).toEqual([1, 2]);
    expect(made(() => reshape(x, [2])).shape).toEqual([2]);
  });

  test('computes with the params of now', () => {
    const x = tensor([[1, 2]]);
    const factors = [2, 5, -1];
    expect(factors.map((factor) => made(() => scale(x, factor)).data[1])).toEqual([4, 10, -2]);
    expect([0, 1, 0].map((axis) => [...made(() => sum(x, axis)).data])).toEqual([[1, 2], [3], [1, 2]]);
  });

  test('is not deceived by a list that has changed meanwhile', () => {
    const x = tensor([[1], [2]]);
    const list = [2, 2];
    expect([...made(() => expand(x, list)).data]).toEqual([1, 1, 2, 2]);
    list[1] = 3;
    expect([...made(() => expand(x, list)).data]).toEqual([1, 1, 1, 2, 2, 2]);
    list[0] = 1;
    list[1] = 0;
    expect(made(() => transpose(x, list)).shape).toEqual([1, 2]);
    list.sort();
    expect(made(() => transpose(x, list)).shape).toEqual([2, 1]);
  });

  test('checks an index anew, though it is the same array', () => {
    const x = tensor([[1, 2]]);
    const index = Int32Array.of(1);
    const work = (): Tensor => select(x, index);
    expect(made(work).data[0]).toBe(2);
    index[0] = 0;
    expect(made(work).data[0]).toBe(1);
    index[0] = 2;
    expect(() => made(work)).toThrow('select: every index must be in 0…1; got 2');
  });

  test('joins as many tensors as it is given', () => {
    const [x, y] = [tensor([1]), tensor([2])];
    expect([...made(() => concat([x, y, x, y], 0)).data]).toEqual([1, 2, 1, 2]);
    expect([...made(() => concat([x, y, y, y], 0)).data]).toEqual([1, 2, 2, 2]);
    expect([...made(() => concat([x, y], 0)).data]).toEqual([1, 2]);
  });

  test('walks back the same way, into the same map', () => {
    const [w, x] = [parameter([[2]]), tensor([[3]])];
    const maps: Gradients[] = [];
    const slope = (): number =>
      backend().scope(() => {
        const tape = new Tape();
        const gradients = tape.gradients(tape.record(() => sum(matmul(x, w))));
        maps.push(gradients);
        return gradients.get(w)?.[0] ?? Number.NaN;
      });
    expect(slope()).toBe(3);
    x.data[0] = 7;
    expect(slope()).toBe(7); // not 10: what was collected before is gone
    expect(maps[1]).toBe(maps[0]);
  });

  test('walks another way when something else is recorded', () => {
    const [a, b] = [parameter([2]), parameter([5])];
    const slopes = (recordFirst: boolean): number[] =>
      [...Array(2)].map(() =>
        backend().scope(() => {
          const tape = new Tape();
          const before = recordFirst ? undefined : square(a);
          const loss = tape.record(() => mul(before ?? square(a), b));
          return tape.gradients(loss).get(a)?.[0] ?? 0;
        }),
      );
    expect(slopes(true)).toEqual([20, 20]);
    expect(slopes(false)).toEqual([0, 0]); // a constant now
    expect(slopes(true)).toEqual([20, 20]);
  });

  test('walks the way it walked last, also after one that took something else in between', () => {
    const x = parameter([3, 4]);
    const map = (between: number): Gradients | undefined => {
      let gradients: Gradients | undefined;
      backend().scope(() => {
        const tape = new Tape();
        const loss = tape.record(() => sum(square(x)));
        for (let i = 0; i < between; i++) scratchTensor([2]);
        gradients = tape.gradients(loss);
      });
      return gradients;
    };
    for (const between of [0, 1, 0, 2]) {
      const first = map(between);
      expect(map(between)).toBe(first);
    }
  });

  test('and keeps its tape gets the gradients of what it recorded last', () => {
    const [x, y] = [parameter([3]), parameter([5])];
    const tape = new Tape();
    const slope = (work: () => Tensor): number => backend().scope(() => tape.gradients(tape.record(work)).get(x)?.[0] ?? 0);
    expect(slope(() => sum(square(x)))).toBe(6);
    expect(slope(() => sum(scale(x, 7)))).toBe(7); // in the same buffers
    expect(slope(() => sum(square(x)))).toBe(6);
    const late = new Tape();
    const product = (recordFirst: boolean): number =>
      backend().scope(() => {
        const before = recordFirst ? undefined : square(x);
        const loss = late.record(() => mul(before ?? square(x), y));
        return late.gradients(loss).get(x)?.[0] ?? 0;
      });
    expect([product(false), product(true)]).toEqual([0, 30]);
  });

  test('and keeps its tape counts each call once', () => {
    const x = parameter([3]);
    const tape = new Tape();
    const slope = (): number => backend().scope(() => tape.gradients(tape.record(() => square(x))).get(x)?.[0] ?? Number.NaN);
    expect([slope(), slope(), slope()]).toEqual([6, 6, 6]);
  });
});

test('outside a scope nothing is used again', () => {
  const x = tensor([1]);
  expect(square(x)).not.toBe(square(x));
  expect(scratchTensor([1])).not.toBe(scratchTensor([1]));
});

test('scratch tensors are the same objects for the same shapes only', () => {
  const shapes: Shape[] = [[2, 3], [3, 2], [6]];
  const first = shapes.map((shape) => made(() => scratchTensor(shape)));
  expect(first.map(({ shape }) => shape)).toEqual(shapes);
  expect(made(() => scratchTensor([6]))).toBe(first[2]);
  expect(made(() => scratchBatch(2, [3])).shape).toEqual([2, 3]);
  expect(made(() => scratchBatch(6, []))).toBe(made(() => scratchBatch(6, [])));
  expect(made(() => scratchBatch(3, [2])).shape).toEqual([3, 2]);
});
