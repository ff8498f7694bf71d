// Pictures on a terminal with colors: two spaces on a colored ground are about a square.

import type { Image } from '../index.ts';

/** At most `rows` lines of at most `columns` characters; a picture too large for that leaves out pixels. */
export function drawPicture({ width, height, rgb }: Image, columns: number, rows: number): string[] {
  const stride = Math.max(1, Math.ceil((2 * width) / columns), Math.ceil(height / rows));
  const pixel = (x: number, y: number): string => rgb.subarray(3 * (y * width + x), 3 * (y * width + x) + 3).join(';');
  const lines: string[] = [];
  for (let y = 0; y < height; y += stride) {
    let line = '';
    let ground = '';
    for (let x = 0; x < width; x += stride) {
      const color = pixel(x, y);
      if (color !== ground) line += `\x1b[48;2;${color}m`;
      ground = color;
      line += '  ';
    }
    lines.push(`${line}\x1b[0m`);
  }
  return lines;
}
