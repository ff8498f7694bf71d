// Matrix products of any size, cut into what the inner loops can do: columns into panels of 16 and a rest of 12, 8, 4 and fewer;
// all three sizes into parts, so that what is read again soon is still in a cache:
//
//   for each stretch of k:   for each slab of columns: copy it, panel after panel   (second cache)
//     for each block of rows (nearest cache):   for each panel of the slab (passes through the nearest cache):   tiles
//
// Few rows at a time also mean that a large `out` is read and written along its rows, which processors see coming. Where a has many
// zeros, gemm-sparse.ts does what it can of each slab first, with blocks and panels of its own.

import type { Callable } from './assembler.ts';
import { advance, type Code, choose, type Local, result, resultWith } from './code.ts';
import { i32, integer, type Value } from './expressions.ts';
import type { KernelFamily } from './family.ts';
import { importPacking, type Packing } from './gemm-pack.ts';
import { emitPanel, importRestOfPanels, restFamily } from './gemm-panel.ts';
import { importPackSlab, slabFamily } from './gemm-slab.ts';
import { emitSparsePays, importAllFinite, importSparsePanels, sparseFamily } from './gemm-sparse.ts';
import { blockRows, type ProductWorkspace, reserveProductWorkspace, slabColumns, stretch } from './gemm-workspace.ts';
import type { ModuleBuilder } from './module.ts';

/** A b of fewer numbers is read where it lies: it stays in the cache anyway. */
export const packFrom = 16384;
/** Fewer rows than this do not repay a copy of b. */
const packRowsFrom = 8;
/** Fewer rows or columns than this do not repay notes about zeros. */
const sparseFrom = 32;
/** From so many columns on, wider panels repay what they leave to others. */
const wideFrom = 80;

/**
 * out[M,N] ← a[M,K] · b[K,N] + start, then relu where that is not 0; so often, for a batch of matrices one after another. All distances
 * are in bytes: `out` is written at i·outRow; `a` is read at i·aRow + k·aColumn; a line of `b` is a row of it, or a column where
 * transposeB is not 0; `start` is read at i·startRow + j·startColumn, where startColumn is 4, or 0 for sums that start with the
 * zeros that lie nowhere. Zeros of `a` are skipped only where skipsZeros is not 0.
 */
export const productParameters = {
  out: 'out',
  a: 'in',
  b: 'in',
  start: 'in',
  outRow: 'i32',
  aRow: 'i32',
  aColumn: 'i32',
  bLine: 'i32',
  transposeB: 'i32',
  startRow: 'i32',
  startColumn: 'i32',
  M: 'i32',
  N: 'i32',
  K: 'i32',
  relu: 'i32',
  batch: 'i32',
  skipsZeros: 'i32',
} as const;
type Product = { readonly [N in keyof typeof productParameters]: Local<'i32'> };

export const productFamily: KernelFamily = {
  provides: [],
  mayCall: [slabFamily, restFamily, sparseFamily],
  emit(m) {
    const workspace = reserveProductWorkspace(m);
    const parts = {
      packSlab: importPackSlab(m),
      packing: importPacking(m),
      rest: importRestOfPanels(m),
      allFinite: importAllFinite(m),
      sparsePanels: importSparsePanels(m),
      pays: emitSparsePays(m),
      panel: emitPanel(m, 4),
    };
    // It gives 1 where it would pay to skip zeros.
    m.kernel(
      'product',
      productParameters,
      (f, given) => {
        const manyZeros = f.variable('i32');
        eachOfBatch(f, given, (one) => product(f, one, parts, workspace, manyZeros));
        f.give(manyZeros);
      },
      'i32',
    );
  },
};

/** The kernel as another module calls it; `length` does not matter. */
export function importProduct(m: ModuleBuilder): Callable {
  const { out: _out, a: _a, b: _b, start: _start, ...numbers } = productParameters;
  return m.elsewhere('product', { out: 'i32', a: 'i32', b: 'i32', start: 'i32', length: 'i32', ...numbers }, 'i32');
}

/** Runs the body with each product of a batch. It may change what it is given. */
export function eachOfBatch(f: Code, given: Product, body: (one: Product) => void): void {
  const { out, outRow, a, b, start, startRow, M, N, K, batch } = given;
  f.repeat(batch, () => {
    const [oneStart, oneStartRow, oneStartColumn, oneM] = [f.let(start), f.let(startRow), f.let(given.startColumn), f.let(M)];
    const copies = { start: oneStart, startRow: oneStartRow, startColumn: oneStartColumn, M: oneM };
    body({ ...given, out: f.let(out), a: f.let(a), b: f.let(b), ...copies });
    advance(out, i32.mul(outRow, M));
    advance(a, bytes(i32.mul(M, K)));
    advance(b, bytes(i32.mul(K, N)));
    advance(start, i32.mul(startRow, M));
  });
}

type Parts = { readonly packing: Packing } & Readonly<
  Record<'packSlab' | 'rest' | 'allFinite' | 'sparsePanels' | 'pays' | 'panel', Callable>
>;

function product(f: Code, given: Product, parts: Parts, workspace: ProductWorkspace, manyZeros: Local<'i32'>): void {
  const { out, outRow, a, aRow, aColumn, b, bLine, transposeB, start, startRow, startColumn, M, N, K, relu } = given;
  const nextColumn = f.let(choose(transposeB, bLine, integer(4)));
  const nextK = f.let(choose(transposeB, integer(4), bLine));
  const large = f.let(i32.and(i32.ge_s(i32.mul(K, N), packFrom), i32.ge_s(M, packRowsFrom)));
  const packs = f.let(i32.or(transposeB, large));
  inParts(f, K, stretch, true, (k, kLeft) => {
    const last = f.let(i32.and(relu, i32.eq(k, kLeft)));
    const [slabOut, slabB, slabStart] = [f.let(out), f.let(b), f.let(start)];
    inParts(f, N, slabColumns, false, (columns) => {
      const isLarge = i32.and(i32.ge_s(M, sparseFrom), i32.ge_s(columns, sparseFrom));
      const pays = f.let(allOf(k, isLarge, result('i32', parts.pays, a, aRow, aColumn, M, k)));
      manyZeros.set(i32.or(manyZeros, pays));
      const maySkip = f.let(i32.and(pays, given.skipsZeros));

      const wide = f.let(i32.and(i32.and(maySkip, i32.eqz(large)), i32.ge_s(columns, wideFrom)));
      const { slab, bRow, bPanel, line, inPanels } = place(f, { slabB, bLine, transposeB, k, columns, packs, wide }, parts, workspace);
      const slabBytes = choose(inPanels, bytes(i32.mul(k, columns)), i32.add(i32.mul(line, i32.sub(k, 1)), bytes(wholeVectors(columns))));
      const skips = allOf(maySkip, result('i32', parts.allFinite, slab, slabBytes));
      const [rowsOut, rowsA, rowsStart, left] = [f.let(slabOut), f.let(a), f.let(slabStart), f.let(columns)];
      const whole = { outRow, aRow, aColumn, startRow, K: k, relu: last };
      f.if(skips, () => {
        const sparse = { ...whole, out: slabOut, a, b: slab, bRow, start: slabStart, M, startColumn, columns, bPanel, wide };
        const done = f.let(resultWith('i32', parts.sparsePanels, sparse));
        advance(rowsOut, bytes(done));
        advance(slab, choose(inPanels, i32.mul(i32.shr_u(done, 4), bPanel), bytes(done)));
        advance(rowsStart, i32.mul(startColumn, done));
        advance(left, i32.sub(0, done));
      });
      inParts(f, M, blockRows, false, (rows) => {
        const [outAt, bAt, startAt] = [f.let(rowsOut), f.let(slab), f.let(rowsStart)];
        const block = { ...whole, out: outAt, a: rowsA, b: bAt, start: startAt, M: rows };
        f.repeat(i32.shr_u(left, 4), () => {
          f.callWith(parts.panel, { ...block, bRow });
          advance(outAt, 64);
          advance(bAt, bPanel);
          advance(startAt, i32.shl(startColumn, 4));
        });
        const rest = i32.and(left, 15);
        f.if(rest, () => f.callWith(parts.rest, { ...block, bLine: line, packs: inPanels, startColumn, columns: rest }));
        advance(rowsOut, i32.mul(outRow, rows));
        advance(rowsA, i32.mul(aRow, rows));
        advance(rowsStart, i32.mul(startRow, rows));
      });
      advance(slabOut, i32.shl(columns, 2));
      advance(slabB, i32.mul(nextColumn, columns));
      advance(slabStart, i32.mul(startColumn, columns));
    });

    // The next stretch adds to what this one left.
    start.set(out);
    startRow.set(outRow);
    startColumn.set(4);
    advance(a, i32.mul(aColumn, k));
    advance(b, i32.mul(nextK, k));
  });
}

type Slab = Readonly<Record<'slabB' | 'bLine' | 'transposeB' | 'k' | 'columns' | 'packs' | 'wide', Local<'i32'>>>;

/**
 * Where a slab of b is read: in panels of 16 columns, which are copied, or, for `wide` ones, row by row, where it lies or from a copy
 * of its transpose. The last 1 to 3 columns are copied in any case.
 */
function place(f: Code, { slabB, bLine, transposeB, k, columns, packs, wide }: Slab, parts: Parts, { packed, turned }: ProductWorkspace) {
  const inPanels = f.let(i32.gt_s(packs, wide));
  const turns = f.let(i32.gt_s(packs, inPanels));
  const line = f.let(choose(turns, bytes(wholeVectors(columns)), bLine));
  f.if(turns, () => f.call(parts.packing.columns, integer(turned), slabB, bLine, k, i32.shr_u(columns, 2), line));
  f.if(i32.or(inPanels, i32.and(columns, 3)), () => f.call(parts.packSlab, slabB, bLine, transposeB, k, columns, inPanels));
  return {
    slab: f.let(choose(inPanels, integer(packed), choose(turns, integer(turned), slabB))),
    bRow: f.let(choose(inPanels, integer(64), line)),
    bPanel: f.let(choose(inPanels, i32.shl(k, 6), integer(64))),
    line,
    inPanels,
  };
}

/** How many bytes that many floats take. */
const bytes = (count: Value<'i32'>): Value<'i32'> => i32.shl(count, 2);

/** How many columns there are without the last 1 to 3. */
const wholeVectors = (columns: Local<'i32'>): Value<'i32'> => i32.and(columns, -4);

/** 1 where none of the conditions is 0. They are asked in order, and none after one that is 0. */
const allOf = (...conditions: readonly Value<'i32'>[]): Value<'i32'> =>
  conditions.reduceRight((rest, condition) => choose(condition, rest, integer(0)));

/** Runs the body for `total` in parts of at most `most`; at least once where `always` is true, then with a part of 0. */
function inParts(
  f: Code,
  total: Local<'i32'>,
  most: number,
  always: boolean,
  body: (part: Local<'i32'>, left: Local<'i32'>) => void,
): void {
  const left = f.let(total);
  const part = f.variable('i32');
  const round = (): void => {
    part.set(choose(i32.lt_s(left, most), left, integer(most)));
    body(part, left);
    advance(left, i32.sub(0, part));
  };
  if (always) f.doWhile(i32.gt_s(left, 0), round);
  else f.while(i32.gt_s(left, 0), round);
}
