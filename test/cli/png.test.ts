import { inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc32, encodePng } from '../../src/cli/png.ts';
import { drawPicture } from '../../src/cli/terminal-picture.ts';
import type { Image } from '../../src/index.ts';

const someImage = fc.record({ width: fc.integer({ min: 1, max: 7 }), height: fc.integer({ min: 1, max: 7 }) }).chain(({ width, height }) =>
  fc.record({
    width: fc.constant(width),
    height: fc.constant(height),
    rgb: fc.uint8Array({ minLength: 3 * width * height, maxLength: 3 * width * height }),
  }),
);

/** Reads a file as the standard describes it: a signature, then chunks of length, name, data and checksum. */
function decode(file: Uint8Array): { header: Uint8Array; rows: Uint8Array } {
  expect(Array.from(file.subarray(0, 8))).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const chunks = new Map<string, Uint8Array>();
  for (let at = 8; at < file.length; ) {
    const length = view.getUint32(at);
    const name = String.fromCharCode(...file.subarray(at + 4, at + 8));
    expect(view.getUint32(at + 8 + length)).toBe(crc32(file.subarray(at + 4, at + 8 + length)));
    chunks.set(name, file.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  expect([...chunks.keys()]).toEqual(['IHDR', 'IDAT', 'IEND']);
  return { header: chunks.get('IHDR')!, rows: inflateSync(chunks.get('IDAT')!) };
}

test('the checksum of the nine digits is the published one', () => {
  expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
});

test('a file holds every pixel, enlarged to a square', () => {
  fc.assert(
    fc.property(someImage, fc.integer({ min: 1, max: 3 }), (image, scale) => {
      const { header, rows } = decode(encodePng(image, scale));
      const [width, height] = [image.width * scale, image.height * scale];
      expect(Array.from(header)).toEqual([0, 0, 0, width, 0, 0, 0, height, 8, 2, 0, 0, 0]);
      expect(rows).toHaveLength(height * (1 + 3 * width));
      for (let y = 0; y < height; y++) {
        expect(rows[y * (1 + 3 * width)]).toBe(0);
        for (let i = 0; i < 3 * width; i++) {
          const pixel = Math.floor(y / scale) * image.width + Math.floor(Math.floor(i / 3) / scale);
          expect(rows[y * (1 + 3 * width) + 1 + i]).toBe(image.rgb[3 * pixel + (i % 3)]);
        }
      }
    }),
  );
});

test('a picture on a terminal is as wide as there is room', () => {
  const image = (width: number, height: number): Image => ({ width, height, rgb: new Uint8Array(3 * width * height).fill(7) });
  const escapes = RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');
  const sizeOf = (lines: string[]): number[] => [lines.length, lines[0].replace(escapes, '').length];
  expect(sizeOf(drawPicture(image(10, 10), 79, 40))).toEqual([10, 20]);
  expect(sizeOf(drawPicture(image(10, 10), 19, 40))).toEqual([5, 10]);
  expect(sizeOf(drawPicture(image(160, 210), 79, 40))).toEqual([35, 54]);
  expect(sizeOf(drawPicture(image(160, 210), 79, 23))).toEqual([21, 32]);
  expect(drawPicture({ width: 2, height: 1, rgb: Uint8Array.of(1, 2, 3, 1, 2, 3) }, 10, 40)).toEqual(['\x1b[48;2;1;2;3m    \x1b[0m']);
});
