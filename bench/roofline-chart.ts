// A roofline drawn as SVG, readable on a light page and on a dark one. Both axes count powers of two and of ten: straight lines are
// powers of the intensity.

import { type Roofline, roofAt } from './roofline.ts';

const [width, height] = [760, 460];
const frame = { left: 64, right: 20, top: 24, bottom: 56 };
const families = ['gemm', 'conv2d', 'elementwise', 'rows', 'optimizer'];

export interface Axis {
  /** Powers of the base from low to high. */
  readonly base: number;
  readonly low: number;
  readonly high: number;
}

/** The axis that holds all values, ending at whole powers. Throws RangeError for values that have no logarithm. */
export function logAxis(values: readonly number[], base: number): Axis {
  if (values.length === 0 || values.some((value) => !(value > 0 && value < Number.POSITIVE_INFINITY))) {
    throw new RangeError(`logAxis: values must be positive and finite; got [${values.join(', ')}]`);
  }
  const exponents = values.map((value) => Math.log(value) / Math.log(base));
  const low = Math.floor(Math.min(...exponents) + 1e-9);
  return { base, low, high: Math.max(low + 1, Math.ceil(Math.max(...exponents) - 1e-9)) };
}

/** Where a value lies on an axis: 0 at its low end, 1 at its high one. */
export const placeOn = ({ base, low, high }: Axis, value: number): number => (Math.log(value) / Math.log(base) - low) / (high - low);

/** The chart; `machine` is written below it. */
export function drawRoofline(roofline: Roofline, machine: string): string {
  const { peak, bandwidths, points } = roofline;
  const across = logAxis(
    points.map(({ intensity }) => intensity),
    2,
  );
  const edges = bandwidths.map(({ rate }) => rate * across.base ** across.low);
  const up = logAxis([peak, ...edges, ...points.map(({ rate }) => rate)], 10);
  const x = (intensity: number): string => (frame.left + placeOn(across, intensity) * (width - frame.left - frame.right)).toFixed(1);
  const y = (rate: number): string => (height - frame.bottom - placeOn(up, rate) * (height - frame.top - frame.bottom)).toFixed(1);
  const ends = [across.base ** across.low, across.base ** across.high];

  const grid = [
    ...powers(across).map((value) => {
      const label = value < 1 ? `1/${1 / value}` : String(value);
      return `<path class="grid" d="M${x(value)} ${y(10 ** up.low)}V${y(10 ** up.high)}"/>${text(x(value), height - frame.bottom + 18, label)}`;
    }),
    ...powers(up).map((value) => {
      const label = text(frame.left - 8, Number(y(value)) + 4, String(value / 1e9), 'right');
      return `<path class="grid" d="M${x(ends[0])} ${y(value)}H${x(ends[1])}"/>${label}`;
    }),
  ];
  const slopes = bandwidths.map(({ label, rate }) => {
    const ridge = Math.min(peak / rate, ends[1]);
    const title = `${label}: ${(rate / 1e9).toFixed(0)} GB/s`;
    const line = `<path class="roof" d="M${x(ends[0])} ${y(ends[0] * rate)}L${x(ridge)} ${y(ridge * rate)}"/>`;
    return line + text(Number(x(ends[0])) + 8, Number(y(ends[0] * rate)) + 16, title, 'left');
  });
  const level = `<path class="roof" d="M${x(peak / Math.max(...bandwidths.map(({ rate }) => rate)))} ${y(peak)}H${x(ends[1])}"/>`;
  const peakLabel = text(width - frame.right - 4, Number(y(peak)) - 14, `multiply and add: ${(peak / 1e9).toFixed(1)} GFLOP/s`, 'right');
  const dots = points.map((point) => {
    const part = ((100 * point.rate) / roofAt(roofline, point.intensity)).toFixed(0);
    const title = `${point.label}: ${(point.rate / 1e9).toPrecision(3)} GFLOP/s, ${part} % of the roof`;
    return `<circle class="f${families.indexOf(point.family)}" cx="${x(point.intensity)}" cy="${y(point.rate)}" r="4"><title>${escaped(title)}</title></circle>`;
  });
  const present = families.filter((family) => points.some((point) => point.family === family));
  const legend = present.map((family, i) => {
    const [left, top] = [width - frame.right - 110, height - frame.bottom - 16 * (present.length - i)];
    return `<circle class="f${families.indexOf(family)}" cx="${left}" cy="${top}" r="4"/>${text(left + 10, top + 4, family, 'left')}`;
  });
  const middle = (frame.top + height - frame.bottom) / 2;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title description">
<title id="title">Roofline of the kernels</title>
<desc id="description">Each kernel as a point: operations for each byte across, billions of operations in a second up, both on logarithmic scales. The rising lines are what memory brings, the level one is a loop of multiplications and additions in registers.</desc>
${style}
<rect class="page" width="${width}" height="${height}"/>
${[...grid, ...slopes, level, peakLabel, ...dots, ...legend].join('\n')}
${text((frame.left + width - frame.right) / 2, height - 20, 'operations for each byte')}
<text transform="translate(16 ${middle}) rotate(-90)">GFLOP/s</text>
${text(frame.left, height - 4, machine, 'left small')}
</svg>
`;
}

const powers = ({ base, low, high }: Axis): number[] => Array.from({ length: high - low + 1 }, (_, i) => base ** (low + i));

const text = (x: number | string, y: number, content: string, kind = ''): string =>
  `<text${kind ? ` class="${kind}"` : ''} x="${x}" y="${y}">${escaped(content)}</text>`;

const escaped = (content: string): string => content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const style = `<style>
  svg { font: 12px system-ui, sans-serif } text { fill: #1c2430; text-anchor: middle } .left { text-anchor: start } .right { text-anchor: end }
  .page { fill: #ffffff } .grid { fill: none; stroke: #dfe3e9 } .roof { fill: none; stroke: #566070; stroke-width: 2 } .small { font-size: 10px }
  .f0 { fill: #2a6fd6 } .f1 { fill: #c2410c } .f2 { fill: #15803d } .f3 { fill: #7e22ce } .f4 { fill: #a16207 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6eaf0 } .page { fill: #11161d } .grid { stroke: #2a323d } .roof { stroke: #9fabba }
    .f0 { fill: #6aa5ff } .f1 { fill: #fb923c } .f2 { fill: #4ade80 } .f3 { fill: #c084fc } .f4 { fill: #facc15 }
  }
</style>`;
