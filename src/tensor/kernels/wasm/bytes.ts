// Bytes to scaled floats: rows of a memory of screens, which is far too large for linear memory. What is asked for is copied there four
// bytes at a time, and is still in the nearest cache when it is widened.

import { gatherBytes } from '../js/rows.ts';
import type { Kernels } from '../kernels.ts';
import type { Bound } from './bind.ts';
import { advance } from './code.ts';
import { f32x4, i32, i32x4, v128 } from './expressions.ts';
import type { Buffers, KernelFamily } from './family.ts';

/** How many words of four bytes are copied at once. */
const wordsAtOnce = 4096;

export const bytesFamily: KernelFamily = {
  provides: ['gatherBytes'],
  emit(m) {
    // out[at + i] ← factor · bytes[i] for i < count, a multiple of 4
    m.kernel('widen', { out: 'out', bytes: 'in', at: 'i32', count: 'i32', factor: 'f32' }, (f, { out, bytes, at, count, factor }) => {
      const factors = f.let(f32x4.splat(factor));
      advance(out, i32.shl(at, 2));
      f.while(i32.gt_s(count, 0), () => {
        const halves = f.let(v128.load8x8_u(bytes));
        f.store(out, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(halves)), factors));
        f.if(i32.gt_s(count, 4), () => f.store(out, f32x4.mul(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_u(halves)), factors), 16));
        advance(out, 32);
        advance(bytes, 8);
        advance(count, -8);
      });
    });
  },
  adapt: ({ widen }, _, { alloc }) => ({ gatherBytes: gathering(widen, alloc) }),
};

function gathering(widen: Bound, alloc: Buffers['alloc']): Kernels['gatherBytes'] {
  const copied = alloc(wordsAtOnce);
  const words = new Int32Array(copied.buffer, copied.byteOffset, wordsAtOnce);
  const wordsOf = new WeakMap<Uint8Array, Int32Array>();
  return (out, bytes, index, count, width, factor) => {
    if (width % 4 !== 0 || bytes.byteOffset % 4 !== 0) return gatherBytes(out, bytes, index, count, width, Math.fround(factor));
    let whole = wordsOf.get(bytes);
    if (whole === undefined) {
      whole = new Int32Array(bytes.buffer, bytes.byteOffset, Math.floor(bytes.length / 4));
      wordsOf.set(bytes, whole);
    }
    const rowWords = width / 4;
    for (let at = 0; at < count; at++) {
      for (let start = 0; start < rowWords; start += wordsAtOnce) {
        const from = index[at] * rowWords + start;
        const length = Math.min(wordsAtOnce, rowWords - start);
        for (let i = 0; i < length; i++) words[i] = whole[from + i];
        widen(out, copied, at * width + 4 * start, 4 * length, factor);
      }
    }
  };
}
