// The parts of the benchmarks that are arithmetic and text. Nothing here measures time.

import { backend, useBackend } from 'deepq';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backends } from '../bench/backends.ts';
import { boundByArithmetic, boundByMemory } from '../bench/bounds.ts';
import { checkClose } from '../bench/case.ts';
import { compareResults, compareRuns, formatComparison } from '../bench/comparison.ts';
import { groups } from '../bench/groups.ts';
import type { Run } from '../bench/history.ts';
import { rotate } from '../bench/measure.ts';
import { parseOptions } from '../bench/options.ts';
import { meanParts, type Parts, verdictOf } from '../bench/parts.ts';
import { PhaseClock } from '../bench/phase-clock.ts';
import { fillWithIntegers, overConvolutionProducts, overMatrixProducts } from '../bench/reference.ts';
import { quantile, type Result, type RoundSamples, rateOf, spreadOf, summarize } from '../bench/statistics.ts';
import { formatMarkdown, formatResults, formatTable } from '../bench/table.ts';
import { runsPerSample } from '../src/cli/bench/runs.ts';
import { formatPercent, formatRate, formatSeconds } from '../src/cli/bench/units.ts';
import { textbookConvolution, textbookProduct } from './support/textbook.ts';

const flops = { amount: 2000, unit: 'FLOP' };
const round = (name: string, seconds: readonly number[], ceiling: string | null = null, bound: string | null = null): RoundSamples => ({
  name,
  work: flops,
  bound,
  ceiling,
  seconds,
});

function result(changes: Partial<Result> = {}): Result {
  const times = { median: 1e-3, p95: 2e-3, rounds: [1e-3, 1e-3], samples: 10 };
  return { group: 'gemm', name: 'cube', backend: 'js', work: flops, ...times, ceiling: null, partOfCeiling: null, ...changes };
}

const machine = { processor: 'Example 3000', cores: 2, runtime: 'node 20', commit: 'abc1234', load: 0.1 };
const run = (results: readonly Result[], changes: Partial<Run> = {}): Run => ({ date: '2025-01-01', machine, results, ...changes });

describe('statistics', () => {
  test('quantiles lie between neighbours, whatever the order', () => {
    expect(quantile([3, 1, 2], 0.5)).toBe(2);
    expect(quantile([4, 1, 2, 3], 0.5)).toBe(2.5);
    expect(quantile([10, 20], 0.95)).toBeCloseTo(19.5, 12);
    expect(quantile([7], 0.95)).toBe(7);
    expect(() => quantile([], 0.5)).toThrow('quantile: at least one value must be given; got none');
  });

  test('a quantile is monotone, and within the values', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (x, q) => {
          expect(quantile(x, q)).toBeGreaterThanOrEqual(quantile(x, 0));
          expect(quantile(x, q)).toBeLessThanOrEqual(quantile(x, 1));
          // Equal as numbers: of 0 and −0 either may come first.
          expect(quantile(x, 0) === Math.min(...x) && quantile(x, 1) === Math.max(...x)).toBe(true);
        },
      ),
    );
  });

  test('rounds are put together by name; a bound is the fastest loop of its name', () => {
    const rounds = [
      [round('loop', [4], 'peak'), round('loop 2', [2], 'peak'), round('cube', [8, 8], null, 'peak')],
      [round('cube', [10], null, 'peak'), round('loop 2', [2], 'peak'), round('loop', [4], 'peak')],
    ];
    const [loop, loop2, cube] = summarize('gemm', 'js', rounds);
    expect(cube).toMatchObject({ group: 'gemm', name: 'cube', backend: 'js', median: 8, rounds: [8, 10], samples: 3 });
    expect([loop.partOfCeiling, loop2.partOfCeiling, cube.partOfCeiling]).toEqual([0.5, 1, 0.25]);
    expect(rateOf(cube)).toBe(250);
    expect(summarize('env', 'js', [[round('Chain', [1])]])[0].partOfCeiling).toBeNull();
    const two = [round('a', [1], 'small'), round('b', [4], 'large'), round('c', [8], null, 'large'), round('d', [8], null, 'none')];
    expect(summarize('rows', 'js', [two]).map(({ partOfCeiling }) => partOfCeiling)).toEqual([1, 1, 0.5, null]);
  });

  test('the spread is the relative standard deviation of the rounds', () => {
    expect(spreadOf({ rounds: [9, 10, 11] })).toBeCloseTo(0.1, 12);
    expect(spreadOf({ rounds: [5, 5, 5] })).toBe(0);
    expect(spreadOf({ rounds: [5] })).toBe(0);
  });
});

describe('phases', () => {
  test('time goes to the innermost phase, also when its work throws', () => {
    let time = 0;
    const clock = new PhaseClock(() => time);
    const takes = (milliseconds: number) => () => (time += milliseconds);
    const draw = clock.phase('sample', takes(3));
    const learn = clock.phase('learn', (updates: number) => {
      time += 10;
      for (let i = 0; i < updates; i++) draw();
      time += 7;
      if (updates === 0) throw new Error('nothing to learn from');
    });
    learn(2);
    time += 100; // outside of any phase: nobody's
    expect(() => learn(0)).toThrow('nothing to learn from');
    draw();
    expect(Object.fromEntries(clock.spent())).toEqual({ learn: 34, sample: 9 });
    clock.reset();
    expect(clock.spent().size).toBe(0);
  });

  const parts = (act: number, promise: Parts['promise']): Parts => ({ shares: { act, learn: 1 - act }, promise });
  const promise = { except: 'learn', most: 0.2 };

  test('a promise is kept unless a part it is about is too large', () => {
    expect(verdictOf(parts(0.2, promise))).toBe('kept');
    expect(verdictOf(parts(0.25, promise))).toBe('act takes 25 %');
    expect(verdictOf(parts(0.25, { ...promise, except: 'act' }))).toBe('learn takes 75 %');
    expect(verdictOf(parts(0.25, null))).toBe('');
  });

  test('shares are averaged over the rounds, and stand below the times', () => {
    expect(meanParts([parts(0.1, promise), parts(0.3, promise)]).shares['act']).toBeCloseTo(0.2, 12);
    const rounds = [0.1, 0.4].map((act) => [{ ...round('loop', [1]), parts: parts(act, promise) }]);
    const [found] = summarize('phases', 'js', rounds);
    const text = formatResults([found, result()]);
    expect(text).toContain('\n\n       act  learn  none but learn over 20 %\nloop  25 %   75 %            act takes 25 %\n');
    expect(formatMarkdown([found])).toContain('\n\n|  | act | learn | none but learn over 20 % |\n');
  });
});

describe('tables', () => {
  test('three digits and a unit that fits', () => {
    expect([1.5, 0.9996, 0.0123, 4.56e-6, 7.891e-8].map(formatSeconds)).toEqual(['1.50 s', '1.00 s', '12.3 ms', '4.56 µs', '78.9 ns']);
    expect(formatRate(2.345e9, flops)).toBe('2.35 GFLOP/s');
    expect(formatRate(14_234, { amount: 1, unit: 'updates' })).toBe('14,200 updates/s');
    expect([0.0314, 0.5, 1, -0.25].map(formatPercent)).toEqual(['3.1 %', '50 %', '100 %', '-25 %']);
  });

  test('columns are aligned', () => {
    const rows = [
      ['', 'b'],
      ['long name', '1'],
      ['x', '234'],
    ];
    expect(formatTable(rows, 1)).toBe('             b\nlong name    1\nx          234\n');
  });

  test('the backend is a column when there are several', () => {
    expect(formatResults([result()])).not.toContain('backend');
    const both = formatResults([result(), result({ backend: 'other', partOfCeiling: 0.5 })]);
    expect(both).toContain('backend');
    expect(both).toContain('50 %');
  });

  test('Markdown has the same cells', () => {
    expect(formatMarkdown([result()])).toBe(
      '|  | median | p95 | rate | spread | samples |\n| --- | --: | --: | --: | --: | --: |\n' +
        '| cube | 1.00 ms | 2.00 ms | 0.00200 GFLOP/s | 0.0 % | 10 |\n',
    );
  });
});

describe('comparison', () => {
  test('a change counts when it exceeds the noise of both runs, and 2 % in any case', () => {
    const steady = result({ median: 1, rounds: [1, 1, 1] });
    const shaky = result({ median: 1, rounds: [0.9, 1, 1.1] });
    expect(compareResults(steady, { ...steady, median: 0.5 })).toMatchObject({ change: -0.5, noise: 0, verdict: 'faster' });
    expect(compareResults(steady, { ...steady, median: 1.5 }).verdict).toBe('slower');
    expect(compareResults(steady, { ...steady, median: 1.019 }).verdict).toBe('same');
    expect(compareResults(shaky, { ...steady, median: 1.15 }).verdict).toBe('same');
    expect(compareResults(shaky, { ...shaky, median: 1.25 }).verdict).toBe('same');
    expect(compareResults(shaky, { ...shaky, median: 1.3 }).verdict).toBe('slower');
  });

  test('only cases of both runs are compared, each with its own backend', () => {
    const before = run([result({ name: 'a' }), result({ name: 'b' }), result({ name: 'a', backend: 'other' })]);
    const after = run([result({ name: 'c' }), result({ name: 'a', median: 2e-3 })]);
    expect(compareRuns(before, after).map(({ after, change }) => [after.name, after.backend, change])).toEqual([['a', 'js', 1]]);
  });

  test('prints both machines, and a warning when they differ', () => {
    const text = formatComparison(run([result()]), run([result({ median: 5e-4 })]));
    expect(text).toContain('before: 2025-01-01  Example 3000, 2 cores; node 20; commit abc1234; load 0.1');
    expect(text).toContain('-50 %');
    expect(text).not.toContain('different machines');
    expect(formatComparison(run([]), run([], { machine: { ...machine, runtime: 'node 24' } }))).toContain('different machines');
    expect(formatComparison(run([]), run([result()]))).toContain('no case in common');
  });
});

describe('what is run', () => {
  test('names are unique, so that results can be put together by name', () => {
    expect(new Set(groups.map(({ name }) => name)).size).toBe(groups.length);
    expect([...backends.keys()]).toContain('js');
  });

  test('everything unless groups are named, in a fixed order', () => {
    expect(parseOptions([])).toMatchObject({ groups: groups.map(({ name }) => name), backends: [...backends.keys()], quick: false });
    expect(parseOptions(['conv2d', 'gemm', '--json', '--quick'])).toMatchObject({ groups: ['gemm', 'conv2d'], json: true, quick: true });
  });

  test('unknown names are refused with the closest known one', () => {
    expect(() => parseOptions(['gem'])).toThrow('Did you mean gemm?');
    expect(() => parseOptions(['--backend', 'jss'])).toThrow('Did you mean js?');
    expect(() => parseOptions(['--quick', '--save'])).toThrow('--save must stand without --quick');
    expect(() => parseOptions(['--fast'])).toThrow();
  });

  test('rotation keeps every element and moves the first', () => {
    expect([0, 1, 2, 3].map((by) => rotate(['a', 'b', 'c'], by).join(''))).toEqual(['abc', 'bca', 'cab', 'abc']);
    expect(rotate([], 3)).toEqual([]);
  });

  test('a sample holds as many runs as it takes to last', () => {
    let time = 0;
    const tick = (milliseconds: number) => () => (time += milliseconds);
    expect(runsPerSample(tick(1), () => time)).toBe(1);
    expect(runsPerSample(tick(0.02), () => time)).toBe(4);
  });
});

describe('references', () => {
  test('the walks over products give the textbook results', () => {
    const [M, N, K] = [2, 3, 4];
    const [x, w] = [fillWithIntegers(new Float32Array(M * K), 1), fillWithIntegers(new Float32Array(K * N), 2)];
    const product = new Array<number>(M * N).fill(0);
    overMatrixProducts(M, N, K, (xAt, wAt, outAt) => {
      product[outAt] += x[xAt] * w[wAt];
    });
    expect(product).toEqual(textbookProduct(x, w, M, N, K));

    const sizes = { B: 2, H: 5, W: 4, C: 2, kernelH: 3, kernelW: 2, strideH: 2, strideW: 1, padH: 1, padW: 0, outH: 3, outW: 3 };
    const image = fillWithIntegers(new Float32Array(80), 3);
    const kernel = fillWithIntegers(new Float32Array(36), 4);
    const out = new Array<number>(54).fill(0);
    overConvolutionProducts(sizes, 3, (xAt, wAt, outAt) => {
      out[outAt] += image[xAt] * kernel[wAt];
    });
    const problem = { image: [2, 5, 4, 2], kernel: [3, 2], O: 3, stride: [2, 1], padding: [1, 0] } as const;
    expect(out).toEqual(textbookConvolution({ ...problem, x: [...image], w: [...kernel], bias: [0, 0, 0] }));
  });

  test.each([...backends])('the loops that bound others compute what they claim: %s', (_, create) => {
    const before = backend();
    useBackend(create() ?? before);
    const loops = [...boundByArithmetic([]), ...boundByMemory(64, [])];
    useBackend(before);
    expect(loops.length).toBeGreaterThanOrEqual(4);
    for (const { check } of loops) check();
  });

  test('a wrong number is found, and NaN is wrong', () => {
    expect(() => checkClose('x', [1, 2], [1, 2.1], 0.2)).not.toThrow();
    expect(() => checkClose('x', [1, 2], [1, 2.3], 0.2)).toThrow('x: element 1 must be 2.3; got 2');
    expect(() => checkClose('x', [Number.NaN], [0], 1)).toThrow('got NaN');
    expect(() => checkClose('x', [1], [1, 2], 0)).toThrow('x: must hold 2 numbers; got 1');
  });
});
