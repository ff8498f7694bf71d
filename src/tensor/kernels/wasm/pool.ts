// Pooling and its derivatives, four channels at a time. All four kernels make the same walk over the windows, so it is emitted once,
// and asks at each pixel what to do there: that costs little beside the pixel, and four walks would be three times as long.

import type { Window } from '../kernels.ts';
import type { Bound } from './bind.ts';
import { advance, type Code, choose, type Local } from './code.ts';
import { f32, f32x4, i32, integer, lanes, type Value, v128 } from './expressions.ts';
import type { Buffers, KernelFamily } from './family.ts';
import { storeUpTo, type Tails } from './tails.ts';

/** The numbers of a window in the order in which they lie in memory. */
const fields = ['B', 'H', 'W', 'C', 'kernelH', 'kernelW', 'strideH', 'strideW', 'padH', 'padW', 'outH', 'outW'] as const;

export const poolFamily: KernelFamily = {
  provides: ['maxPool', 'maxPoolBackward', 'averagePool', 'averagePoolBackward'],
  emit(m, tails) {
    // `image` and `pixels` are x and out or dx and dOut; `places` is null for means.
    m.kernel(
      'pool',
      { image: 'out', pixels: 'out', places: 'out', window: 'in', backward: 'i32' },
      (f, { image, pixels, places, window, backward }) => {
        const largest = f.let(i32.ne(places, 0));
        overWindows(f, image, window, (patch) => {
          overChannels(f, tails, patch, { pixels, places, largest, backward });
          for (const address of [pixels, places]) advance(address, patch.pixelBytes);
        });
      },
    );
  },
  adapt({ pool }, _, { alloc }) {
    const call = pooling(pool, alloc);
    return {
      maxPool: (out, index, x, window) => call(x, out, index, window, 0),
      maxPoolBackward: (dx, index, dOut, window) => call(dx, dOut, index, window, 1),
      averagePool: (out, x, window) => call(x, out, null, window, 0),
      averagePoolBackward: (dx, dOut, window) => call(dx, dOut, null, window, 1),
    };
  },
};

type Pooling = (image: Float32Array, pixels: Float32Array, places: Float32Array | null, window: Window, backward: 0 | 1) => void;

/** The kernel with its window as an object, whose numbers are put into memory for each call. */
function pooling(pool: Bound, alloc: Buffers['alloc']): Pooling {
  const floats = alloc(fields.length);
  const numbers = new Int32Array(floats.buffer, floats.byteOffset, fields.length);
  return (image, pixels, places, window, backward) => {
    for (let i = 0; i < fields.length; i++) numbers[i] = window[fields[i]];
    pool(image, pixels, places, floats, backward);
  };
}

/** What of a window lies inside the image. */
interface Patch {
  /** The address of its first pixel, and its place in the window, counted row by row. */
  readonly first: Local<'i32'>;
  readonly place: Local<'i32'>;
  readonly rows: Local<'i32'>;
  readonly columns: Local<'i32'>;
  readonly channels: Local<'i32'>;
  readonly pixelBytes: Local<'i32'>;
  readonly rowBytes: Local<'i32'>;
  readonly kernelW: Local<'i32'>;
  readonly kernelH: Local<'i32'>;
}

function overWindows(f: Code, image: Local<'i32'>, window: Local<'i32'>, body: (patch: Patch) => void): void {
  const [B, H, W, channels, kernelH, kernelW, strideH, strideW, padH, padW, outH, outW] = fields.map((_, i) =>
    f.let(i32.load(window, 4 * i)),
  );
  const pixelBytes = f.let(i32.shl(channels, 2));
  const rowBytes = f.let(i32.mul(W, pixelBytes));
  const [top, left] = [f.variable('i32'), f.variable('i32')];
  f.repeat(B, () => {
    top.set(i32.sub(0, padH));
    f.repeat(outH, () => {
      const above = f.let(larger(f, 0, i32.sub(0, top)));
      const rows = f.let(i32.sub(smaller(f, kernelH, i32.sub(H, top)), above));
      left.set(i32.sub(0, padW));
      f.repeat(outW, () => {
        const before = f.let(larger(f, 0, i32.sub(0, left)));
        const columns = f.let(i32.sub(smaller(f, kernelW, i32.sub(W, left)), before));
        const pixel = i32.add(i32.mul(i32.add(top, above), rowBytes), i32.mul(i32.add(left, before), pixelBytes));
        const place = f.let(i32.add(i32.mul(above, kernelW), before));
        body({ first: f.let(i32.add(image, pixel)), place, rows, columns, channels, pixelBytes, rowBytes, kernelW, kernelH });
        advance(left, strideW);
      });
      advance(top, strideH);
    });
    advance(image, i32.mul(H, rowBytes));
  });
}

/** One output pixel: out ← the largest or the mean of its patch, or patch += what dOut gives it. */
function overChannels(
  f: Code,
  tails: Tails,
  { first, place, rows, columns, channels, pixelBytes, rowBytes, kernelW, kernelH }: Patch,
  { pixels, places, largest, backward }: Readonly<Record<'pixels' | 'places' | 'largest' | 'backward', Local<'i32'>>>,
): void {
  const [from, to, placeAt, left] = [f.let(first), f.let(pixels), f.let(places), f.let(channels)];
  const share = f.let(f32x4.splat(f32.div(1, f32.convert_i32_s(i32.mul(kernelH, kernelW)))));
  const one = f.let(lanes(1));
  const [row, pixel, rowPlace] = [f.variable('i32'), f.variable('i32'), f.variable('i32')];
  const [result, winner, here] = [f.variable('v128'), f.variable('v128'), f.variable('v128')];
  f.while(i32.gt_s(left, 0), () => {
    f.if(
      largest,
      () => {
        winner.set(choose(backward, v128.load(placeAt), f32x4.splat(f32.convert_i32_s(place))));
        result.set(choose(backward, v128.load(to), v128.load(from)));
      },
      () => result.set(choose(backward, f32x4.mul(v128.load(to), share), lanes(0))),
    );
    row.set(from);
    rowPlace.set(place);
    f.repeat(rows, () => {
      pixel.set(row);
      here.set(f32x4.splat(f32.convert_i32_s(rowPlace)));
      f.repeat(columns, () => {
        const value = f.let(v128.load(pixel));
        f.if(
          backward,
          () => {
            const sum = f.let(f32x4.add(value, result));
            f.if(largest, () => sum.set(v128.bitselect(sum, value, f32x4.eq(winner, here))));
            storeUpTo(f, tails, pixel, sum, left);
          },
          () =>
            f.if(
              largest,
              () => {
                // Larger, or the first that is NaN.
                const first = v128.and(f32x4.ne(value, value), f32x4.eq(result, result));
                const wins = f.let(v128.or(f32x4.gt(value, result), first));
                result.set(v128.bitselect(value, result, wins));
                winner.set(v128.bitselect(here, winner, wins));
              },
              () => result.set(f32x4.add(result, value)),
            ),
        );
        here.set(f32x4.add(here, one));
        advance(pixel, pixelBytes);
      });
      advance(row, rowBytes);
      advance(rowPlace, kernelW);
    });
    f.if(i32.eqz(backward), () => {
      f.if(
        largest,
        () => storeUpTo(f, tails, placeAt, winner, left),
        () => result.set(f32x4.mul(result, share)),
      );
      storeUpTo(f, tails, to, result, left);
    });
    for (const address of [from, to, placeAt]) advance(address, 16);
    advance(left, -4);
  });
}

function larger(f: Code, least: number, given: Value<'i32'>): Value<'i32'> {
  const b = f.let(given);
  return choose(i32.lt_s(b, least), integer(least), b);
}

function smaller(f: Code, a: Local<'i32'>, given: Value<'i32'>): Value<'i32'> {
  const b = f.let(given);
  return choose(i32.lt_s(a, b), a, b);
}
