// The roofline: where its roofs and points lie, and that its picture says so. And the parts of documents that programs write.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { replacePart } from '../bench/generated.ts';
import { roofAt, rooflineOf } from '../bench/roofline.ts';
import { drawRoofline, logAxis, placeOn } from '../bench/roofline-chart.ts';
import type { Result } from '../bench/statistics.ts';

const result = (name: string, group: string, work: Result['work'], median: number, ceiling: string | null = null): Result => {
  const times = { median, p95: median, rounds: [median], samples: 1 };
  return { group, name, backend: 'wasm', work, ceiling, partOfCeiling: null, ...times };
};

const results = [
  result('slow loop', 'gemm', { amount: 1e9, unit: 'FLOP' }, 0.1, 'multiply and add'),
  result('loop', 'gemm', { amount: 1e9, unit: 'FLOP' }, 0.025, 'multiply and add'),
  result('stream', 'elementwise', { amount: 1e9, unit: 'B' }, 0.1, 'stream 1,048,576'),
  result('cube', 'gemm', { amount: 1e9, unit: 'FLOP', other: 1e7 }, 0.05),
  result('add <1M>', 'elementwise', { amount: 1.2e7, unit: 'B', other: 1e6 }, 0.002),
  result('exp', 'elementwise', { amount: 8e6, unit: 'B' }, 0.01),
  { ...result('cube', 'gemm', { amount: 1e9, unit: 'FLOP', other: 1e7 }, 1), backend: 'js' },
];

describe('a roofline', () => {
  const roofline = rooflineOf(results, 'wasm');

  test('has the fastest loops as roofs, and a point for each kernel whose operations and bytes are known', () => {
    expect(roofline.peak).toBe(4e10);
    expect(roofline.bandwidths).toEqual([{ label: 'memory, 12 MB', rate: 1e10 }]);
    expect(roofline.points).toEqual([
      { label: 'cube', family: 'gemm', intensity: 100, rate: 2e10 },
      { label: 'add <1M>', family: 'elementwise', intensity: 1 / 12, rate: 5e8 },
    ]);
    expect(roofAt(roofline, 1 / 12)).toBeCloseTo(1e10 / 12, 0);
    expect(roofAt(roofline, 100)).toBe(4e10);
  });

  test('needs the loops', () => {
    expect(() => rooflineOf(results, 'js')).toThrow('roofline: the run must hold the groups gemm and elementwise on js');
  });

  test('is drawn with every point inside the frame, named, and without raw signs', () => {
    const svg = drawRoofline(roofline, 'Example 3000');
    const dots = Array.from(svg.matchAll(/<circle class="f\d" cx="([\d.]+)" cy="([\d.]+)" r="4"><title>(.*?)<\/title>/g));
    expect(dots.map(([, , , title]) => title)).toEqual([
      'cube: 20.0 GFLOP/s, 50 % of the roof',
      'add &lt;1M&gt;: 0.500 GFLOP/s, 60 % of the roof',
    ]);
    for (const [, x, y] of dots) {
      expect(Number(x) >= 64 && Number(x) <= 740).toBe(true);
      expect(Number(y) >= 24 && Number(y) <= 404).toBe(true);
    }
    expect(svg).toContain('multiply and add: 40.0 GFLOP/s');
    expect(svg).toContain('memory, 12 MB: 10 GB/s');
    expect(svg).toContain('prefers-color-scheme: dark');
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe('a logarithmic axis', () => {
  const values = fc.array(fc.double({ min: 1e-6, max: 1e12, noNaN: true }), { minLength: 1 });

  test('holds all its values, and is no longer than it must be', () => {
    fc.assert(
      fc.property(values, fc.constantFrom(2, 10), (numbers, base) => {
        const axis = logAxis(numbers, base);
        const places = numbers.map((value) => placeOn(axis, value));
        for (const place of places) expect(place > -1e-6 && place < 1 + 1e-6).toBe(true);
        const power = 1 / (axis.high - axis.low);
        expect(Math.min(...places)).toBeLessThan(power + 1e-6);
        expect(axis.high - axis.low === 1 || Math.max(...places) > 1 - power - 1e-6).toBe(true);
      }),
    );
  });

  test('gives equal ratios equal lengths', () => {
    const axis = logAxis([1, 1024], 2);
    expect(axis).toEqual({ base: 2, low: 0, high: 10 });
    expect(placeOn(axis, 64) - placeOn(axis, 32)).toBeCloseTo(placeOn(axis, 4) - placeOn(axis, 2), 12);
  });

  test('has no place for 0', () => {
    expect(() => logAxis([1, 0], 2)).toThrow('logAxis: values must be positive and finite; got [1, 0]');
    expect(() => logAxis([], 2)).toThrow(RangeError);
  });
});

describe('a generated part', () => {
  const page = 'before\n<!-- begin: x -->\nold\n<!-- end: x -->\nafter\n';

  test('is replaced, and nothing else; twice is as once', () => {
    const once = replacePart(page, 'x', 'new\n');
    expect(once).toBe('before\n<!-- begin: x -->\n\nnew\n\n<!-- end: x -->\nafter\n');
    expect(replacePart(once, 'x', 'new\n')).toBe(once);
  });

  test('must be there', () => {
    expect(() => replacePart(page, 'y', 'new')).toThrow('"<!-- begin: y -->"');
  });
});
