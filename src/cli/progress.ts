// How far a run is, and the two ways of saying it: a bar that fits the terminal's width, and a plain line for a log.

import { averagedEpisodes } from './episodes.ts';
import { counted, formatCount, formatDuration, formatReturn, formatSmall } from './format.ts';

export interface Progress {
  readonly environment: string;
  /** Environment steps taken and to be taken in all. */
  readonly step: number;
  readonly steps: number;
  /** Over the last seconds; undefined until it is known. */
  readonly stepsPerSecond: number | undefined;
  /** The mean return of the last episodes, and the last alone; undefined before the first has ended. */
  readonly meanReturn: number | undefined;
  readonly lastReturn: number | undefined;
  readonly epsilon: number;
  /** Of the last update; undefined before the first. */
  readonly loss: number | undefined;
}

/** Which texts are drawn how; the identity when there are no colours. */
export type Paint = (style: 'done' | 'faint' | 'strong', text: string) => string;

export const noPaint: Paint = (_style, text) => text;
/** The escape sequences for cyan, dim and bold. */
export const ansiPaint: Paint = (style, text) => `\x1b[${style === 'done' ? 36 : style === 'faint' ? 2 : 1}m${text}\x1b[0m`;

interface Field {
  readonly label: string;
  readonly value: string;
  /** The bar's line pads the value to it, so that the rest of the line keeps its place. */
  readonly width: number;
  /** Fields of the lowest importance give way first when the line is too long. */
  readonly importance: number;
}

const gap = '  ';
const shortestBar = 6;
const longestBar = 30;

/** One line of at most `columns` characters: a bar, and as many fields as fit beside it. */
export function progressBar(progress: Progress, columns: number, paint: Paint): string {
  const percent = percentDone(progress).padStart(4);
  let fields = fieldsOf(progress).map((field) => ({ ...field, value: field.value.padStart(field.width) }));
  const room = (): number => columns - percent.length - fields.reduce((sum, field) => sum + gap.length + lengthOf(field), 0) - 1;
  while (fields.length > 0 && room() < shortestBar) fields = withoutLeastImportant(fields);

  const length = Math.min(longestBar, room());
  const bar = length >= shortestBar ? drawBar(progress.step / progress.steps, length, paint) + ' ' : '';
  const texts = fields.map(({ label, value }) => (label === '' ? value : `${paint('faint', label)} ${paint('strong', value)}`));
  // Without room for a bar, and so for fields, the percentage alone is cut to what there is.
  return bar === '' ? percent.trim().slice(0, Math.max(0, columns)) : bar + [percent, ...texts].join(gap);
}

/** All fields in one line. */
export function progressLine(progress: Progress): string {
  return [percentDone(progress), ...fieldsOf(progress).map(({ label, value }) => (label === '' ? value : `${label} ${value}`))].join(gap);
}

function fieldsOf(progress: Progress): Field[] {
  const { step, steps, stepsPerSecond, meanReturn, lastReturn, epsilon, loss } = progress;
  const count = `${formatCount(step)}/${counted(steps, 'step')}`;
  const fields: Field[] = [
    { label: '', value: progress.environment, width: 0, importance: 2 },
    { label: '', value: count, width: 2 * formatCount(steps).length + '/ steps'.length, importance: 3 },
  ];
  if (meanReturn !== undefined) {
    fields.push({ label: `return (${averagedEpisodes})`, value: formatReturn(meanReturn), width: 6, importance: 8 });
  }
  if (lastReturn !== undefined) fields.push({ label: 'last', value: formatReturn(lastReturn), width: 6, importance: 1 });
  fields.push({ label: 'ε', value: epsilon.toFixed(2), width: 4, importance: 6 });
  if (loss !== undefined) fields.push({ label: 'loss', value: formatSmall(loss), width: 7, importance: 5 });
  if (stepsPerSecond !== undefined) {
    fields.push({ label: '', value: `${formatCount(stepsPerSecond)} steps/s`, width: 13, importance: 4 });
    if (stepsPerSecond > 0) {
      fields.push({ label: 'ETA', value: formatDuration((steps - step) / stepsPerSecond), width: 5, importance: 7 });
    }
  }
  return fields;
}

function withoutLeastImportant(fields: readonly Field[]): Field[] {
  const least = Math.min(...fields.map((field) => field.importance));
  return fields.filter((field) => field.importance !== least);
}

/** Eighths of a character cell, so that the bar grows smoothly. */
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

function drawBar(part: number, length: number, paint: Paint): string {
  const filled = Math.floor(Math.min(1, Math.max(0, part)) * length * 8);
  const done = '█'.repeat(Math.floor(filled / 8)) + eighths[filled % 8];
  return paint('done', done) + paint('faint', '░'.repeat(length - done.length));
}

/** Rounded down: 100 % means done. */
const percentDone = ({ step, steps }: Progress): string => `${Math.floor((100 * step) / steps)}%`;

const lengthOf = ({ label, value }: Field): number => label.length + value.length + (label === '' ? 0 : 1);
