// Where a convolution's numbers lie, worked out once for a window and kept as a table that the emitted loops read. Each pixel that
// is computed is a sum over the part of its window that lies inside the other image: `taps` rows of neighbouring numbers, read in
// place. Pixels with the same part, away from the border nearly all, form a block: one matrix product whose rows are in the table.
// What lies outside is never read.
//
// The input's gradient is computed the same way from the output's: each pixel gathers from the windows that hold it.
//
//   plan:   images, image read, image computed, next row read, next row of taps │ blocks │ block, block, …
//   block:  pixels of an image, rows of taps, numbers in a row, first weight │ (read, computed) for each pixel of `images` images
//
// All are 32-bit whole numbers: distances in bytes, except that weights are counted in rows of the matrix.

import type { Window } from '../kernels.ts';

/** Where the parts of a plan lie, in bytes. */
export const planLayout = { images: 0, readImage: 4, computedImage: 8, readRow: 12, weightRows: 16, blocks: 20, firstBlock: 24 } as const;
export const blockLayout = { pixels: 0, tapRows: 4, run: 8, weight: 12, table: 16 } as const;
export const entryBytes = 8;

/** A block has about this many pixels, of several images if one has fewer: enough for long loops, few enough for the nearest cache. */
const pixelsTogether = 512;

/** One row or column of what is computed: its place, the first it reads, how many it reads, and the place of the first weight. */
interface Line {
  readonly place: number;
  readonly first: number;
  readonly taps: number;
  readonly weight: number;
}

/** One axis of a window. */
interface Axis {
  readonly input: number;
  readonly output: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
}

/** Reads x, computes `out`, whose pixels have O numbers. Weights are numbered as they lie, as rows of [kernelH · kernelW · C, O]. */
export function forwardPlan(window: Window, O: number): Int32Array {
  const { H, W, C, outH, outW, kernelW } = window;
  const [rows, columns] = axesOf(window).map(forwardLines);
  return layOut(rows, columns, kernelW, { rows: H, columns: W, depth: C }, { rows: outH, columns: outW, depth: O });
}

/** Reads dOut, computes dx. Weights are numbered as `turnedPlaces` says, as rows of [kernelH · kernelW · O, C]. */
export function inputPlan(window: Window, O: number): Int32Array {
  const { H, W, C, outH, outW, kernelW } = window;
  const [rows, columns] = axesOf(window).map(inputLines);
  return layOut(rows, columns, kernelW, { rows: outH, columns: outW, depth: O }, { rows: H, columns: W, depth: C });
}

/** For each tap of the kernel, row by row, its place among the taps when they are in the order in which a pixel of dx meets them. */
export function turnedPlaces({ kernelH, kernelW, strideH, strideW }: Window): Int32Array {
  const rows = turned(kernelH, strideH);
  const columns = turned(kernelW, strideW);
  return Int32Array.from(rows.flatMap((row) => columns.map((column) => row * kernelW + column)));
}

function axesOf({ H, W, outH, outW, kernelH, kernelW, strideH, strideW, padH, padW }: Window): readonly [Axis, Axis] {
  return [
    { input: H, output: outH, kernel: kernelH, stride: strideH, padding: padH },
    { input: W, output: outW, kernel: kernelW, stride: strideW, padding: padW },
  ];
}

/** Output `place` reads inputs place · stride − padding + tap, as far as there are any. */
function forwardLines({ input, output, kernel, stride, padding }: Axis): Line[] {
  return Array.from({ length: output }, (_, place) => {
    const start = place * stride - padding;
    const weight = Math.max(0, -start);
    return { place, first: start + weight, taps: Math.min(kernel, input - start) - weight, weight };
  });
}

/** Input `place` is read by the outputs v with 0 ≤ place + padding − v · stride < kernel: that is the tap. */
function inputLines({ input, output, kernel, stride, padding }: Axis): Line[] {
  const places = turned(kernel, stride);
  return Array.from({ length: input }, (_, place) => {
    const first = Math.max(0, Math.ceil((place + padding - kernel + 1) / stride));
    const last = Math.min(output - 1, Math.floor((place + padding) / stride));
    return { place, first, taps: last - first + 1, weight: places[place + padding - first * stride] };
  });
}

/** One pixel meets taps that are a stride apart, the last first; so they stand one after another in this order. */
function turned(kernel: number, stride: number): number[] {
  const places: number[] = [];
  let next = 0;
  for (let phase = 0; phase < Math.min(stride, kernel); phase++) {
    for (let tap = phase + stride * Math.floor((kernel - 1 - phase) / stride); tap >= 0; tap -= stride) places[tap] = next++;
  }
  return places;
}

interface Image {
  readonly rows: number;
  readonly columns: number;
  readonly depth: number;
}

function layOut(rows: readonly Line[], columns: readonly Line[], kernelW: number, read: Image, computed: Image): Int32Array {
  const images = Math.max(1, Math.floor(pixelsTogether / Math.max(1, computed.rows * computed.columns)));
  const readImage = 4 * read.rows * read.columns * read.depth;
  const computedImage = 4 * computed.rows * computed.columns * computed.depth;
  const blocks = alike(rows).flatMap((rowsAlike) => alike(columns).map((columnsAlike) => [rowsAlike, columnsAlike] as const));
  const plan = [images, readImage, computedImage, 4 * read.columns * read.depth, kernelW * read.depth, blocks.length];
  for (const [rowsAlike, columnsAlike] of blocks) {
    const [row, column] = [rowsAlike[0], columnsAlike[0]];
    const none = row.taps === 0 || column.taps === 0; // then nothing may depend on the other axis either
    plan.push(rowsAlike.length * columnsAlike.length);
    plan.push(...(none ? [0, 0, 0] : [row.taps, column.taps * read.depth, (row.weight * kernelW + column.weight) * read.depth]));
    for (let image = 0; image < images; image++) {
      for (const y of rowsAlike) {
        for (const x of columnsAlike) {
          plan.push(none ? 0 : image * readImage + 4 * (y.first * read.columns + x.first) * read.depth);
          plan.push(image * computedImage + 4 * (y.place * computed.columns + x.place) * computed.depth);
        }
      }
    }
  }
  return Int32Array.from(plan);
}

/** Lines in groups that read as many numbers and meet them with the same weights. Lines that read nothing are alike. */
function alike(lines: readonly Line[]): Line[][] {
  const groups = new Map<string, Line[]>();
  for (const line of lines) {
    const key = line.taps <= 0 ? 'none' : `${line.taps} from ${line.weight}`;
    const group = groups.get(key);
    const kept = line.taps <= 0 ? { ...line, taps: 0 } : line;
    if (group) group.push(kept);
    else groups.set(key, [kept]);
  }
  return [...groups.values()];
}
