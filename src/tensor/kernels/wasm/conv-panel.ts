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
  /** Rows of a tile. */
  readonly rows: number;
  load(address: Value<'i32'>, vector: number): Value<'v128'>;
  store(f: Code, address: Value<'i32'>, value: Value<'v128'>, vector: number): void;
}

/** How many vectors wide a panel can be. Between these there is too little to gain for another copy of the loops. */
export type PanelVectors = 1 | 2 | 4;

/** One of something for each width. */
export const forEachWidth = <T>(create: (vectors: PanelVectors) => T): Readonly<Record<PanelVectors, T>> => ({
  1: create(1),
  2: create(2),
  4: create(4),
});

/** Eight vectors of sums, and no more registers than every 64-bit machine has. */
export const wholeColumns = (vectors: PanelVectors): Columns => ({
  vectors,
  rows: 8 / vectors,
  load: (address, vector) => v128.load(address, 16 * vector),
  store: (f, address, value, vector) => f.store(address, value, 16 * vector),
});

export const tailColumns = (tails: Tails, count: Local<'i32'>): Columns => ({
  vectors: 1,
  rows: 4,
  load: (address) => result('v128', tails.load, address, count),
  store: (f, address, value) => f.call(tails.store, address, value, count),
});

/** Runs `panel` for as many columns as there are, widest first, then `tail` for the last 1 to 3. Counts the columns down. */
export function overPanels(f: Code, columns: Local<'i32'>, panel: (vectors: PanelVectors) => void, tail: () => void): void {
  const whole = (vectors: PanelVectors): void => {
    panel(vectors);
    advance(columns, -4 * vectors);
  };
  f.while(i32.ge_s(columns, 16), () => whole(4));
  for (const vectors of [2, 1] as const) f.if(i32.ge_s(columns, 4 * vectors), () => whole(vectors));
  f.if(columns, tail);
}

/** convolve(…) for 4·vectors columns. */
export function emitConvolutionPanel(m: ModuleBuilder, vectors: PanelVectors): Callable {
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
    const table = f.let(i32.add(block, blockLayout.table));
    const left = f.let(i32.mul(pixels, images));
    const tile: Tile = {
      tapRows: f.let(i32.load(block, blockLayout.tapRows)),
      run,
      weights: f.let(i32.add(weights, i32.mul(i32.load(block, blockLayout.weight), weightRow))),
      nextRead: f.let(i32.sub(readRow, i32.shl(run, 2))),
      nextWeights: f.let(i32.mul(i32.sub(weightRows, run), weightRow)),
      entry: table,
      lastEntry: f.let(i32.add(table, i32.mul(i32.sub(left, 1), entryBytes))),
    };
    advance(block, i32.add(i32.mul(i32.mul(pixels, i32.load(plan, planLayout.images)), entryBytes), blockLayout.table));
    f.while(i32.le_s(tile.entry, tile.lastEntry), () => {
      computeTile(f, panel, tile, columns);
      advance(tile.entry, entryBytes * columns.rows);
    });
  });
}

/** What the tiles of a block have in common, the entry in the table where the next one begins, and the last of the block. */
interface Tile {
  readonly tapRows: Local<'i32'>;
  readonly run: Local<'i32'>;
  readonly weights: Local<'i32'>;
  /** From the end of one row of taps to the beginning of the next, in bytes. */
  readonly nextRead: Local<'i32'>;
  readonly nextWeights: Local<'i32'>;
  readonly entry: Local<'i32'>;
  readonly lastEntry: Local<'i32'>;
}

/** Where fewer pixels are left than a tile has rows, the last pixel stands in all of them: all read before any is written. */
function computeTile(f: Code, { out, read, bias, relu }: Panel, tile: Tile, columns: Columns): void {
  const { tapRows, run, weights, nextRead, nextWeights, entry, lastEntry } = tile;
  const each = Array.from({ length: columns.vectors }, (_, vector) => vector);
  const entries = [entry];
  while (entries.length < columns.rows) {
    const next = f.let(i32.add(entry, entryBytes * entries.length));
    entries.push(f.let(choose(i32.lt_s(next, lastEntry), next, lastEntry)));
  }
  const from = entries.map((at) => f.let(i32.add(read, i32.load(at))));
  const to = entries.map((at) => f.let(i32.add(out, i32.load(at, 4))));
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
