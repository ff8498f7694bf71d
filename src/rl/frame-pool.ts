// Screens as bytes, no two of them equal, each counted by those who share it. A screen is found by a hash of its bytes, wherever
// and whenever it was kept. Memory is taken a few hundred screens at a time, as it is needed, and the place of a screen that nobody
// shares any more is used again.

/** No place. */
const none = -1;

export class FramePool {
  /** Screens in one piece of memory. */
  readonly perChunk: number;
  readonly #length: number;
  readonly #chunks: Uint8Array[] = [];
  /** Of the screen at each place: how many share it, and a number that equal screens have in common. */
  #shares: number[] = [];
  #hashes: number[] = [];
  /** The place of a screen with a hash, and for each place another with the same one, or none: a list that hardly ever has a second. */
  readonly #byHash = new Map<number, number>();
  #sameHash: number[] = [];
  #free: number[] = [];

  /** For screens of so many bytes, in pieces of memory of about `chunkBytes`. */
  constructor(length: number, chunkBytes: number = 4 * 2 ** 20) {
    this.#length = length;
    this.perChunk = Math.max(1, Math.floor(chunkBytes / length));
  }

  /** Screens that somebody shares. */
  get size(): number {
    return this.#shares.length - this.#free.length;
  }

  /** The place of the screen, which one more shares now; a copy is made when it is not there yet. */
  keep(screen: Uint8Array): number {
    const hash = hashOf(screen);
    const first = this.#byHash.get(hash) ?? none;
    for (let place = first; place !== none; place = this.#sameHash[place]) {
      if (!this.#equals(place, screen)) continue;
      this.#shares[place]++;
      return place;
    }
    const place = this.#free.pop() ?? this.#shares.length;
    const chunk = Math.floor(place / this.perChunk);
    if (chunk === this.#chunks.length) this.#chunks.push(new Uint8Array(this.perChunk * this.#length));
    this.#shares[place] = 1;
    this.#hashes[place] = hash;
    this.#sameHash[place] = first;
    this.#byHash.set(hash, place);
    this.read(place).set(screen);
    return place;
  }

  /** One more shares the screen. */
  retain(place: number): void {
    this.#shares[place]++;
  }

  /** One less does. */
  release(place: number): void {
    if (--this.#shares[place] > 0) return;
    this.#forget(place);
    this.#free.push(place);
  }

  clear(): void {
    this.#shares = [];
    this.#hashes = [];
    this.#byHash.clear();
    this.#sameHash = [];
    this.#free = [];
  }

  /** The screen itself; valid while somebody shares it. */
  read(place: number): Uint8Array {
    const begin = (place % this.perChunk) * this.#length;
    return this.#chunks[Math.floor(place / this.perChunk)].subarray(begin, begin + this.#length);
  }

  /** out[begin + i · stride] ← screen[i], as a float. */
  spread(out: Float32Array, begin: number, stride: number, place: number): void {
    const chunk = this.#chunks[Math.floor(place / this.perChunk)];
    const from = (place % this.perChunk) * this.#length;
    for (let i = 0, o = begin; i < this.#length; i++, o += stride) out[o] = chunk[from + i];
  }

  /** Takes the place out of the list of its hash. */
  #forget(place: number): void {
    const hash = this.#hashes[place];
    const next = this.#sameHash[place];
    let before = this.#byHash.get(hash) ?? none;
    if (before === place) {
      if (next === none) this.#byHash.delete(hash);
      else this.#byHash.set(hash, next);
      return;
    }
    while (this.#sameHash[before] !== place) before = this.#sameHash[before];
    this.#sameHash[before] = next;
  }

  #equals(place: number, screen: Uint8Array): boolean {
    const known = this.read(place);
    for (let i = 0; i < screen.length; i++) if (known[i] !== screen[i]) return false;
    return true;
  }
}

/** FNV-1a: h ← (h xor byte) · 16777619, in 32 bits. */
function hashOf(screen: Uint8Array): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < screen.length; i++) h = Math.imul(h ^ screen[i], 16777619);
  return h;
}
