// One round of measurements in this process: checks every case, then times all of them with tinybench, starting with another
// case each round. A case too fast for the clock runs many times per sample.

import { Bench } from 'tinybench';
import { runsPerSample } from '../src/cli/bench/runs.ts';
import type { Case } from './case.ts';

export interface Budget {
  /** Milliseconds for each case. */
  readonly time: number;
  readonly warmupTime: number;
  /** At least so many samples of each case, however slow it is. */
  readonly samples: number;
  /** Milliseconds that a sample should last at least, where a clock is coarse. */
  readonly sampleTime?: number;
}

export interface Measurement {
  readonly case: Case;
  /** Seconds for one run, ascending. */
  readonly seconds: readonly number[];
}

/** Times all cases, in the given order. Throws Error when a result is wrong, before anything is timed. */
export function measure(cases: readonly Case[], round: number, budget: Budget): Measurement[] {
  for (const one of cases) one.check();
  const { time, warmupTime, samples, sampleTime } = budget;
  const bench = new Bench({ time, warmupTime, iterations: samples, warmupIterations: 1, retainSamples: true, throws: true });
  let sum = 0;
  const order = rotate(cases, round).map((one) => {
    const runs = runsPerSample(one.run, () => bench.now(), sampleTime);
    bench.add(one.name, () => {
      for (let i = 0; i < runs; i++) sum += one.run();
    });
    return { case: one, runs };
  });
  bench.runSync();
  if (Number.isNaN(sum)) throw new Error('measure: results must be numbers; their sum became NaN');
  return order.map(({ case: one, runs }) => {
    const result = bench.getTask(one.name)?.result;
    if (result?.state !== 'completed' || result.latency.samples === undefined) throw new Error(`${one.name}: was not measured`);
    return { case: one, seconds: result.latency.samples.map((milliseconds) => milliseconds / 1000 / runs) };
  });
}

/** The list beginning at another place, so that no case always follows the same one or always comes first. */
export function rotate<T>(list: readonly T[], by: number): T[] {
  const start = by % Math.max(1, list.length);
  return [...list.slice(start), ...list.slice(0, start)];
}
