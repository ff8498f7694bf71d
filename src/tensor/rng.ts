// Seeded random numbers. The generator is xoshiro128** [Blackman & Vigna 2021]: 128 bits of state and integer arithmetic only,
// so every JavaScript engine draws the same stream. An Rng also has an identity (what it was made from), and fork() derives a
// child from that identity and a label: adding a consumer never changes the luck of another.

import { takeLogarithm } from './logarithm.ts';

/** Everything an Rng is, as plain data. */
export type RngState = {
  readonly identity: readonly number[];
  readonly words: readonly number[];
};

export class Rng {
  readonly #identity: Uint32Array;
  readonly #words: Uint32Array;

  /** A seed is any safe integer. It is hashed before it becomes state, so seeds 1 and 2 are unrelated. */
  constructor(seed: number | RngState) {
    if (typeof seed === 'number') {
      if (!Number.isSafeInteger(seed)) throw new RangeError(`Rng: seed must be a safe integer; got ${seed}`);
      this.#words = new Uint32Array(4);
      hash(this.#words, [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0, 2]);
      this.#identity = Uint32Array.from(this.#words);
    } else {
      this.#identity = fourWords(seed.identity);
      this.#words = fourWords(seed.words);
    }
  }

  /**
   * An independent generator named by the label. It depends on this generator's identity, never on how much was drawn. A
   * generator may be given that is to become it, whatever it was.
   */
  fork(label: string, child: Rng = new Rng(0)): Rng {
    hash(child.#words, this.#identity, label);
    child.#identity.set(child.#words);
    return child;
  }

  /** A uniform integer in 0 … 2³² − 1. */
  uint32(): number {
    return this.#bits() >>> 0;
  }

  /** 32 random bits, as the signed integer that engines pass around without making an object of it. */
  #bits(): number {
    const s = this.#words;
    const scrambled = Math.imul(rotateLeft(Math.imul(s[1], 5), 7), 9);
    const shifted = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotateLeft(s[3], 11);
    return scrambled;
  }

  /** A uniform real in [low, high), with 53 random bits; [0, 1) by default. */
  uniform(low = 0, high = 1): number {
    const unit = ((this.#bits() >>> 5) * 2 ** 26 + (this.#bits() >>> 6)) / 2 ** 53;
    return low + unit * (high - low);
  }

  /** A uniform integer in low … high − 1, without bias; `integer(n)` means 0 … n − 1. Throws RangeError when the range is empty. */
  integer(low: number, high?: number): number {
    const first = high === undefined ? 0 : low;
    const count = high === undefined ? low : high - low;
    if (!Number.isInteger(first) || !Number.isInteger(count) || count < 1 || count > 2 ** 32) {
      throw new RangeError(`Rng.integer: the range must hold 1 to 2^32 integers; got ${first} to ${first + count} (exclusive)`);
    }
    // Draws at or above the largest multiple of count would favour small results, so they are thrown away.
    const limit = 2 ** 32 - (2 ** 32 % count);
    let draw = this.#bits() >>> 0;
    while (draw >= limit) draw = this.#bits() >>> 0;
    return first + (draw % count);
  }

  /** A standard normal deviate, by the polar method, rounded to float32. */
  normal(): number {
    this.fillNormal(one);
    return one[0];
  }

  /** Fills an array as that many calls of uniform() would: the numbers that a call returns may cost an object each. */
  fillUniform(out: Float64Array): void {
    for (let i = 0; i < out.length; i++) out[i] = this.uniform();
  }

  /** Fills an array as that many calls of normal() would. */
  fillNormal(out: Float32Array): void {
    for (let i = 0; i < out.length; ) {
      const u = this.uniform(-1, 1);
      const v = this.uniform(-1, 1);
      const r = u * u + v * v;
      if (r === 0 || r >= 1) continue;
      logarithm[0] = r;
      takeLogarithm(logarithm);
      out[i++] = u * Math.sqrt((-2 * logarithm[0]) / r);
    }
  }

  state(): RngState {
    return { identity: Array.from(this.#identity), words: Array.from(this.#words) };
  }

  /** Continues exactly where `state()` was taken. */
  restore(state: RngState): void {
    const identity = fourWords(state.identity);
    const words = fourWords(state.words); // both are checked before either is changed
    this.#identity.set(identity);
    this.#words.set(words);
  }
}

/** Where normal() has its number written. */
const one = new Float32Array(1);

/** Where fillNormal() has its logarithms taken. */
const logarithm = new Float64Array(1);

const rotateLeft = (x: number, by: number): number => (x << by) | (x >>> (32 - by));

/** Four well-mixed words, from any list of words and perhaps a label: the finaliser of MurmurHash3 applied along four chained lanes. */
function hash(lanes: Uint32Array, words: ArrayLike<number>, label?: string): void {
  lanes.set(firstLanes);
  for (let i = 0; i < words.length; i++) absorb(lanes, words[i]);
  if (label !== undefined) {
    for (const character of label) absorb(lanes, character.codePointAt(0) ?? 0);
    absorb(lanes, label.length);
  }
  for (let round = 0; round < 4; round++) absorb(lanes, round);
  // xoshiro needs a state that is not all zero; this has probability 2⁻¹²⁸ and costs nothing to exclude.
  if (lanes.every((lane) => lane === 0)) lanes[0] = 1;
}

const firstLanes = Uint32Array.of(0x9e3779b9, 0x243f6a88, 0xb7e15162, 0x6a09e667);

function absorb(lanes: Uint32Array, word: number): void {
  for (let lane = 0; lane < 4; lane++) lanes[lane] = mix(lanes[lane] ^ lanes[(lane + 3) & 3] ^ mix(word + Math.imul(lane + 1, 0x9e3779b9)));
}

function mix(x: number): number {
  let h = x | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Checks words that may come from a file. From a state of four zeros the generator would never leave. */
function fourWords(words: readonly number[]): Uint32Array {
  const valid = words.length === 4 && words.every((word) => Number.isInteger(word) && word >= 0 && word < 2 ** 32);
  if (!valid || words.every((word) => word === 0)) {
    throw new RangeError(`Rng: a state must hold four unsigned 32-bit words, not all zero; got [${words.join(', ')}]`);
  }
  return Uint32Array.from(words);
}
