// What work is measured in, and times and rates as people read them: three significant digits and a unit that fits.

export interface Work {
  readonly amount: number;
  /** 'FLOP' and 'B' are reported in billions; anything else counts things: steps, updates, … */
  readonly unit: string;
  /** Of work in FLOP, the bytes it reads and writes if every array is touched once; of work in bytes, its operations. */
  readonly other?: number;
}

/** "1.23 ms", "456 ns". */
export function formatSeconds(seconds: number): string {
  for (const [unit, size] of [
    ['s', 1],
    ['ms', 1e-3],
    ['µs', 1e-6],
  ] as const) {
    if (seconds >= 0.9995 * size) return `${threeDigits(seconds / size)} ${unit}`;
  }
  return `${threeDigits(seconds / 1e-9)} ns`;
}

/** "2.31 GFLOP/s", "14,200 updates/s". */
export function formatRate(rate: number, { unit }: Work): string {
  if (unit === 'FLOP' || unit === 'B') return `${threeDigits(rate / 1e9)} G${unit}/s`;
  return `${threeDigits(rate)} ${unit}/s`;
}

/** 0.0314 → "3.1 %". */
export const formatPercent = (part: number): string => `${(100 * part).toFixed(Math.abs(part) < 0.0995 ? 1 : 0)} %`;

/** Three significant digits without an exponent: "0.0123", "4.50", "14,200". */
function threeDigits(x: number): string {
  return x.toLocaleString('en-US', { minimumSignificantDigits: 3, maximumSignificantDigits: 3 });
}
