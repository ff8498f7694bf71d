// Round numbers for the axis of a chart: steps of 1, 2 or 5 times a power of ten.

/** The round multiples inside [low, high], about `count` of them, in order. */
export function roundTicks(low: number, high: number, count: number): number[] {
  const step = roundStep((high - low) / count);
  const ticks: number[] = [];
  // Counting in whole steps keeps 0.1 + 0.2 from becoming 0.30000000000000004; the margin admits ends that are off by a rounding.
  for (let i = Math.ceil(low / step - 1e-9); i <= high / step + 1e-9; i++) ticks.push(Number((i * step).toPrecision(12)) + 0);
  return ticks;
}

/** The smallest range of whole round steps that holds [low, high]; widened when it is a single point. */
export function roundRange(low: number, high: number, count: number): readonly [low: number, high: number] {
  if (high - low <= 1e-9 * Math.max(1, Math.abs(low), Math.abs(high))) {
    const margin = Math.max(1, Math.abs(low)) / 2;
    return roundRange(low - margin, high + margin, count);
  }
  const step = roundStep((high - low) / count);
  return [Math.floor(low / step + 1e-9) * step, Math.ceil(high / step - 1e-9) * step];
}

/** The smallest 1, 2 or 5 times a power of ten that is at least `size`. */
function roundStep(size: number): number {
  const power = 10 ** Math.floor(Math.log10(size));
  const factor = [1, 2, 5].find((candidate) => candidate * power >= size * (1 - 1e-9)) ?? 10;
  return factor * power;
}
