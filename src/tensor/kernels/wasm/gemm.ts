// The kernels gemm and affine, and which way of computing a product suits which sizes. The choice depends on sizes alone, so the
// same product always has the same bits.

import type { Callable } from './assembler.ts';
import { advance, choose } from './code.ts';
import { i32, integer, type Value } from './expressions.ts';
import type { KernelFamily } from './family.ts';
import { emitProduct, productParameters } from './gemm-blocks.ts';
import { emitNarrowProduct } from './gemm-narrow.ts';
import { emitGemv } from './gemv.ts';
import { type ModuleBuilder, zeros } from './module.ts';
import type { Tails } from './tails.ts';

export const gemmFamily: KernelFamily = {
  provides: ['gemm', 'affine'],
  emit: emitGemm,
  adapt: ({ gemm, affine }, kernels) => ({
    gemm(out, a, b, M, N, K, { transposeA, transposeB, accumulate, batch = 1 }) {
      gemm(out, a, b, M, N, K, transposeA ? 1 : 0, transposeB ? 1 : 0, accumulate ? 1 : 0, batch);
    },
    affine(out, x, w, bias, M, N, K, activation) {
      affine(out, x, w, bias, M, N, K, activation === 'relu' ? 1 : 0);
      if (activation === 'tanh') kernels.tanh(out, out);
      else if (activation === 'sigmoid') kernels.sigmoid(out, out);
    },
  }),
};

function emitGemm(m: ModuleBuilder, tails: Tails): void {
  const product = emitProduct(m, tails);
  const multiply = emitMultiply(m, product);
  m.kernel(
    'gemm',
    { out: 'out', a: 'in', b: 'in', M: 'i32', N: 'i32', K: 'i32', transposeA: 'i32', transposeB: 'i32', accumulate: 'i32', batch: 'i32' },
    (f, { out, a, b, M, N, K, transposeA, transposeB, accumulate, batch }) => {
      const outRow = f.let(bytes(N));
      const aRow = f.let(choose(transposeA, integer(4), bytes(K)));
      const aColumn = f.let(choose(transposeA, bytes(M), integer(4)));
      const bLine = f.let(choose(transposeB, bytes(K), bytes(N)));
      const product = { out, outRow, a, aRow, aColumn, b, bLine, transposeB, M, N, K, relu: 0 };
      f.repeat(batch, () => {
        f.if(
          accumulate,
          () => f.callWith(multiply, { ...product, start: out, startRow: outRow, startColumn: 4 }),
          () => f.callWith(multiply, { ...product, start: zeros, startRow: 0, startColumn: 0 }),
        );
        advance(out, bytes(i32.mul(M, N)));
        advance(a, bytes(i32.mul(M, K)));
        advance(b, bytes(i32.mul(K, N)));
      });
    },
  );
  m.kernel(
    'affine',
    { out: 'out', x: 'in', w: 'in', bias: 'in', M: 'i32', N: 'i32', K: 'i32', relu: 'i32' },
    (f, { out, x, w, bias, M, N, K, relu }) => {
      const outRow = f.let(bytes(N));
      const a = { a: x, aRow: bytes(K), aColumn: 4 };
      const b = { b: w, bLine: outRow, transposeB: 0 };
      f.callWith(multiply, { out, outRow, ...a, ...b, start: bias, startRow: 0, startColumn: 4, M, N, K, relu });
    },
  );
  emitPart(m, product);
}

/** A part of a product, for a thread: whatever its sizes are, its sums are added up in the order in which those of the whole are. */
function emitPart(m: ModuleBuilder, product: Callable): void {
  const { out: _out, a: _a, b: _b, start: _start, ...numbers } = productParameters;
  m.kernel('productPart', { out: 'out', a: 'in', b: 'in', start: 'in', ...numbers }, (f, given) => f.callWith(product, given));
}

/** How many bytes that many floats take. */
const bytes = (count: Value<'i32'>): Value<'i32'> => i32.shl(count, 2);

/** The function `product`, by whichever way is fastest for the sizes. */
function emitMultiply(m: ModuleBuilder, product: Callable): Callable {
  const narrow = emitNarrowProduct(m, product);
  const gemv = emitGemv(m);
  return m.function('multiply', productParameters, (f, given) => {
    const { aColumn, b, transposeB, M, N } = given;
    const whichever = (condition: Value<'i32'>, way: () => void, otherwise: () => void): void => f.if(condition, way, otherwise);
    whichever(
      i32.and(i32.eq(M, 1), i32.eqz(transposeB)),
      () => f.callWith(gemv, { ...given, b }),
      () =>
        whichever(
          i32.lt_s(N, choose(i32.eq(aColumn, 4), integer(4), integer(8))),
          () => f.callWith(narrow, given),
          () => f.callWith(product, given),
        ),
    );
  });
}
