import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GreyShrink } from '../../../src/rl/screens/shrink.ts';

const paint = (height: number, width: number, color: (y: number, x: number) => readonly number[]): Uint8Array =>
  Uint8Array.from({ length: height * width * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return color(Math.floor(pixel / width), pixel % width)[i % 3];
  });

const shrink = (screen: Uint8Array, height: number, width: number, size: number): Float32Array => {
  const out = new Float32Array(size * size);
  new GreyShrink(height, width, size).run(out, screen);
  return out;
};

const byte = fc.integer({ min: 0, max: 255 });
const sides = fc.record({
  height: fc.integer({ min: 1, max: 12 }),
  width: fc.integer({ min: 1, max: 12 }),
  size: fc.integer({ min: 1, max: 12 }),
});

test('one colour stays one grey, its luminance', () => {
  fc.assert(
    fc.property(sides, fc.tuple(byte, byte, byte), ({ height, width, size }, [r, g, b]) => {
      const out = shrink(
        paint(height, width, () => [r, g, b]),
        height,
        width,
        size,
      );
      const luminance = 0.299 * r + 0.587 * g + 0.114 * b;
      expect(Math.max(...out.map((grey) => Math.abs(grey - luminance)))).toBeLessThanOrEqual(0.5 + 1e-4);
    }),
  );
});

test('each pixel is the mean over its area: the picture enlarged by size, averaged in blocks, is the same', () => {
  fc.assert(
    fc.property(sides, fc.nat(), ({ height, width, size }, seed) => {
      const grey = (y: number, x: number): number => (seed + 97 * y + 31 * x * x) % 256;
      const screen = paint(height, width, (y, x) => [grey(y, x), grey(y, x), grey(y, x)]);
      const out = shrink(screen, height, width, size);
      let worst = 0;
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++) {
          // Every pixel as size × size dots; a small pixel is then height × width whole dots.
          let sum = 0;
          for (let y = i * height; y < (i + 1) * height; y++) {
            for (let x = j * width; x < (j + 1) * width; x++) sum += grey(Math.floor(y / size), Math.floor(x / size));
          }
          worst = Math.max(worst, Math.abs(out[i * size + j] - sum / (height * width)));
        }
      }
      expect(worst).toBeLessThanOrEqual(0.5 + 1e-6);
    }),
  );
});

test('a screen of 210 × 160 becomes 84 × 84: 2.5 rows and 1.90 columns in each pixel', () => {
  // White in the first two rows and a half means: the first row of small pixels is white in all but nothing.
  const screen = paint(210, 160, (y) => (y < 2 ? [255, 255, 255] : [0, 0, 0]));
  const out = shrink(screen, 210, 160, 84);
  expect(Array.from(out.slice(0, 84))).toEqual(new Array(84).fill(204)); // 2 of 2.5 rows of 255
  expect(out.slice(84).every((grey) => grey === 0)).toBe(true);
});
