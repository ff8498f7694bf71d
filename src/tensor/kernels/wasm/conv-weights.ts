// The weight gradient of a convolution, by the plan of its forward pass: for each block of pixels, a product whose rows are the
// numbers of the windows, again read in place, and whose sums run over the pixels:
//
//   for each pixel n of a stretch:   sum[k,o] += x[pixel n, k] · dOut[n,o]
//
// The columns of dOut are copied, one panel of a stretch after another, so that the inner loop reads them in order.

import type { Callable } from './assembler.ts';
import { advance, type Code, choose, type Local } from './code.ts';
import { type Columns, forEachWidth, overPanels, type PanelVectors, tailColumns, wholeColumns } from './conv-panel.ts';
import { blockLayout, entryBytes, planLayout } from './conv-plan.ts';
import { i32, integer, v128 } from './expressions.ts';
import type { ModuleBuilder } from './module.ts';
import type { Tails } from './tails.ts';

/** How many pixels are summed before the next panel: 16 columns of them, and a line of x for each, fit the nearest cache. */
const stretch = 128;

/**
 * Addresses of the first weight's gradient and of the images; of the table of the stretch, which has `pixels` entries; then the
 * rest of the block: rows of taps, numbers in each, and from one row of taps to the next in x and dw, in bytes.
 */
const parameters = {
  dw: 'i32',
  dwRow: 'i32',
  x: 'i32',
  dOut: 'i32',
  table: 'i32',
  pixels: 'i32',
  tapRows: 'i32',
  run: 'i32',
  readRow: 'i32',
  dwTapRow: 'i32',
} as const;
type Stretch = { readonly [N in keyof typeof parameters]: Local<'i32'> };

/** dw[kernelH,kernelW,C,O] += Σ x · dOut, by the plan of the forward pass, for the first `wanted` of the O columns. */
export function emitConvolutionWeights(m: ModuleBuilder, tails: Tails): void {
  const packed = m.reserve(stretch * 64);
  const panels = forEachWidth((vectors) => emitPanel(m, vectors, packed));
  const tail = m.function('convolveWeightsTail', { ...parameters, columns: 'i32' }, (f, { columns, ...given }) =>
    overTapRows(f, given, tailColumns(tails, columns), packed),
  );
  const numbers = { B: 'i32', O: 'i32', wanted: 'i32' } as const;
  m.kernel('convolveWeights', { dw: 'out', x: 'in', dOut: 'in', plan: 'in', ...numbers }, (f, { dw, x, dOut, plan, B, O, wanted }) => {
    const together = f.let(i32.load(plan, planLayout.images));
    const dwRow = f.let(i32.shl(O, 2));
    const readRow = f.let(i32.load(plan, planLayout.readRow));
    const dwTapRow = f.let(i32.mul(i32.load(plan, planLayout.weightRows), dwRow));
    f.while(i32.gt_s(B, 0), () => {
      const images = f.let(choose(i32.lt_s(B, together), B, together));
      const block = f.let(i32.add(plan, planLayout.firstBlock));
      f.repeat(i32.load(plan, planLayout.blocks), () => {
        const ofImage = f.let(i32.load(block, blockLayout.pixels));
        const tapRows = f.let(i32.load(block, blockLayout.tapRows));
        const run = f.let(i32.load(block, blockLayout.run));
        const dwBlock = f.let(i32.add(dw, i32.mul(i32.load(block, blockLayout.weight), dwRow)));
        const table = f.let(i32.add(block, blockLayout.table));
        const left = f.let(i32.mul(ofImage, images));
        advance(block, i32.add(i32.mul(i32.mul(ofImage, together), entryBytes), blockLayout.table));
        f.while(i32.gt_s(left, 0), () => {
          const pixels = f.let(choose(i32.lt_s(left, stretch), left, integer(stretch)));
          const [dwAt, dOutAt, columns] = [f.let(dwBlock), f.let(dOut), f.let(wanted)];
          const given = { dw: dwAt, dwRow, x, dOut: dOutAt, table, pixels, tapRows, run, readRow, dwTapRow };
          const panel = (vectors: PanelVectors): void => {
            f.callWith(panels[vectors], given);
            advance(dwAt, 16 * vectors);
            advance(dOutAt, 16 * vectors);
          };
          overPanels(f, columns, panel, () => f.callWith(tail, { ...given, columns }));
          advance(table, i32.mul(pixels, entryBytes));
          advance(left, i32.sub(0, pixels));
        });
      });
      advance(x, i32.mul(images, i32.load(plan, planLayout.readImage)));
      advance(dOut, i32.mul(images, i32.load(plan, planLayout.computedImage)));
      advance(B, i32.sub(0, images));
    });
  });
}

const emitPanel = (m: ModuleBuilder, vectors: PanelVectors, packed: number): Callable =>
  m.function(`convolveWeights${4 * vectors}`, parameters, (f, given) => overTapRows(f, given, wholeColumns(vectors), packed));

function overTapRows(f: Code, given: Stretch, columns: Columns, packed: number): void {
  const { dw, dwRow, x, table, pixels, tapRows, run, readRow, dwTapRow } = given;
  const tableEnd = f.let(i32.add(table, i32.mul(pixels, entryBytes)));
  packPixels(f, given, tableEnd, columns, packed);
  f.repeat(tapRows, () => {
    const [read, sums, left] = [f.let(x), f.let(dw), f.let(run)];
    for (const rows of [columns.rows, 1]) {
      f.while(i32.ge_s(left, rows), () => {
        addTile(f, { sums, dwRow, read, table, tableEnd, packed }, columns, rows);
        advance(read, 4 * rows);
        advance(sums, i32.mul(dwRow, rows));
        advance(left, -rows);
      });
    }
    advance(x, readRow);
    advance(dw, dwTapRow);
  });
}

/** packed[n] ← the panel's columns of dOut at the table's pixel n. */
function packPixels(f: Code, { dOut, table }: Stretch, tableEnd: Local<'i32'>, columns: Columns, packed: number): void {
  const entry = f.let(table);
  const to = f.let(integer(packed));
  f.while(i32.lt_u(entry, tableEnd), () => {
    const from = f.let(i32.add(dOut, i32.load(entry, 4)));
    for (let j = 0; j < columns.vectors; j++) f.store(to, columns.load(from, j), 16 * j);
    advance(entry, entryBytes);
    advance(to, 16 * columns.vectors);
  });
}

interface Tile {
  readonly sums: Local<'i32'>;
  readonly dwRow: Local<'i32'>;
  readonly read: Local<'i32'>;
  readonly table: Local<'i32'>;
  readonly tableEnd: Local<'i32'>;
  readonly packed: number;
}

/** `rows` neighbouring numbers of the window against all columns of the panel. */
function addTile(f: Code, { sums: first, dwRow, read, table, tableEnd, packed }: Tile, columns: Columns, rows: number): void {
  const each = Array.from({ length: columns.vectors }, (_, vector) => vector);
  const at = [f.let(first)];
  while (at.length < rows) at.push(f.let(i32.add(at[at.length - 1], dwRow)));
  const sums = at.map((address) => each.map((vector) => f.let(columns.load(address, vector))));
  const entry = f.let(table);
  const d = f.let(integer(packed));
  f.while(i32.lt_u(entry, tableEnd), () => {
    const pixel = f.let(i32.add(read, i32.load(entry)));
    const dn = each.map((vector) => f.let(v128.load(d, 16 * vector)));
    sums.forEach((row, k) => {
      const xk = f.let(v128.load32_splat(pixel, 4 * k));
      row.forEach((sum, j) => void sum.set(f.multiplyAdd(xk, dn[j], sum)));
    });
    advance(entry, entryBytes);
    advance(d, 16 * columns.vectors);
  });
  sums.forEach((row, k) => void row.forEach((sum, j) => void columns.store(f, at[k], sum, j)));
}
