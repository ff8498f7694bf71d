// How often work must run for a clock to see it.

/** Milliseconds that a sample should last: about a thousand times what reading the clock costs. */
const sampleTime = 0.05;

/** How many runs make a sample long enough: doubled until it is. `now` gives milliseconds. */
export function runsPerSample(run: () => number, now: () => number): number {
  let runs = 1;
  for (;;) {
    const start = now();
    for (let i = 0; i < runs; i++) run();
    if (now() - start >= sampleTime) return runs;
    runs *= 2;
  }
}
