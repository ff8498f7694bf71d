// The comparison with other engines, as far as it is arithmetic, data and text. Nothing here measures time or starts a process.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bounds, claims } from '../bench/peers/claims.ts';
import { findFault } from '../bench/peers/closeness.ts';
import { contestants } from '../bench/peers/contestants.ts';
import { createProblem } from '../bench/peers/inputs.ts';
import { parsePeersOptions, roundsFor } from '../bench/peers/options.ts';
import { judge, medianOf, outcomesOf, type PeersRun, ratiosOf, type Score } from '../bench/peers/outcome.ts';
import { formatPeers, formatPeersMarkdown } from '../bench/peers/report.ts';
import type { Task } from '../bench/peers/workload.ts';
import { workloads } from '../bench/peers/workloads.ts';

const names = contestants().map(({ name }) => name);
const score = (contestant: string, rounds: readonly (number | null)[], changes: Partial<Score> = {}): Score => ({
  workload: 'matmul 64 cubed',
  contestant,
  work: { amount: 100, unit: 'FLOP' },
  rounds,
  ...changes,
});

describe('what is compared', () => {
  test('every promise is about a workload and about contestants that exist', () => {
    const known = new Set(workloads.map(({ name }) => name));
    expect(known.size).toBe(workloads.length);
    expect(new Set(names).size).toBe(names.length);
    expect(claims.flatMap((claim) => claim.workloads).filter((name) => !known.has(name))).toEqual([]);
    expect(claims.flatMap(({ subject, rival }) => [subject, rival]).filter((name) => !names.includes(name))).toEqual([]);
    expect(bounds).toEqual(contestants().flatMap(({ name, bound }) => (bound ? [name] : [])));
  });

  test('an aim lies beyond what must be reached', () => {
    for (const { must, aim } of claims) expect(aim === null || must === null || aim > must).toBe(true);
  });

  test('the plain kernels solve a problem of each kind', async () => {
    const tasks: Task[] = [
      { kind: 'matmul', M: 2, N: 3, K: 4 },
      { kind: 'map', op: 'sum', shape: [2, 8] },
      { kind: 'conv2d', plan: { B: 1, side: 5, C: 2, O: 3, kernel: 3, stride: 2 }, gradients: 'all' },
    ];
    const lengths = [6, 1, 3 * 3 * 2 * 3 + 3 + 5 * 5 * 2];
    for (const [i, task] of tasks.entries()) {
      const { expected } = await createProblem(task);
      expect(expected).toHaveLength(lengths[i]);
      expect(expected.every(Number.isFinite)).toBe(true);
    }
    const { inputs, expected } = await createProblem({ kind: 'matmul', M: 1, N: 1, K: 2 });
    const [a, b] = [inputs['a'].data, inputs['b'].data];
    expect(expected[0]).toBeCloseTo(a[0] * b[0] + a[1] * b[1], 6);
  });

  test('the environment of the loop is given a start and what follows it', async () => {
    const { task } = workloads.find(({ name }) => name === 'CartPole loop') ?? workloads[0];
    const { inputs, expected } = await createProblem(task);
    expect(expected).toHaveLength(4 * inputs['actions'].data.length);
    expect(expected[0]).toBeCloseTo(inputs['start'].data[0] + 0.02 * inputs['start'].data[1], 6); // x ← x + 0.02 v
  });
});

describe('results', () => {
  const task: Task = {
    kind: 'update',
    agent: '',
    network: { observationShape: [4], actionCount: 2, conv: [], hidden: [] },
    batches: 1,
    batchSize: 1,
    learningRate: 1,
  };
  const floats = (...numbers: number[]): Float32Array => Float32Array.from(numbers);

  test('must be close by the size of the largest number', () => {
    expect(findFault(task, 0.01, floats(100, 1.5), floats(100, 1))).toBeUndefined();
    expect(findFault(task, 0.01, floats(100, 3), floats(100, 1))).toBe('element 1 must be 1; got 3');
    expect(findFault(task, 0.01, floats(1), floats(1, 2))).toBe('gave 1 numbers instead of 2');
    expect(findFault(task, 1, floats(Number.NaN), floats(1))).toContain('got NaN');
  });

  test('of updates must have the losses, and move the parameters the same way', () => {
    const wanted = floats(0.5, 1, 1, 1, 1);
    expect(findFault(task, 'updates', floats(0.5, 1, 1, 1, 1.05), wanted)).toBeUndefined();
    expect(findFault(task, 'updates', floats(0.6, 1, 1, 1, 1), wanted)).toContain('element 0');
    expect(findFault(task, 'updates', floats(0.5, 1, 1, 1, -1), wanted)).toContain('differ by 100.0 %');
    expect(findFault(task, 'updates', floats(0.5, 1, 1, 1, Number.NaN), wanted)).toContain('parameters must move');
  });
});

describe('ratios', () => {
  test('are of the same round, so that what slows both does not matter', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.1, max: 10, noNaN: true }), { minLength: 1 }), (load) => {
        const ratios = ratiosOf(
          score('deepq', load),
          score(
            'other',
            load.map((x) => 3 * x),
          ),
        );
        for (const ratio of ratios) expect(ratio).toBeCloseTo(3, 9);
      }),
    );
  });

  test('leave out rounds that one of them sat out, and fall back on medians', () => {
    expect(ratiosOf(score('deepq', [1, 2, 1]), score('other', [4, null, 6]))).toEqual([4, 6]);
    expect(ratiosOf(score('deepq', [1, null]), score('other', [null, 5]))).toEqual([5]);
    expect(ratiosOf(score('deepq', [1]), score('other', []))).toEqual([]);
    expect(medianOf(score('x', [null, 3, 1, null, 2]))).toBe(2);
    expect(medianOf(score('x', []))).toBeNull();
  });

  test('against a bound are the part of its rate', () => {
    expect(ratiosOf(score('deepq', [2]), score('mul+add loop', [4], { work: { amount: 400, unit: 'FLOP' } }))).toEqual([0.5]);
  });

  test('become verdicts', () => {
    expect([3, 4, 6, 7].map((ratio) => judge({ must: 4, aim: 7 }, ratio))).toEqual(['miss', 'pass', 'pass', 'aim met']);
    expect(judge({ must: null, aim: 1 }, 0.9)).toBe('miss');
    expect(judge({ must: 1, aim: null }, 5)).toBe('pass');
    expect(judge({ must: 1, aim: 2 }, null)).toBe('not measured');
  });

  test('are one line for each workload of a promise', () => {
    const promise = { workloads: ['matmul 64 cubed', 'matmul 128 cubed'], subject: 'deepq', rival: 'PyTorch', must: 1, aim: null };
    const outcomes = outcomesOf([promise], [score('deepq', [1, 1, 1, 1, 1]), score('PyTorch', [1, 2, 3, 4, 5])]);
    expect(outcomes.map(({ ratio, range, verdict }) => ({ ratio, range, verdict }))).toEqual([
      { ratio: 3, range: [2, 4], verdict: 'pass' },
      { ratio: null, range: null, verdict: 'not measured' },
    ]);
  });
});

describe('the report', () => {
  const machine = { processor: 'Example 3000', cores: 2, runtime: 'node 20', commit: 'abc1234', load: 0.1 };
  const run: PeersRun = {
    date: '2025-01-01',
    machine,
    versions: { deepq: 'wasm', 'mul+add loop': '10 operations', 'tfjs-wasm': '4.22.0' },
    absent: { PyTorch: 'not installed' },
    scores: [
      score('deepq', [1e-6]),
      score('mul+add loop', [1e-6], { work: { amount: 200, unit: 'FLOP' } }),
      score('tfjs-wasm', [], { reason: 'failed: no luck' }),
    ],
  };

  test('shows times, what was promised, and why a number is missing', () => {
    const text = formatPeers(run);
    expect(text).toMatch(/matmul 64 cubed +1\.00 µs +0\.200 GFLOP\/s +·/);
    expect(text).toMatch(/matmul 64 cubed +deepq +mul\+add loop +1\.00 µs +50 % +50 % … 50 % +90 % +97 % +miss/);
    expect(text).toMatch(/matmul 64 cubed +deepq +tfjs-wasm +1\.00 µs +· +· +1\.1× +not measured/);
    expect(text).toContain('- PyTorch did not take part: not installed.');
    expect(text).toContain('- tfjs-wasm: failed: no luck (matmul 64 cubed).');
    expect(text).not.toContain('matmul 128');
  });

  test('has the machine and the versions in Markdown', () => {
    const text = formatPeersMarkdown(run);
    expect(text).toContain(
      'Example 3000, 2 cores; node 20; commit abc1234; load 0.1; deepq wasm, mul+add loop 10 operations, tfjs-wasm 4.22.0.',
    );
    expect(text).toContain('| workload | of | against | own | other | ratio | quartiles | must | aim | verdict |');
  });
});

describe('the command', () => {
  test('takes words of workloads, and contestants by name', () => {
    expect(parsePeersOptions(['matmul', '--with', 'PyTorch', '--quick'], names)).toMatchObject({
      filters: ['matmul'],
      contestants: ['PyTorch'],
      quick: true,
    });
    expect(() => parsePeersOptions(['--with', 'PyTorc'], names)).toThrow('Did you mean PyTorch?');
    expect(() => parsePeersOptions(['--quick', '--save'], names)).toThrow('--save must stand without --quick');
  });

  test('what takes minutes is done once', () => {
    expect([0.1, 3, 40].map((seconds) => roundsFor(seconds, 15))).toEqual([15, 3, 1]);
  });
});
