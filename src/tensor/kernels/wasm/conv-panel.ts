// The inner loops of a convolution: all pixels of a few images for a few neighbouring output channels, computed tile by tile as
// in gemm-panel.ts. Where a row of the left matrix lies is read from a plan, and the row is read in place, in stretches:
//
//   for each row of taps:   for each k of the row:   sum[i,j] += read[pixel i, k] · weights[k,j]

import type { Callable } from './assembler.ts';
import { advance, type Code, choose, type Local, result } from './code.ts';
import { blockLayout, entryBytes, planLayout } from './conv-plan.ts';
import { f32x4, i32, lanes, type Value, v128 } from './expressions.ts';
import type { ModuleBuilder } from './module.ts';
import type { Tails } from './tails.ts';

/**
 * Addresses. `read` is an image batch, `weights` packed for as many columns as the panel has, `bias` their biases; without it (0)
 * sums begin with what `out` holds. `images` are at most those of the plan. After relu, where that is not 0, sums end in `out`.
 */
const parameters = { out: 'i32', read: 'i32', weights: 'i32', bias: 'i32', plan: 'i32', images: 'i32', relu: 'i32' } as const;
type Panel = { readonly [N in keyof typeof parameters]: Local<'i32'> };

/** What a panel of some width reads and writes: whole vectors, or a single one of which `columns` (1 to 3) lanes count. */
export interface Columns {
  readonly vectors: number;
  load(address: Value<'i32'>, vector: number): Value<'v128'>;
  store(f: Code, address: Value<'i32'>, value: Value<'v128'>, vector: number): void;
}

export const wholeColumns = (vectors: number): Columns => ({
  vectors,
  load: (address, vector) => v128.load(address, 16 * vector),
  store: (f, address, value, vector) => f.store(address, value, 16 * vector),
});

export const tailColumns = (tails: Tails, count: Local<'i32'>): Columns => ({
  vectors: 1,
  load: (address) => result('v128', tails.load, address, count),
  store: (f, address, value) => f.call(tails.store, address, value, count),
});

/** Rows a tile for panels of 1, 2, 3 and 4 vectors. */
export const tileRows = [8, 4, 2, 2] as const;

/** convolve(…) for 4·vectors columns. */
export function emitConvolutionPanel(m: ModuleBuilder, vectors: 1 | 2 | 3 | 4): Callable {
  return m.function(`convolve${4 * vectors}`, parameters, (f, panel) => overBlocks(f, panel, wholeColumns(vectors)));
}

/** convolve(…, columns) for the last 1 to 3 columns. */
export function emitConvolutionTail(m: ModuleBuilder, tails: Tails): Callable {
  return m.function('convolveTail', { ...parameters, columns: 'i32' }, (f, { columns, ...panel }) =>
    overBlocks(f, panel, tailColumns(tails, columns)),
  );
}

function overBlocks(f: Code, panel: Panel, columns: Columns): void {
  const { plan, images, weights } = panel;
  const weightRow = 16 * columns.vectors;
  const readRow = f.let(i32.load(plan, planLayout.readRow));
  const weightRows = f.let(i32.load(plan, planLayout.weightRows));
  const block = f.let(i32.add(plan, planLayout.firstBlock));
  f.repeat(i32.load(plan, planLayout.blocks), () => {
    const pixels = f.let(i32.load(block, blockLayout.pixels));
    const run = f.let(i32.load(block, blockLayout.run));
    const tile: Tile = {
      tapRows: f.let(i32.load(block, blockLayout.tapRows)),
      run,
      weights: f.let(i32.add(weights, i32.mul(i32.load(block, blockLayout.weight), weightRow))),
      nextRead: f.let(i32.sub(readRow, i32.shl(run, 2))),
      nextWeights: f.let(i32.mul(i32.sub(weightRows, run), weightRow)),
      entry: f.let(i32.add(block, blockLayout.table)),
    };
    const left = f.let(i32.mul(pixels, images));
    advance(block, i32.add(i32.mul(i32.mul(pixels, i32.load(plan, planLayout.images)), entryBytes), blockLayout.table));
    for (const rows of [tileRows[columns.vectors - 1], 1]) {
      f.while(i32.ge_s(left, rows), () => {
        computeTile(f, panel, tile, columns, rows);
        advance(tile.entry, entryBytes * rows);
        advance(left, -rows);
      });
    }
  });
}

/** What the tiles of a block have in common, and the entry in the table of the next one. */
interface Tile {
  readonly tapRows: Local<'i32'>;
  readonly run: Local<'i32'>;
  readonly weights: Local<'i32'>;
  /** From the end of one row of taps to the beginning of the next, in bytes. */
  readonly nextRead: Local<'i32'>;
  readonly nextWeights: Local<'i32'>;
  readonly entry: Local<'i32'>;
}

function computeTile(f: Code, { out, read, bias, relu }: Panel, tile: Tile, columns: Columns, rows: number): void {
  const { tapRows, run, weights, nextRead, nextWeights, entry } = tile;
  const each = Array.from({ length: columns.vectors }, (_, vector) => vector);
  const pixels = Array.from({ length: rows }, (_, i) => entryBytes * i);
  const from = pixels.map((at) => f.let(i32.add(read, i32.load(entry, at))));
  const to = pixels.map((at) => f.let(i32.add(out, i32.load(entry, at + 4))));
  const sums = to.map((address) => {
    const start = f.let(choose(bias, bias, address));
    return each.map((vector) => f.let(columns.load(start, vector)));
  });
  const weight = f.let(weights);

  f.repeat(tapRows, () => {
    f.repeat(run, () => {
      const w = each.map((vector) => f.let(v128.load(weight, 16 * vector)));
      sums.forEach((row, i) => {
        const x = f.let(v128.load32_splat(from[i]));
        row.forEach((sum, j) => void sum.set(f.multiplyAdd(x, w[j], sum)));
      });
      for (const address of from) advance(address, 4);
      advance(weight, 16 * columns.vectors);
    });
    for (const address of from) advance(address, nextRead);
    advance(weight, nextWeights);
  });

  f.if(relu, () => {
    const zero = f.let(lanes(0));
    for (const sum of sums.flat()) sum.set(f32x4.pmax(sum, zero));
  });
  sums.forEach((row, i) => void row.forEach((sum, j) => void columns.store(f, to[i], sum, j)));
}
