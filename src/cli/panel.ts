// Two ways to draw numbers that change over a run into a small frame: as lines, and as the histograms they are, one beside the other
// in shades. Neither draws finer than can be seen, so the file stays small however long the run was.

import { priorityEdges } from '../index.ts';
import { roundRange } from './axis.ts';
import { axisNumber, type Palette, pixel } from './chart.ts';

export interface Point {
  readonly step: number;
  readonly value: number;
}

/** Where to draw, in pixels from the left upper corner, and how many steps the width stands for. */
export interface Frame {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly steps: number;
}

/** Each list of points as a line. */
export function drawLines(lines: readonly (readonly Point[])[], frame: Frame): string[] {
  const values = lines.flat().map(({ value }) => value);
  if (values.length === 0) return [];
  const extreme = (better: (a: number, b: number) => number): number => values.reduce((a, b) => better(a, b));
  const [low, high] = roundRange(extreme(Math.min), extreme(Math.max), 2);
  const toY = (value: number): number => frame.y + frame.height * (1 - (value - low) / (high - low));
  const path = (points: readonly Point[]): string =>
    meansByColumn(points, frame, 1)
      .map(({ x, mean }, i) => `${i === 0 ? 'M' : 'L'}${x} ${pixel(toY(mean))}`)
      .join('');
  return [
    ...[low, high].map((limit) => rule(axisNumber(limit), toY(limit), frame)),
    ...lines.map((points, i) => `<path class="inside inside${i % 5}" d="${path(points)}"/>`),
  ];
}

/** Pixels of a key: a piece of its line, and its name. */
const keyWidth = 88;

/** What each of the lines is, in their order, beside the title on the baseline `y` and up to `right`. */
export const drawKeys = (keys: readonly string[], right: number, y: number): string[] =>
  keys.map((key, i) => {
    const x = right - (keys.length - i) * keyWidth;
    return `<path class="inside inside${i % 5}" d="M${pixel(x)} ${pixel(y - 4)}h18"/><text class="key" x="${pixel(x + 24)}" y="${pixel(y)}">${key}</text>`;
  });

/** Pixels of a histogram's width, and into how many shades its shares are rounded up. */
const cellWidth = 6;
const shades = 10;

/** How many priorities lay in each part of `priorityEdges`, one list of points for each part, the smallest at the bottom. */
export function drawHistograms(parts: readonly (readonly Point[])[], frame: Frame): string[] {
  const cellHeight = frame.height / parts.length;
  const counts = parts.map((points) => meansByColumn(points, frame, cellWidth));
  const cells: string[] = new Array(shades + 1).fill('');
  for (const [column, { x }] of counts[0].entries()) {
    const from = Math.max(x, frame.x);
    const to = Math.min(x + cellWidth, frame.x + frame.width);
    const total = counts.reduce((sum, part) => sum + part[column].mean, 0);
    for (const [part, columns] of counts.entries()) {
      const shade = Math.ceil((shades * columns[column].mean) / total);
      const top = frame.y + frame.height - (part + 1) * cellHeight;
      if (to > from) cells[shade] += `M${pixel(from)} ${pixel(top)}h${pixel(to - from)}v${pixel(cellHeight)}h${pixel(from - to)}z`;
    }
  }
  const edge = (priority: number): number => frame.y + frame.height - (priorityEdges.indexOf(priority) + 1) * cellHeight;
  return [
    ...cells.flatMap((path, shade) =>
      shade === 0 || path === '' ? [] : `<path class="shade" fill-opacity="${shade / shades}" d="${path}"/>`,
    ),
    ...[1e-4, 1e-2, 1].map((priority) => rule(String(priority), edge(priority), frame)),
  ];
}

/** One horizontal line of an axis. */
function rule(text: string, y: number, { x, width }: Frame): string {
  return (
    `<path class="grid" d="M${pixel(x)} ${pixel(y)}h${pixel(width)}"/>` +
    `<text class="tick" x="${pixel(x - 6)}" y="${pixel(y + 4)}" text-anchor="end">${text}</text>`
  );
}

/** The mean of the points in each column that has any, columns being so many pixels wide. */
function meansByColumn(points: readonly Point[], frame: Frame, columnWidth: number): { readonly x: number; readonly mean: number }[] {
  const columnOf = ({ step }: Point): number => Math.floor((frame.x + (frame.width * step) / frame.steps) / columnWidth);
  const means: { x: number; mean: number }[] = [];
  for (let i = 0; i < points.length; ) {
    const column = columnOf(points[i]);
    let sum = 0;
    let count = 0;
    for (; i < points.length && columnOf(points[i]) === column; i++) {
      sum += points[i].value;
      count++;
    }
    means.push({ x: column * columnWidth, mean: sum / count });
  }
  return means;
}

export const panelShapes =
  '.panel { font-weight: 600 } .inside { fill: none; stroke-width: 1.2 } .inside1, .inside3 { stroke-dasharray: 4 2 }';

export const panelColors = ({ line, mark }: Palette): string =>
  `.inside { stroke: ${line} } .inside1, .inside3 { stroke: ${mark} } .inside0, .inside4 { stroke-opacity: 0.6 } .shade { fill: ${line} }`;
