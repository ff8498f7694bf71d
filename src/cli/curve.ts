// The learning curve of a run as an SVG of its own: every episode's return as a faint dot, their moving average as a line, the
// evaluation of the final network as a diamond. Equal data give equal bytes. Colours follow the reader's light or dark mode.

import { roundRange } from './axis.ts';
import { bottom, chartStyle, createScales, left, pixel, returnAxis, right, stepAxis, svgDocument, top } from './chart.ts';
import { averagedEpisodes, type Episode, movingAverage, recentMean } from './episodes.ts';
import { counted, formatReturn } from './format.ts';
import { panelColors, panelShapes } from './panel.ts';
import { drawPanels } from './panels.ts';

export interface Curve {
  readonly title: string;
  /** The length of the whole run in environment steps, which is the width of the chart. */
  readonly steps: number;
  readonly episodes: readonly Episode[];
  /** Of the final network, when there is one. */
  readonly evaluation?: { readonly mean: number; readonly episodes: number };
  /** The text of the run's metrics, whose diagnostics are drawn below. */
  readonly metrics?: string;
}

/** The SVG document. */
export function drawCurve(curve: Curve): string {
  const { steps, episodes, evaluation } = curve;
  const [low, high] = returnRange(curve);
  const scales = createScales(steps, low, high);
  const { x, y } = scales;
  const panels = drawPanels(curve.metrics ?? '', steps);
  return svgDocument(
    curve.title,
    describe(curve),
    style,
    [
      legend(evaluation !== undefined),
      ...returnAxis(low, high, scales),
      ...stepAxis(steps, scales),
      episodes.length > 0
        ? `<path class="episodes" d="${dots(episodes, x, y)}"/>`
        : `<text class="note" x="${(left + right) / 2}" y="${(top + bottom) / 2}">no episode has ended yet</text>`,
      `<path class="average" d="${line(movingAverage(episodes), x, y)}"/>`,
      evaluation === undefined ? '' : evaluationMark(evaluation.mean, x(steps), y(evaluation.mean)),
      ...panels.drawn,
    ],
    panels.height,
  );
}

/** Round limits that hold everything that is drawn. */
function returnRange({ episodes, evaluation }: Curve): readonly [low: number, high: number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  const values = evaluation === undefined ? [] : [evaluation.mean];
  for (const value of [...values, ...episodes.map((episode) => episode.return)]) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return low <= high ? roundRange(low, high, 5) : [0, 1];
}

function legend(evaluated: boolean): string {
  const entries = [
    `<path class="episodes sample" d="M${left + 4} 49h0"/><text class="key" x="${left + 14}" y="53">episode</text>`,
    `<path class="average" d="M${left + 82} 49h18"/><text class="key" x="${left + 106}" y="53">mean of ${averagedEpisodes} episodes</text>`,
  ];
  if (evaluated) {
    entries.push(
      `<path class="mark" d="${diamond(left + 250, 49)}"/><text class="key" x="${left + 262}" y="53">final network, greedy</text>`,
    );
  }
  return entries.join('');
}

/** The diamond and its value, on the side of it that has room. */
function evaluationMark(mean: number, x: number, y: number): string {
  const labelY = y < top + 24 ? y + 24 : y - 12;
  const label = `<text class="value" x="${pixel(x + 8)}" y="${pixel(labelY)}" text-anchor="end">${formatReturn(mean).replace('-', '−')}</text>`;
  return `<path class="mark" d="${diamond(x, y)}"/>${label}`;
}

const diamond = (x: number, y: number): string => `M${pixel(x)} ${pixel(y - 7)}l7 7l-7 7l-7 -7z`;

/** One dot for each episode, but at most two in a column of pixels: the lowest and the highest. */
function dots(episodes: readonly Episode[], x: (step: number) => number, y: (value: number) => number): string {
  const crowded = episodes.length > 2 * (right - left);
  return (crowded ? columns(episodes, x).flatMap(extremes) : episodes)
    .map((episode) => `M${pixel(x(episode.step))} ${pixel(y(episode.return))}h0`)
    .join('');
}

/** A line through the points, at most one in a column of pixels: the last. */
function line(points: readonly Episode[], x: (step: number) => number, y: (value: number) => number): string {
  return columns(points, x)
    .map((column, i) => {
      const last = column[column.length - 1];
      return `${i === 0 ? 'M' : 'L'}${pixel(x(last.step))} ${pixel(y(last.return))}`;
    })
    .join('');
}

/** The episodes grouped by the column of pixels in which they lie. */
function columns(episodes: readonly Episode[], x: (step: number) => number): Episode[][] {
  const groups: Episode[][] = [];
  let previous = Number.NaN;
  for (const episode of episodes) {
    const column = Math.floor(x(episode.step));
    if (column === previous) groups[groups.length - 1].push(episode);
    else groups.push([episode]);
    previous = column;
  }
  return groups;
}

function extremes(column: readonly Episode[]): Episode[] {
  const lowest = column.reduce((a, b) => (b.return < a.return ? b : a));
  const highest = column.reduce((a, b) => (b.return > a.return ? b : a));
  return lowest === highest ? [lowest] : [lowest, highest];
}

function describe({ steps, episodes, evaluation }: Curve): string {
  const mean = recentMean(episodes);
  const recent = mean === undefined ? '' : `, the last ${Math.min(averagedEpisodes, episodes.length)} with a mean of ${formatReturn(mean)}`;
  const final =
    evaluation === undefined
      ? ''
      : ` The final network scored a mean of ${formatReturn(evaluation.mean)} over ${counted(evaluation.episodes, 'greedy episode')}.`;
  return `Returns of ${counted(episodes.length, 'episode')} over ${counted(steps, 'environment step')}${recent}.${final}`;
}

const style = chartStyle(
  `.episodes { fill: none; stroke-width: 3.4; stroke-linecap: round; stroke-opacity: 0.45 }
  .sample { stroke-width: 6; stroke-opacity: 0.6 }
  .average { fill: none; stroke-width: 2.4; stroke-linejoin: round; stroke-linecap: round }
  .mark { stroke-width: 1.5 }
  .value { font-size: 13px; font-weight: 600; stroke-width: 4; paint-order: stroke }
  ${panelShapes}`,
  (palette) => {
    const { page, line, mark } = palette;
    return `.episodes, .average { stroke: ${line} } .mark { fill: ${mark}; stroke: ${page} } .value { fill: ${mark}; stroke: ${page} } ${panelColors(palette)}`;
  },
);
