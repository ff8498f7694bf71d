// From an RGB screen to a small grey one: the luminance of each pixel, then for each small pixel the mean over the area that it
// covers [Mnih 2015, Methods, Preprocessing]. Every number is made of + − × ÷ alone, so all engines agree on every byte.

/** For each small pixel along one axis: the first pixel it covers, and how much of it and of those behind it; the parts sum to 1. */
interface Cover {
  readonly first: number;
  readonly parts: readonly number[];
}

export class GreyShrink {
  readonly #width: number;
  readonly #rows: readonly Cover[];
  readonly #columns: readonly Cover[];
  readonly #grey: Float64Array;

  /** From [height, width, 3] to [size, size]. */
  constructor(height: number, width: number, size: number) {
    this.#width = width;
    this.#rows = covers(height, size);
    this.#columns = covers(width, size);
    this.#grey = new Float64Array(height * width);
  }

  /** Fills `out` with whole numbers 0…255. `screen` holds red, green and blue bytes. */
  run(out: Float32Array, screen: Uint8Array): void {
    const grey = this.#grey;
    for (let i = 0, p = 0; i < grey.length; i++, p += 3) {
      // Y = 0.299 R + 0.587 G + 0.114 B, rounded to a byte   [ITU-R BT.601]
      grey[i] = Math.floor((299 * screen[p] + 587 * screen[p + 1] + 114 * screen[p + 2] + 500) / 1000);
    }
    let o = 0;
    for (const row of this.#rows) {
      for (const column of this.#columns) {
        let sum = 0;
        for (let y = 0; y < row.parts.length; y++) {
          const from = (row.first + y) * this.#width + column.first;
          let across = 0;
          for (let x = 0; x < column.parts.length; x++) across += column.parts[x] * grey[from + x];
          sum += row.parts[y] * across;
        }
        out[o++] = Math.floor(sum + 0.5);
      }
    }
  }
}

/** Small pixel i covers [i·s, (i + 1)·s) with s = length / size; a part is the covered share of a pixel over s. */
function covers(length: number, size: number): Cover[] {
  return Array.from({ length: size }, (_, i) => {
    // Ends times size are whole numbers: i·length and (i + 1)·length. Nothing is lost to rounding before the division.
    const [begin, end] = [i * length, (i + 1) * length];
    const first = Math.floor(begin / size);
    const parts: number[] = [];
    for (let pixel = first; pixel * size < end; pixel++) {
      parts.push((Math.min(end, (pixel + 1) * size) - Math.max(begin, pixel * size)) / length);
    }
    return { first, parts };
  });
}
