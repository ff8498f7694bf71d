// How numbers are copied from one order to another: a list of axes, each with its stride on both sides. Two of them become loops
// inside the kernel, the one along which the places written are neighbours and the one along which those read are. Where these are
// the same axis, whole rows are copied; where they are two, tiles are transposed. The other axes are counted.
//
//   transpose [M, N] → [N, M]             tiles of both
//   heads [B, T, H, D] → [B, H, T, D]     rows of D; T, H and B are counted
//   expand [B, 1] → [B, A]                tiles that read each of B numbers A times

/** The first words of a plan: how many rounds, whether to add (−1) or not (0), where to start, and the loops inside; in bytes. */
export const planFields = ['rounds', 'adds', 'toStart', 'fromStart', 'across', 'along', 'toRow', 'fromRow'] as const;

/** Then for each axis that is counted, the innermost first, what is left of it, and how far each side moves when it counts. */
export const axisFields = ['left', 'size', 'toStep', 'fromStep'] as const;

/** As many axes of two places or more as fit into any memory, and a counter that is reached after the last round. */
const mostAxes = 33;

export const planWords: number = planFields.length + axisFields.length * mostAxes;

interface Axis {
  size: number;
  /** How far apart neighbours are written, and read. */
  to: number;
  from: number;
}

/** For a side whose neighbours nowhere lie side by side. */
const single: Axis = { size: 1, to: 0, from: 0 };

export class CopyPlan {
  readonly #words: Int32Array;
  readonly #axes: readonly Axis[] = Array.from({ length: mostAxes }, () => ({ ...single }));
  #count = 0;

  /** Writes its plans to these words. */
  constructor(words: Int32Array) {
    this.#words = words;
  }

  /** The next axis, from the innermost to the outermost. It is joined with the one before if both can be walked as one. */
  axis(size: number, to: number, from: number): void {
    if (size === 1) return;
    const inside = this.#count > 0 ? this.#axes[this.#count - 1] : single;
    if (this.#count > 0 && to === inside.size * inside.to && from === inside.size * inside.from) {
      inside.size *= size;
      return;
    }
    const axis = this.#axes[this.#count++];
    axis.size = size;
    axis.to = to;
    axis.from = from;
  }

  /** Writes the plan of the axes since the last one: copies, or adds. */
  finish(toStart: number, fromStart: number, adds: boolean): void {
    const words = this.#words;
    const across = this.#firstWith('to');
    const along = this.#firstWith('from');
    let rounds = across.size * along.size === 0 ? 0 : 1;
    let at = planFields.length;
    let toBack = 0;
    let fromBack = 0;
    for (let k = 0; k < this.#count; k++) {
      const axis = this.#axes[k];
      if (axis === across || axis === along) continue;
      words[at++] = axis.size;
      words[at++] = axis.size;
      words[at++] = 4 * (axis.to - toBack); // from the last round of the axes inside
      words[at++] = 4 * (axis.from - fromBack);
      toBack += (axis.size - 1) * axis.to;
      fromBack += (axis.size - 1) * axis.from;
      rounds *= axis.size;
    }
    words[at] = 0;
    words[0] = rounds;
    words[1] = adds ? -1 : 0;
    words[2] = 4 * toStart;
    words[3] = 4 * fromStart;
    words[4] = across.size;
    words[5] = across === along && across !== single ? 0 : along.size;
    words[6] = 4 * along.to;
    words[7] = 4 * across.from;
    this.#count = 0;
  }

  #firstWith(side: 'to' | 'from'): Axis {
    for (let k = 0; k < this.#count; k++) if (this.#axes[k][side] === 1) return this.#axes[k];
    return single;
  }
}
