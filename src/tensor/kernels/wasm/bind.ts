// From views to addresses: a kernel's JavaScript side takes Float32Arrays, its emitted side the addresses of their first elements.
// Views of linear memory carry theirs, and the call costs some nanoseconds. A call with any other view goes through staging.ts.

import type { View } from './memory.ts';
import type { KernelDeclaration } from './module.ts';
import type { Argument } from './staging.ts';
import type { WasmFunction } from './webassembly.ts';

/** A kernel with its buffers first and its numbers after them, as in the interface Kernels. */
export type Bound = (...given: (View | null | number)[]) => number;

type Numeral = number | undefined;

/** A call with views that carry no address. */
export type Elsewhere = (run: WasmFunction, views: Argument[], numbers: Numeral[]) => number;

/** `address` is the property in which a view of linear memory has its own. */
export function bind(kernel: KernelDeclaration, run: WasmFunction, address: symbol, elsewhere: Elsewhere): Bound {
  const at = (view: Argument): number | undefined => (view === null ? 0 : (view as unknown as Readonly<Record<symbol, number>>)[address]);
  const slow = (views: Argument[], ...numbers: Numeral[]): number => elsewhere(run, views, numbers);
  // One case for each number of buffers, each with more numbers than any kernel has: a rest parameter would make garbage. The
  // emitted function ignores what it does not take.
  // biome-ignore format: the cases are compared more easily as blocks of the same shape.
  const cases: readonly ((...given: never[]) => number)[] = [
    (a: View, m?: number, n?: number, o?: number, p?: number, q?: number, r?: number, s?: number): number => {
      const a0 = at(a);
      return a0 !== undefined ? run(a0, a.length, m, n, o, p, q, r, s) : slow([a], m, n, o, p, q, r, s);
    },
    (a: View, b: Argument, m?: number, n?: number, o?: number, p?: number, q?: number, r?: number, s?: number): number => {
      const a0 = at(a), b0 = at(b);
      return a0 !== undefined && b0 !== undefined
        ? run(a0, b0, a.length, m, n, o, p, q, r, s) : slow([a, b], m, n, o, p, q, r, s);
    },
    (a: View, b: Argument, c: Argument, m?: number, n?: number, o?: number, p?: number, q?: number, r?: number, s?: number): number => {
      const a0 = at(a), b0 = at(b), c0 = at(c);
      return a0 !== undefined && b0 !== undefined && c0 !== undefined
        ? run(a0, b0, c0, a.length, m, n, o, p, q, r, s) : slow([a, b, c], m, n, o, p, q, r, s);
    },
    (a: View, b: Argument, c: Argument, d: Argument, m?: number, n?: number, o?: number, p?: number, q?: number, r?: number,
     s?: number, t?: number, u?: number, v?: number, w?: number, x?: number, y?: number): number => {
      const a0 = at(a), b0 = at(b), c0 = at(c), d0 = at(d);
      return a0 !== undefined && b0 !== undefined && c0 !== undefined && d0 !== undefined
        ? run(a0, b0, c0, d0, a.length, m, n, o, p, q, r, s, t, u, v, w, x, y)
        : slow([a, b, c, d], m, n, o, p, q, r, s, t, u, v, w, x, y);
    },
    (a: View, b: Argument, c: Argument, d: Argument, e: Argument,
     m?: number, n?: number, o?: number, p?: number, q?: number, r?: number, s?: number, t?: number): number => {
      const a0 = at(a), b0 = at(b), c0 = at(c), d0 = at(d), e0 = at(e);
      return a0 !== undefined && b0 !== undefined && c0 !== undefined && d0 !== undefined && e0 !== undefined
        ? run(a0, b0, c0, d0, e0, a.length, m, n, o, p, q, r, s, t) : slow([a, b, c, d, e], m, n, o, p, q, r, s, t);
    },
    (a: View, b: Argument, c: Argument, d: Argument, e: Argument, g: Argument, m?: number, n?: number, o?: number, p?: number): number => {
      const a0 = at(a), b0 = at(b), c0 = at(c), d0 = at(d), e0 = at(e), g0 = at(g);
      return a0 !== undefined && b0 !== undefined && c0 !== undefined && d0 !== undefined && e0 !== undefined && g0 !== undefined
        ? run(a0, b0, c0, d0, e0, g0, a.length, m, n, o, p) : slow([a, b, c, d, e, g], m, n, o, p);
    },
  ];
  const chosen = cases[kernel.buffers.length - 1];
  if (chosen === undefined) throw new Error(`bind: ${kernel.name} must take 1 to ${cases.length} buffers; got ${kernel.buffers.length}`);
  return chosen as unknown as Bound; // callers pass what the kernel's signature in `Kernels` says
}
