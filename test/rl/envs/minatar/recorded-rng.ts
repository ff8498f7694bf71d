// A generator that hands out recorded draws, and insists that exactly these are asked for.

import { Rng } from 'deepq';

/** Draws in order: kind 0 is a uniform real in [0, 1), kind 1 an integer with low ≤ value < high. */
export interface Draws {
  readonly kind: ArrayLike<number>;
  readonly low: ArrayLike<number>;
  readonly high: ArrayLike<number>;
  readonly value: ArrayLike<number>;
}

export class RecordedRng extends Rng {
  readonly #draws: Draws;
  /** How many have been handed out. */
  drawn = 0;

  constructor(draws: Draws) {
    super(0);
    this.#draws = draws;
  }

  override uniform(low = 0, high = 1): number {
    this.#expectNext('a uniform number', low === 0 && high === 1 && this.#draws.kind[this.drawn] === 0);
    return this.#draws.value[this.drawn++];
  }

  override integer(low: number, high?: number): number {
    const [first, end] = high === undefined ? [0, low] : [low, high];
    const { kind, low: lows, high: highs } = this.#draws;
    const fits = kind[this.drawn] === 1 && lows[this.drawn] === first && highs[this.drawn] === end;
    this.#expectNext(`an integer in ${first}…${end - 1}`, fits);
    return this.#draws.value[this.drawn++];
  }

  #expectNext(what: string, fits: boolean): void {
    if (!fits) throw new Error(`RecordedRng: draw ${this.drawn} of the recording must be ${what}`);
  }
}
