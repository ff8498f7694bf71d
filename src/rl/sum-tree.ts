// A binary tree over non-negative numbers in which each node is the sum of its two children. The root is the total, one number
// changes in log₂ n steps, and so does the search for the place where a running sum passes a point: drawing in proportion.
//
//          10              nodes[1]                the children of node i are 2i and 2i + 1
//       3      7           nodes[2 … 3]
//     1   2  4   3         nodes[4 … 7]            find(3.5) goes right, with 0.5 left over, then left: place 2

export class SumTree {
  /** A power of two, at least as many as places. */
  readonly #leaves: number;
  readonly #nodes: Float64Array;

  /** `size` places, all 0. */
  constructor(size: number) {
    if (!Number.isInteger(size) || size < 1) throw new RangeError(`SumTree: size must be a positive integer; got ${size}`);
    let leaves = 1;
    while (leaves < size) leaves *= 2;
    this.#leaves = leaves;
    this.#nodes = new Float64Array(2 * leaves);
  }

  /** The sum over all places. */
  get total(): number {
    return this.#nodes[1];
  }

  /** Of memory. */
  get bytes(): number {
    return this.#nodes.byteLength;
  }

  /** All places become 0. */
  clear(): void {
    this.#nodes.fill(0);
  }

  get(place: number): number {
    return this.#nodes[this.#leaves + place];
  }

  /**
   * Every sum above the place is added up anew from its two children, so that rounding errors do not pile up over millions of
   * changes, as they would if the difference were added. Throws RangeError for a value that is negative or not finite.
   */
  set(place: number, value: number): void {
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY))
      throw new RangeError(`SumTree: a value must be at least 0 and finite; got ${value}`);
    const nodes = this.#nodes;
    let node = this.#leaves + place;
    nodes[node] = value;
    for (node >>= 1; node >= 1; node >>= 1) nodes[node] = nodes[2 * node] + nodes[2 * node + 1];
  }

  /** The first place up to which the places sum to more than `point`, for a point in [0, total). It is never one that holds 0. */
  find(point: number): number {
    const nodes = this.#nodes;
    let rest = point;
    let node = 1;
    while (node < this.#leaves) {
      node *= 2; // the left child
      // Rounding can leave a little of the point where nothing follows on the right.
      if (rest < nodes[node] || nodes[node + 1] === 0) continue;
      rest -= nodes[node];
      node++;
    }
    return node - this.#leaves;
  }
}
