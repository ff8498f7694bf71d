// The diagnostics of a run as small charts below its learning curve, read back from the lines of its metrics.

import { roundRange } from './axis.ts';
import { axisNumber, escapeXml, height, left, type Palette, pixel, right } from './chart.ts';
import { parseMetrics } from './metrics.ts';

interface Panel {
  readonly title: string;
  /** Which metrics it shows: one line for each number in them. */
  readonly names: readonly string[];
}

const panels: readonly Panel[] = [
  { title: 'temporal-difference errors: 5, 25, 50, 75, 95 %', names: ['diagnostics/td_errors'] },
  { title: 'predicted and realised return, greedy', names: ['diagnostics/predicted_return', 'diagnostics/realised_return'] },
  { title: 'gradient norm', names: ['losses/gradient_norm'] },
  { title: 'distance of online and target network', names: ['diagnostics/target_distance'] },
  { title: 'share of dead rectified units', names: ['diagnostics/dead_share'] },
  { title: 'age of what is replayed, in transitions', names: ['diagnostics/replay_age'] },
];

/** Pixels of a panel, two of which stand side by side. */
const panelHeight = 120;
const gap = 40;
const columns = 2;
const panelWidth = (right - left - gap) / columns;

/** How much taller a chart with panels is. */
export const panelsHeight: number = Math.ceil(panels.length / columns) * (panelHeight + gap) + gap / 2;

interface Point {
  readonly step: number;
  readonly value: number;
}

/** All panels, for the text of a metrics file; empty when it holds no diagnostics. */
export function drawPanels(metrics: string, steps: number): readonly string[] {
  const series = readSeries(metrics);
  if (![...series.keys()].some((name) => name.startsWith('diagnostics/'))) return [];
  return panels.flatMap(({ title, names }, i) => {
    const lines = names.flatMap((name) => series.get(name) ?? []);
    const x = left + (i % columns) * (panelWidth + gap);
    const y = height + gap / 2 + Math.floor(i / columns) * (panelHeight + gap);
    return drawPanel(title, lines, x, y, steps);
  });
}

/** By name, one line for each number that a metric has. */
function readSeries(text: string): Map<string, Point[][]> {
  const series = new Map<string, Point[][]>();
  for (const line of text.split('\n')) {
    const metrics = parseMetrics(line);
    if (metrics === undefined) continue; // the last line of a file, empty or cut short
    for (const name of panels.flatMap((panel) => panel.names)) {
      const found = metrics[name];
      if (found === undefined) continue;
      const values = typeof found === 'number' ? [found] : found;
      const lines = series.get(name) ?? values.map(() => []);
      values.forEach((value, i) => {
        if (Number.isFinite(value)) lines[i]?.push({ step: metrics.global_step, value });
      });
      series.set(name, lines);
    }
  }
  return series;
}

function drawPanel(title: string, lines: readonly Point[][], x: number, y: number, steps: number): string[] {
  const values = lines.flat().map(({ value }) => value);
  const heading = `<text class="panel" x="${pixel(x)}" y="${pixel(y)}">${escapeXml(title)}</text>`;
  if (values.length === 0) return [heading];
  const extreme = (better: (a: number, b: number) => number): number => values.reduce((a, b) => better(a, b));
  const [low, high] = roundRange(extreme(Math.min), extreme(Math.max), 2);
  const toX = (step: number): number => x + (panelWidth * step) / steps;
  const toY = (value: number): number => y + 10 + panelHeight * (1 - (value - low) / (high - low));
  const limits = [low, high].map(
    (limit) =>
      `<path class="grid" d="M${pixel(x)} ${pixel(toY(limit))}h${pixel(panelWidth)}"/>` +
      `<text class="tick" x="${pixel(x - 6)}" y="${pixel(toY(limit) + 4)}" text-anchor="end">${axisNumber(limit)}</text>`,
  );
  const paths = lines.map((points, i) => `<path class="inside inside${i % 5}" d="${pathOf(points, toX, toY)}"/>`);
  return [heading, ...limits, ...paths];
}

/** At most one point in a column of pixels, the mean of those in it. */
function pathOf(points: readonly Point[], toX: (step: number) => number, toY: (value: number) => number): string {
  const parts: string[] = [];
  for (let i = 0; i < points.length; ) {
    const column = Math.floor(toX(points[i].step));
    let sum = 0;
    let count = 0;
    for (; i < points.length && Math.floor(toX(points[i].step)) === column; i++) {
      sum += points[i].value;
      count++;
    }
    parts.push(`${parts.length === 0 ? 'M' : 'L'}${column} ${pixel(toY(sum / count))}`);
  }
  return parts.join('');
}

export const panelShapes =
  '.panel { font-weight: 600 } .inside { fill: none; stroke-width: 1.2 } .inside1, .inside3 { stroke-dasharray: 4 2 }';

export const panelColors = ({ line, mark }: Palette): string =>
  `.inside { stroke: ${line} } .inside1, .inside3 { stroke: ${mark} } .inside0, .inside4 { stroke-opacity: 0.6 }`;
