// Reusable buffers for code that allocates the same sequence over and over, such as one DQN update. A scope remembers the
// buffers it handed out, in order; the next scope is handed the same ones again, so a steady state makes no garbage.

/** Values that may leave a scope: nothing in them can refer to a buffer that is about to be reused. */
export type Plain = number | string | boolean | null | undefined | void | { readonly [key: string]: Plain };

export class ScratchStack {
  readonly #allocate: (length: number) => Float32Array;
  readonly #poison: boolean;
  readonly #buffers: Float32Array[] = [];
  #next = 0;
  #depth = 0;

  /** `poison` fills buffers with NaN as their scope closes, so that a tensor which escaped by assignment is seen at once. */
  constructor(allocate: (length: number) => Float32Array, poison: boolean) {
    this.#allocate = allocate;
    this.#poison = poison;
  }

  /** Whether a scope is open. */
  get isOpen(): boolean {
    return this.#depth > 0;
  }

  /** A buffer with undefined contents. It belongs to the innermost open scope; with no scope open it is an ordinary new buffer. */
  take(length: number): Float32Array {
    if (this.#depth === 0) return this.#allocate(length);
    const known = this.#buffers[this.#next];
    const buffer = known !== undefined && known.length === length ? known : this.#allocate(length);
    this.#buffers[this.#next++] = buffer;
    return buffer;
  }

  /** The buffer that was taken here last time; undefined when there is none, and with no scope open. */
  expected(): Float32Array | undefined {
    return this.#depth === 0 ? undefined : this.#buffers[this.#next];
  }

  /** Runs the work and takes back every buffer it took, also when it throws. */
  scope<T extends Plain>(work: () => T): T {
    const mark = this.#next;
    this.#depth++;
    try {
      return work();
    } finally {
      if (this.#poison) for (let i = mark; i < this.#next; i++) this.#buffers[i].fill(Number.NaN);
      this.#next = mark;
      this.#depth--;
    }
  }
}
