// How fast a run is right now: steps per second over the last few seconds, so that the estimate follows when learning begins.

/** Milliseconds that are looked back. */
const window = 5000;

export class Speed {
  #samples: { readonly time: number; readonly step: number }[] = [];

  /** Tells how many steps were done at a time in milliseconds. */
  add(time: number, step: number): void {
    this.#samples.push({ time, step });
    // The oldest sample stays as long as the next one is still too young to look back over the whole window.
    while (this.#samples.length > 2 && time - this.#samples[1].time >= window) this.#samples.shift();
  }

  /** Undefined until half a second has passed. */
  get stepsPerSecond(): number | undefined {
    const first = this.#samples[0];
    const last = this.#samples[this.#samples.length - 1];
    if (first === undefined || last.time - first.time < 500) return undefined;
    return (1000 * (last.step - first.step)) / (last.time - first.time);
  }
}
