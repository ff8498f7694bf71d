// The diagnostics of a run as small charts below its learning curve, read back from the lines of its metrics.

import { escapeXml, height, left, pixel, right } from './chart.ts';
import { parseMetrics } from './metrics.ts';
import { drawHistograms, drawKeys, drawLines, type Frame, type Point } from './panel.ts';

interface Panel {
  readonly title: string;
  /** Which metrics it shows: one line for each number in them. */
  readonly names: readonly string[];
  /** What its lines are, where the title does not say. */
  readonly keys?: readonly string[];
  readonly draw: (lines: readonly (readonly Point[])[], frame: Frame) => string[];
}

const panels: readonly Panel[] = [
  { title: 'temporal-difference errors: 5, 25, 50, 75, 95 %', names: ['diagnostics/td_errors'], draw: drawLines },
  {
    title: 'return, greedy',
    names: ['diagnostics/predicted_return', 'diagnostics/realised_return'],
    keys: ['predicted', 'realised'],
    draw: drawLines,
  },
  { title: 'gradient norm', names: ['losses/gradient_norm'], draw: drawLines },
  { title: 'distance of online and target network', names: ['diagnostics/target_distance'], draw: drawLines },
  { title: 'share of dead rectified units', names: ['diagnostics/dead_share'], draw: drawLines },
  { title: 'age of what is replayed, in transitions', names: ['diagnostics/replay_age'], draw: drawLines },
  { title: 'stored transitions by priority; darker: more', names: ['diagnostics/priorities'], draw: drawHistograms },
];

/** Pixels of a panel, two of which stand side by side. */
const panelHeight = 120;
const gap = 40;
/** From one panel to the next beside it: room for the second one's numbers, up to 1,000,000. */
const gapBeside = 64;
const columns = 2;
const panelWidth = (right - left - gapBeside) / columns;

/** What is drawn, and how much taller it makes the chart. */
export interface DrawnPanels {
  readonly drawn: readonly string[];
  readonly height: number;
}

/** The panels for which the text of a metrics file has numbers; none when it holds no diagnostics. */
export function drawPanels(metrics: string, steps: number): DrawnPanels {
  const series = readSeries(metrics);
  if (![...series.keys()].some((name) => name.startsWith('diagnostics/'))) return { drawn: [], height: 0 };
  const present = panels.filter(({ names }) => names.some((name) => series.has(name)));
  const drawn = present.flatMap(({ title, names, keys = [], draw }, i) => {
    const x = left + (i % columns) * (panelWidth + gapBeside);
    const y = height + gap / 2 + Math.floor(i / columns) * (panelHeight + gap);
    const lines = names.flatMap((name) => series.get(name) ?? [[]]);
    const heading = `<text class="panel" x="${pixel(x)}" y="${pixel(y)}">${escapeXml(title)}</text>`;
    return [heading, ...drawKeys(keys, x + panelWidth, y), ...draw(lines, { x, y: y + 10, width: panelWidth, height: panelHeight, steps })];
  });
  return { drawn, height: Math.ceil(present.length / columns) * (panelHeight + gap) + gap / 2 };
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
