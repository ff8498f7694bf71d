// Copies of blocks and their adjoint, which adds. Strided reading stays with the JavaScript set: its inner step is a single float.

import { advance, type Code, type Local } from './code.ts';
import { f32x4, i32, type Value } from './expressions.ts';
import type { KernelFamily } from './family.ts';
import type { Tails } from './tails.ts';
import { mapVectors } from './vectors.ts';

const sizes = { count: 'i32', size: 'i32', toOffset: 'i32', toStride: 'i32', fromOffset: 'i32', fromStride: 'i32' } as const;
type Blocks = { readonly [N in keyof typeof sizes]: Local<'i32'> };

/** to[o·toStride + toOffset + i] ← formula(…) of from[o·fromStride + fromOffset + i] for o < count, i < size. */
function eachBlock(
  f: Code,
  to: Local<'i32'>,
  from: Local<'i32'>,
  { count, toOffset, toStride, fromOffset, fromStride }: Blocks,
  body: () => void,
): void {
  const bytes = (floats: Value<'i32'>): Local<'i32'> => f.let(i32.shl(floats, 2));
  const [toStep, fromStep] = [bytes(toStride), bytes(fromStride)];
  advance(to, bytes(toOffset));
  advance(from, bytes(fromOffset));
  f.repeat(count, () => {
    body();
    advance(to, toStep);
    advance(from, fromStep);
  });
}

export const layoutFamily: KernelFamily = {
  provides: ['copyBlocks', 'addBlocks'],
  emit(m, tails: Tails) {
    m.kernel('copyBlocks', { out: 'out', x: 'in', ...sizes }, (f, { out, x, length: _, ...blocks }) =>
      eachBlock(f, out, x, blocks, () => mapVectors(f, tails, blocks.size, out, [x], (value) => value)),
    );
    m.kernel('addBlocks', { dx: 'out', dOut: 'in', ...sizes }, (f, { dx, dOut, length: _, ...blocks }) =>
      eachBlock(f, dx, dOut, blocks, () => mapVectors(f, tails, blocks.size, dx, [dx, dOut], (sum, d) => f32x4.add(sum, d))),
    );
  },
};
