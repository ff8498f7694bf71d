// The runs on one environment as an SVG: every seed's training curve thin, the median of each variant's seeds thick, published
// numbers as dashed lines. Equal data give equal bytes.

import { medianOf } from '../../index.ts';
import { roundRange } from '../axis.ts';
import { bottom, chartStyle, createScales, escapeXml, left, pixel, returnAxis, right, stepAxis, svgDocument } from '../chart.ts';
import type { Episode } from '../episodes.ts';
import { counted, formatReturn } from '../format.ts';
import type { Reference } from './plan.ts';
import type { Group } from './table.ts';

/** Into how many equal parts the steps are cut; a curve has one point for each. */
const parts = 100;

interface Line {
  readonly variant: string;
  /** One curve for each seed, `parts` values each. */
  readonly seeds: readonly (readonly number[])[];
  readonly median: readonly number[];
}

/** The SVG document. The groups are the variants on one environment. */
export function drawExperiment(environment: string, groups: readonly Group[], references: readonly Reference[]): string {
  const steps = Math.max(...groups.flatMap(({ outcomes }) => outcomes.map(({ planned }) => planned.run.steps)));
  const lines = groups.map((group) => lineOf(group, steps));
  const values = [...lines.flatMap(({ seeds }) => seeds.flat()), ...references.map(({ value }) => value)].filter(Number.isFinite);
  const [low, high] = values.length > 0 ? roundRange(Math.min(...values), Math.max(...values), 5) : [0, 1];
  const scales = createScales(steps, low, high);
  const path = (curve: readonly number[]): string =>
    curve
      .map((value, i) => ({ value, x: scales.x(((i + 1) * steps) / parts) }))
      .filter(({ value }) => Number.isFinite(value))
      .map(({ value, x }, i) => `${i === 0 ? 'M' : 'L'}${pixel(x)} ${pixel(scales.y(value))}`)
      .join('');
  return svgDocument(environment, describe(environment, lines, references, steps), style, [
    legend(lines),
    ...returnAxis(low, high, scales),
    ...stepAxis(steps, scales),
    ...references.map(({ label, value }) => {
      const y = scales.y(value);
      return `<path class="reference" d="M${left} ${pixel(y)}H${right}"/><text class="tick" x="${right}" y="${pixel(y - 5)}" text-anchor="end">${escapeXml(label)}</text>`;
    }),
    ...lines.flatMap(({ seeds }, i) => seeds.map((curve) => `<path class="seed line${i % colors.length}" d="${path(curve)}"/>`)),
    ...lines.map(({ median }, i) => `<path class="median line${i % colors.length}" d="${path(median)}"/>`),
    values.length > 0 ? '' : `<text class="note" x="${(left + right) / 2}" y="${bottom - 20}">no episode has ended</text>`,
  ]);
}

function lineOf({ variant, outcomes }: Group, steps: number): Line {
  const seeds = outcomes.map(({ episodes }) => curveOf(episodes, steps));
  const median = Array.from({ length: parts }, (_, i) => medianOf(seeds.map((curve) => curve[i]).filter(Number.isFinite)));
  return { variant, seeds, median };
}

/** The mean return of the episodes that ended in each part; where none did, that of the part before, NaN before the first. */
function curveOf(episodes: readonly Episode[], steps: number): number[] {
  const sums = new Float64Array(parts);
  const counts = new Int32Array(parts);
  for (const { step, return: reached } of episodes) {
    const part = Math.min(parts - 1, Math.floor(((step - 1) * parts) / steps));
    sums[part] += reached;
    counts[part]++;
  }
  const curve: number[] = [];
  for (let i = 0; i < parts; i++) curve.push(counts[i] > 0 ? sums[i] / counts[i] : (curve[i - 1] ?? Number.NaN));
  return curve;
}

function legend(lines: readonly Line[]): string {
  let x = left;
  return lines
    .map(({ variant }, i) => {
      const entry = `<path class="median line${i % colors.length}" d="M${x} 49h18"/><text class="key" x="${x + 24}" y="53">${escapeXml(variant)}</text>`;
      x += 40 + 7 * variant.length;
      return entry;
    })
    .join('');
}

function describe(environment: string, lines: readonly Line[], references: readonly Reference[], steps: number): string {
  const curves = lines.map(({ variant, seeds, median }) => {
    const last = median[parts - 1];
    return `${variant}, ${counted(seeds.length, 'seed')}, ending at ${Number.isFinite(last) ? formatReturn(last) : 'nothing'}`;
  });
  const against = references.map(({ label, value }) => ` ${label}: ${formatReturn(value)}.`).join('');
  return `Training returns on ${environment} over ${counted(steps, 'environment step')}: ${curves.join('; ')}.${against}`;
}

/** For light and dark pages, from the set of Okabe and Ito, which people who see colours differently can tell apart as well. */
const colors: readonly (readonly [light: string, dark: string])[] = [
  ['#0072b2', '#56b4e9'],
  ['#d55e00', '#ff8c42'],
  ['#007a5a', '#2fc79a'],
  ['#a0478a', '#e29bc8'],
  ['#8a6d00', '#f0d442'],
  ['#444444', '#bbbbbb'],
];

const style = chartStyle(
  `.seed, .median { fill: none; stroke-linejoin: round; stroke-linecap: round }
  .seed { stroke-width: 1; stroke-opacity: 0.4 }
  .median { stroke-width: 2.4 }
  .reference { fill: none; stroke-dasharray: 5 4 }`,
  ({ soft }, dark) => `.reference { stroke: ${soft} } ${colors.map((pair, i) => `.line${i} { stroke: ${pair[dark ? 1 : 0]} }`).join(' ')}`,
);
