// Numbers as people read them.

/** 25000 → "25,000". */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

/** "1 episode", "25,000 steps". */
export const counted = (count: number, thing: string): string => `${formatCount(count)} ${thing}${count === 1 ? '' : 's'}`;

/** A return with about four digits: "231.4", "-0.125", "500". */
export function formatReturn(value: number): string {
  const size = Math.abs(value);
  const digits = Number.isInteger(value) ? 0 : size >= 100 ? 1 : size >= 1 ? 2 : 3;
  return value.toFixed(digits).replace(/^-(0(?:\.0*)?)$/, '$1'); // no "-0"
}

/** Three digits: "0.0123", "1.20", or two and the exponent: "1.2e-7". */
export function formatSmall(value: number): string {
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e5) ? value.toExponential(1) : size >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

/** Seconds as "0:07", "12:30" or "1:02:03". */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (n: number): string => String(n).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** Rows as aligned columns; the last column is not padded. */
export function formatTable(rows: readonly (readonly string[])[], gap = 2): string {
  const width = (column: number): number => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const widths = Array.from({ length: Math.max(0, ...rows.map((row) => row.length)) }, (_, column) => width(column));
  return rows.map((row) => row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] + gap))).join('') + '\n').join('');
}
