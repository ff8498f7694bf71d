// Pictures as PNG files [ISO/IEC 15948]: a signature, and three chunks with their lengths and checksums. Rows are not filtered;
// few colors in large areas compress well as they are.

import { deflateSync } from 'node:zlib';
import type { Image } from '../index.ts';

/** The bytes of a file that shows every pixel as a square of `scale` × `scale`. */
export function encodePng(image: Image, scale: number): Uint8Array {
  const [width, height] = [image.width * scale, image.height * scale];
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, 2, 0, 0, 0], 8); // bits a color, red-green-blue, deflate, the one set of filters, not interlaced

  const rows = new Uint8Array(height * (1 + 3 * width)); // each begins with its filter, 0 for none
  for (let y = 0, at = 0; y < height; y++) {
    at++;
    for (let x = 0; x < width; x++, at += 3) {
      const from = 3 * (Math.floor(y / scale) * image.width + Math.floor(x / scale));
      rows[at] = image.rgb[from];
      rows[at + 1] = image.rgb[from + 1];
      rows[at + 2] = image.rgb[from + 2];
    }
  }
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', new Uint8Array(0))]);
}

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** Length, name, data, and the checksum of the last two. */
function chunk(name: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(name), 4);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

/** The cyclic redundancy check of PNG and zip, bit by bit: node:zlib has had one only since Node 22. */
export function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
