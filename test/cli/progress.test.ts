import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createDisplay } from '../../src/cli/displays.ts';
import { formatCount, formatDuration, formatReturn, formatSmall, formatTable } from '../../src/cli/format.ts';
import { ansiPaint, noPaint, type Progress, progressBar, progressLine } from '../../src/cli/progress.ts';
import { Speed } from '../../src/cli/speed.ts';

const halfway: Progress = {
  environment: 'CartPole-v1',
  step: 12_500,
  steps: 25_000,
  stepsPerSecond: 1234,
  meanReturn: 231.44,
  lastReturn: 500,
  epsilon: 0.05,
  loss: 0.01234,
};
const beginning: Progress = {
  ...halfway,
  step: 0,
  stepsPerSecond: undefined,
  meanReturn: undefined,
  lastReturn: undefined,
  loss: undefined,
};

test('the whole line', () => {
  const bar = `${'█'.repeat(15)}${'░'.repeat(15)}`;
  const fields = '50%  CartPole-v1  12,500/25,000 steps  return (20)  231.4  last    500  ε 0.05  loss  0.0123  1,234 steps/s  ETA  0:10';
  expect(progressBar(halfway, 200, noPaint)).toBe(`${bar}  ${fields}`);
  expect(progressLine(halfway)).toBe(
    '50%  CartPole-v1  12,500/25,000 steps  return (20) 231.4  last 500  ε 0.05  loss 0.0123  1,234 steps/s  ETA 0:10',
  );
  expect(progressLine(beginning)).toBe('0%  CartPole-v1  0/25,000 steps  ε 0.05');
});

test('in any width the line fits, keeps the percentage, and colours add nothing visible', () => {
  const some = fc.record({
    environment: fc.constantFrom('Catch', 'MountainCar-v0'),
    step: fc.integer({ min: 0, max: 1e7 }),
    steps: fc.constant(1e7),
    stepsPerSecond: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }), { nil: undefined }),
    meanReturn: fc.option(fc.double({ min: -1e5, max: 1e5, noNaN: true }), { nil: undefined }),
    lastReturn: fc.option(fc.integer({ min: -500, max: 500 }), { nil: undefined }),
    epsilon: fc.double({ min: 0, max: 1, noNaN: true }),
    loss: fc.option(fc.double({ min: 0, max: 1e30, noNaN: true }), { nil: undefined }),
  });
  fc.assert(
    fc.property(some, fc.integer({ min: 0, max: 250 }), (progress, columns) => {
      const line = progressBar(progress, columns, noPaint);
      expect(line.length).toBeLessThanOrEqual(columns);
      if (columns >= 4) expect(line).toContain(`${Math.floor(progress.step / 1e5)}%`);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
      expect(progressBar(progress, columns, ansiPaint).replace(/\x1b\[\d+m/g, '')).toBe(line);
    }),
  );
});

test('a narrow terminal keeps what matters most', () => {
  expect(progressBar(halfway, 45, noPaint)).toBe('████▌░░░░  50%  return (20)  231.4  ETA  0:10');
  expect(progressBar(halfway, 5, noPaint)).toBe('50%');
});

test('numbers as people read them', () => {
  expect([0, 999, 25_000, 1234567.8].map(formatCount)).toEqual(['0', '999', '25,000', '1,234,568']);
  expect([500, -200, 231.44, 9.876, 0.1254, -0.0001].map(formatReturn)).toEqual(['500', '-200', '231.4', '9.88', '0.125', '0.000']);
  expect([0, 0.01234, 1.2, 123.4, 1.23e-7, 4.1e12].map(formatSmall)).toEqual(['0.00', '0.0123', '1.20', '123', '1.2e-7', '4.1e+12']);
  expect([0, 7, 750, 3723].map(formatDuration)).toEqual(['0:00', '0:07', '12:30', '1:02:03']);
  expect(
    formatTable([
      ['a', 'bb'],
      ['ccc', 'd'],
    ]),
  ).toBe('a    bb\nccc  d\n');
  expect(formatTable([])).toBe('');
});

describe('displays', () => {
  /** What is written when progress is offered at these times, in milliseconds. */
  function shown(redraws: boolean, times: readonly number[], progressAt: (i: number) => Progress): string[] {
    const written: string[] = [];
    const display = createDisplay({ write: (text) => void written.push(text), redraws, colors: false, columns: () => 40, rows: () => 24 });
    times.forEach((time, i) => {
      display.progress(time, progressAt(i));
    });
    display.clear();
    return written;
  }

  test('a terminal is redrawn at most ten times a second and cleared before other lines', () => {
    const times = Array.from({ length: 100 }, (_, i) => 20 * i); // two seconds
    const written = shown(true, times, () => halfway);
    expect(written.length).toBe(20 + 1);
    expect(written[0]).toBe(`\r${progressBar(halfway, 39, noPaint)}\x1b[K`);
    expect(written[20]).toBe('\r\x1b[K');
  });

  test('a log gets a line after five seconds or a tenth of the run, whichever is later', () => {
    const at = (i: number): Progress => ({ ...halfway, step: 250 * i });
    const quick = shown(
      false,
      Array.from({ length: 101 }, (_, i) => 100 * i),
      at,
    ); // the run takes 10 seconds
    expect(quick.map((line) => line.slice(0, 3))).toEqual(['50%', '100']);
    const slow = shown(
      false,
      Array.from({ length: 101 }, (_, i) => 10_000 * i),
      at,
    );
    expect(slow.map((line) => line.slice(0, 3))).toEqual(['10%', '20%', '30%', '40%', '50%', '60%', '70%', '80%', '90%', '100']);
  });
});

test('speed is that of the last seconds', () => {
  const speed = new Speed();
  expect(speed.stepsPerSecond).toBeUndefined();
  for (let time = 0; time <= 20_000; time += 20) speed.add(time, time < 10_000 ? time : 10_000 + (time - 10_000) / 10);
  expect(speed.stepsPerSecond).toBeCloseTo(100, 6);
});
