import { describe, expect, expectTypeOf, test } from 'vitest';
import { type Backend, createJsBackend } from '../../src/tensor/backend.ts';
import { backend, useBackend } from '../../src/tensor/current-backend.ts';
import { matmul } from '../../src/tensor/ops/affine.ts';
import { add, square } from '../../src/tensor/ops/arithmetic.ts';
import type { Plain } from '../../src/tensor/scratch.ts';
import { type Tensor, tensor } from '../../src/tensor/tensor.ts';
import { createDoublePrecisionBackend, withBackend } from '../support/double-precision-backend.ts';

/** The buffers that one scope hands out for these lengths. */
function taken(on: Backend, lengths: readonly number[]): Float32Array[] {
  const buffers: Float32Array[] = [];
  on.scope(() => {
    for (const length of lengths) buffers.push(on.scratch(length));
  });
  return buffers;
}

describe('scope', () => {
  test('hands out the same buffer objects again, in the same order', () => {
    const on = createJsBackend();
    const first = taken(on, [3, 5, 5, 0]);
    expect(first.map(({ length }) => length)).toEqual([3, 5, 5, 0]);
    expect(new Set(first).size).toBe(4);
    taken(on, [3, 5, 5, 0]).forEach((buffer, i) => void expect(buffer).toBe(first[i]));
  });

  test('a different length at some place gets a buffer of its own; the places around it keep theirs', () => {
    const on = createJsBackend();
    const [a, , c] = taken(on, [3, 5, 7]);
    const again = taken(on, [3, 6, 7]);
    expect(again[0]).toBe(a);
    expect(again[1]).toHaveLength(6);
    expect(again[2]).toBe(c);
  });

  test('nested scopes: the inner one reuses what an earlier inner one used, and leaves the outer one’s alone', () => {
    const on = createJsBackend({ poison: true });
    on.scope(() => {
      const outer = on.scratch(2).fill(1);
      const [first] = taken(on, [4]);
      const [second] = taken(on, [4]);
      expect(second).toBe(first);
      expect(first).not.toBe(outer);
      expect([...first]).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
      expect([...outer]).toEqual([1, 1]);
      expect(on.scratch(4)).toBe(first); // closed, so its buffer is free for the outer scope
    });
  });

  test('outside a scope scratch is an ordinary new buffer, never handed out twice', () => {
    const on = createJsBackend();
    const [inside] = taken(on, [2]);
    const [a, b] = [on.scratch(2), on.scratch(2)];
    expect(a).not.toBe(b);
    expect(a).not.toBe(inside);
    expect(taken(on, [2])[0]).toBe(inside);
  });

  test('returns the value of its work', () => {
    expect(createJsBackend().scope(() => ({ loss: 1, name: 'x' }))).toEqual({ loss: 1, name: 'x' });
  });

  test('an exception passes through, and the scope is closed', () => {
    const on = createJsBackend({ poison: true });
    const escaped: Float32Array[] = [];
    const fail = (): void =>
      on.scope(() => {
        escaped.push(on.scratch(1).fill(7));
        on.scope(() => {
          escaped.push(on.scratch(1).fill(8));
          throw new Error('inner');
        });
      });
    expect(fail).toThrow('inner');
    expect(escaped.map(([x]) => x)).toEqual([Number.NaN, Number.NaN]);
    expect(taken(on, [1, 1])).toEqual(escaped);
    expect(on.scratch(1)).not.toBe(escaped[0]); // no scope is open any more
  });

  test('only plain values may leave, says the compiler', () => {
    expectTypeOf<Tensor>().not.toExtend<Plain>();
    expectTypeOf<Float32Array>().not.toExtend<Plain>();
    expectTypeOf<{ q: Tensor }>().not.toExtend<Plain>();
    expectTypeOf<{ loss: number; note: string | undefined }>().toExtend<Plain>();
  });

  test('a closing scope leaves contents as they are, unless poison was asked for', () => {
    for (const [on, after] of [
      [createJsBackend(), 7],
      [createJsBackend({ poison: false }), 7],
      [createJsBackend({ poison: true }), Number.NaN],
    ] as const) {
      const [buffer] = taken(on, [1]);
      on.scope(() => void on.scratch(1).fill(7));
      expect(buffer[0]).toBe(after);
    }
  });

  test('buffers from alloc are zero and outlive the scope', () => {
    const on = createJsBackend({ poison: true });
    let kept = new Float32Array(0);
    on.scope(() => {
      on.scratch(3).fill(5);
      kept = on.alloc(3) as Float32Array<ArrayBuffer>;
    });
    expect([...kept]).toEqual([0, 0, 0]);
  });
});

describe('tensors in a scope', () => {
  test('results are scratch: with poison, one that escapes by assignment is NaN afterwards', () => {
    withBackend(createJsBackend({ poison: true }), () => {
      const x = tensor([1, 2]);
      let escaped: Tensor | undefined;
      const sum = backend().scope(() => {
        escaped = square(x);
        return escaped.data[0] + escaped.data[1];
      });
      expect(sum).toBe(5);
      expect([...(escaped?.data ?? [])]).toEqual([Number.NaN, Number.NaN]);
      expect([...x.data]).toEqual([1, 2]); // tensor() allocates: inputs and parameters are not scratch
    });
  });

  test('the same update twice runs on the same buffers and gives the same result', () => {
    withBackend(createJsBackend(), () => {
      const x = tensor([
        [1, 2],
        [3, 4],
      ]);
      const seen: Float32Array[] = [];
      const update = (): number =>
        backend().scope(() => {
          const y = matmul(x, x);
          const z = add(y, x);
          seen.push(y.data, z.data);
          return z.data[3];
        });
      expect([update(), update()]).toEqual([26, 26]);
      expect(seen[2]).toBe(seen[0]);
      expect(seen[3]).toBe(seen[1]);
    });
  });
});

describe('useBackend', () => {
  test('makes a backend current and returns the one it replaces', () => {
    const before = backend();
    const other = createDoublePrecisionBackend();
    expect(useBackend(other)).toBe(before);
    expect(backend()).toBe(other);
    expect(tensor([0.1]).data[0]).toBe(0.1); // 64 bits
    expect(useBackend(before)).toBe(other);
    expect(tensor([0.1]).data[0]).toBe(Math.fround(0.1));
  });
});
