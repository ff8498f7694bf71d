// When a run is saved again: every so often, but seldom enough that saving takes at most a tenth of the time. Writing a memory of
// gigabytes can take longer than the pause that suits a small one.

export class SavePace {
  readonly #milliseconds: number;
  #last: number;
  /** Milliseconds that the last saving took. */
  #took = 0;

  /** `now` is in milliseconds, here and below. */
  constructor(seconds: number, now: number) {
    this.#milliseconds = 1000 * seconds;
    this.#last = now;
  }

  isDue(now: number): boolean {
    return now - this.#last > Math.max(this.#milliseconds, 9 * this.#took);
  }

  /** The run was saved between these moments. */
  saved(began: number, ended: number): void {
    this.#last = ended;
    this.#took = ended - began;
  }
}
