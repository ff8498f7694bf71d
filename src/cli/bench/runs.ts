// How often work must run for a clock to see it.

/** Milliseconds that a sample should last: about a thousand times what reading the clock costs. */
const usualSample = 0.05;

/**
 * How many runs make a sample of so many milliseconds: doubled until they do. The shortest of three tries counts, for one may have
 * been interrupted. `now` gives milliseconds.
 */
export function runsPerSample(run: () => number, now: () => number, sample: number = usualSample): number {
  const lasts = (runs: number): boolean => {
    const start = now();
    for (let i = 0; i < runs; i++) run();
    return now() - start >= sample;
  };
  let runs = 1;
  while (!(lasts(runs) && lasts(runs) && lasts(runs))) runs *= 2;
  return runs;
}
