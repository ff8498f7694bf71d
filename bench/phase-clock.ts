// Where the time of a loop goes: a clock that is told when a phase begins, and goes back to the one around it when it ends. A phase
// within another interrupts it, so nothing is counted twice.

export class PhaseClock {
  /** Milliseconds by phase, in the order in which they first began. */
  readonly #spent = new Map<string, number>();
  #phase: string | undefined;
  #since = 0;
  readonly #now: () => number;

  /** `now` gives milliseconds. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** The function, its calls a phase of that name. */
  phase<A extends readonly unknown[], R>(name: string, work: (...inputs: A) => R): (...inputs: A) => R {
    return (...inputs) => {
      const outer = this.#phase;
      this.#switch(name);
      try {
        return work(...inputs);
      } finally {
        this.#switch(outer);
      }
    };
  }

  /** Forgets what was counted. Between phases only. */
  reset(): void {
    this.#spent.clear();
  }

  /** Milliseconds by phase since the last reset. */
  spent(): ReadonlyMap<string, number> {
    return new Map(this.#spent);
  }

  #switch(to: string | undefined): void {
    const now = this.#now();
    if (this.#phase !== undefined) this.#spent.set(this.#phase, (this.#spent.get(this.#phase) ?? 0) + now - this.#since);
    this.#phase = to;
    this.#since = now;
  }
}
