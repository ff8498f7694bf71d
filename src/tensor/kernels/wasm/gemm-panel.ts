// The inner loops of a matrix product: a panel is all rows of `out` for a few neighbouring columns, computed tile by tile. A tile
// keeps its sums in registers while k runs, so each number that is loaded is used several times:
//
//   for each k:   load 4·vectors numbers of b's row k;   for each row i: broadcast a[i,k];   sum[i,j] += a[i,k] · b[k,j]
//
// 2 × 16 sums, 4 vectors of b and 1 of a just fit the 16 vector registers that every 64-bit machine has.

import type { Callable } from './assembler.ts';
import { advance, type Code, choose, type Local, result } from './code.ts';
import { f32x4, i32, integer, lanes, type Value, v128 } from './expressions.ts';
import type { KernelFamily } from './family.ts';
import { reserveProductWorkspace } from './gemm-workspace.ts';
import type { ModuleBuilder } from './module.ts';
import type { Tails } from './tails.ts';

/**
 * Addresses, and distances in bytes. `a` is read at i·aRow + k·aColumn, `b` at k·bRow; sums begin with what lies at `start`
 * + i·startRow (zeros, a bias, or `out` itself) and end, after relu where that is not 0, at `out` + i·outRow.
 */
export const panelParameters = {
  out: 'i32',
  outRow: 'i32',
  a: 'i32',
  aRow: 'i32',
  aColumn: 'i32',
  b: 'i32',
  bRow: 'i32',
  start: 'i32',
  startRow: 'i32',
  M: 'i32',
  K: 'i32',
  relu: 'i32',
} as const;
type Panel = { readonly [N in keyof typeof panelParameters]: Local<'i32'> };

/** What a panel of some width reads and writes: whole vectors, or a single one of which `columns` (1 to 3) lanes count. */
interface Columns {
  readonly vectors: number;
  load(address: Value<'i32'>, vector: number): Value<'v128'>;
  store(f: Code, address: Value<'i32'>, value: Value<'v128'>, vector: number): void;
}

/** Rows a tile for panels of 1, 2, 3 and 4 vectors: measured, all within a few percent of the best. */
const tileRows = [8, 4, 2, 2] as const;

/** panel(…) for 4·vectors columns: as many rows at a time as suits them, then the rest of the rows one by one. */
export function emitPanel(m: ModuleBuilder, vectors: 1 | 2 | 3 | 4): Callable {
  const columns: Columns = {
    vectors,
    load: (address, vector) => v128.load(address, 16 * vector),
    store: (f, address, value, vector) => f.store(address, value, 16 * vector),
  };
  return m.function(`panel${4 * vectors}`, panelParameters, (f, panel) => {
    tiles(f, panel, columns, tileRows[vectors - 1]);
    tiles(f, panel, columns, 1);
  });
}

/** panel(…, columns) for the last 1 to 3 columns. `b` must be packed, with zeros in the lanes that do not count. */
function emitTailPanel(m: ModuleBuilder, tails: Tails): Callable {
  return m.function('panelTail', { ...panelParameters, columns: 'i32' }, (f, { columns: count, ...panel }) => {
    const columns: Columns = {
      vectors: 1,
      load: (address) => result('v128', tails.load, address, count),
      store: (code, address, value) => code.call(tails.store, address, value, count),
    };
    tiles(f, panel, columns, 4);
    tiles(f, panel, columns, 1);
  });
}

/** What is left of 16 columns, by a function of a module of its own. */
export const restFamily: KernelFamily = { provides: [], emit: emitRestOfPanels };

const { bRow: _bRow, ...ofEveryWidth } = panelParameters;
const restParameters = { ...ofEveryWidth, bLine: 'i32', packs: 'i32', startColumn: 'i32', columns: 'i32' } as const;

/** (…): panels of 12, 8, 4 and fewer columns. Where `packs` is 0, only those fewer than 4 are packed, alone. */
export const importRestOfPanels = (m: ModuleBuilder): Callable => m.elsewhere('restOfPanels', restParameters);

function emitRestOfPanels(m: ModuleBuilder, tails: Tails): void {
  const { packed } = reserveProductWorkspace(m);
  const panels = ([3, 2, 1] as const).map((vectors) => ({ vectors, panel: emitPanel(m, vectors) }));
  const tailPanel = emitTailPanel(m, tails);
  m.shared('restOfPanels', restParameters, (f, { bLine, packs, startColumn, columns, ...block }) => {
    const { out, b, start, K } = block;
    for (const { vectors, panel } of panels) {
      f.if(i32.ge_s(columns, 4 * vectors), () => {
        f.callWith(panel, { ...block, bRow: choose(packs, integer(16 * vectors), bLine) });
        advance(out, 16 * vectors);
        advance(b, choose(packs, i32.mul(K, 16 * vectors), integer(16 * vectors)));
        advance(start, i32.mul(startColumn, 4 * vectors));
        advance(columns, -4 * vectors);
      });
    }
    f.if(columns, () => f.callWith(tailPanel, { ...block, b: choose(packs, b, integer(packed)), bRow: 16, columns }));
  });
}

/** As many tiles as there are whole groups of rows left. Moves `out`, `a`, `start` and M on, past the rows that are done. */
function tiles(f: Code, panel: Panel, columns: Columns, rows: number): void {
  const { out, outRow, a, aRow, start, startRow, M } = panel;
  f.while(i32.ge_s(M, rows), () => {
    tile(f, panel, columns, rows);
    advance(out, i32.mul(outRow, rows));
    advance(a, i32.mul(aRow, rows));
    advance(start, i32.mul(startRow, rows));
    advance(M, -rows);
  });
}

function tile(f: Code, panel: Panel, columns: Columns, rows: number): void {
  const { aColumn, bRow, K, relu } = panel;
  const outRows = rowAddresses(f, panel.out, panel.outRow, rows);
  const startRows = rowAddresses(f, panel.start, panel.startRow, rows);
  const a = rowAddresses(f, panel.a, panel.aRow, rows);
  const b = f.let(panel.b);
  const each = Array.from({ length: columns.vectors }, (_, vector) => vector);
  const sums = startRows.map((address) => each.map((vector) => f.let(columns.load(address, vector))));

  f.repeat(K, () => {
    const bk = each.map((vector) => f.let(v128.load(b, 16 * vector)));
    sums.forEach((row, i) => {
      const aik = f.let(v128.load32_splat(a[i]));
      row.forEach((sum, j) => void sum.set(f.multiplyAdd(aik, bk[j], sum)));
    });
    for (const address of a) advance(address, aColumn);
    advance(b, bRow);
  });

  f.if(relu, () => {
    const zero = f.let(lanes(0));
    for (const sum of sums.flat()) sum.set(f32x4.pmax(sum, zero));
  });
  sums.forEach((row, i) => void row.forEach((sum, j) => void columns.store(f, outRows[i], sum, j)));
}

/** first, first + distance, first + 2·distance, … */
function rowAddresses(f: Code, first: Local<'i32'>, distance: Local<'i32'>, rows: number): Local<'i32'>[] {
  const addresses = [f.let(first)];
  while (addresses.length < rows) addresses.push(f.let(i32.add(addresses[addresses.length - 1], distance)));
  return addresses;
}
