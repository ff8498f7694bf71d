// Prioritized replay against recorded draws and weights, against its definition, and against statistics.

import { backend, FormatError, PrioritizedReplay, Rng, type Schedule, type Transition } from 'deepq';
import { describe, expect, test } from 'vitest';
import { readGoldenJson } from '../support/golden.ts';
import { expectClose } from '../support/tolerance.ts';

const constant = (value: number): Schedule => ({ kind: 'constant', value });
const create = (capacity: number, alpha = 1, beta: Schedule = constant(1), epsilon?: number): PrioritizedReplay =>
  new PrioritizedReplay(capacity, [1], 'float32', { alpha, beta, ...(epsilon !== undefined && { epsilon }) });
const transition = (id: number): Transition => ({
  observation: Float32Array.of(id),
  action: id % 3,
  reward: id,
  discount: 0.5,
  nextObservation: Float32Array.of(id + 1),
});

/** Adds as many transitions as there are errors, each with that error. */
function fill(replay: PrioritizedReplay, errors: readonly number[]): PrioritizedReplay {
  errors.forEach((_, id) => {
    replay.add(transition(id));
  });
  replay.reprioritize(Int32Array.from(errors.keys()), Float32Array.from(errors));
  return replay;
}

const filled = (errors: readonly number[], alpha?: number, beta?: Schedule, capacity = errors.length): PrioritizedReplay =>
  fill(create(capacity, alpha, beta), errors);

/** A generator that gives these numbers and no others. */
function givenUniforms(values: readonly number[]): Rng {
  const rng = new Rng(0);
  let next = 0;
  rng.uniform = () => values[next++];
  return rng;
}

describe('recorded', () => {
  interface Recorded {
    readonly alpha: number;
    readonly beta: number;
    readonly eps: number;
    readonly abs_td: readonly number[];
    readonly batch: number;
    readonly uniforms: readonly number[];
    readonly index: readonly number[];
    readonly weight_batch_normalised: readonly number[];
  }
  const { prioritized } = readGoldenJson<{ prioritized: readonly Recorded[] }>('numerics/rl_arithmetic.json');

  test.each(prioritized.map((each, i) => [i, each] as const))('case %d: places and weights', (_, recorded) => {
    const replay = create(recorded.abs_td.length, recorded.alpha, constant(recorded.beta), recorded.eps);
    fill(replay, recorded.abs_td);
    const { slot, weight, reward } = replay.sample(recorded.batch, givenUniforms(recorded.uniforms), 0);
    expect([...slot]).toEqual(recorded.index);
    expect([...reward]).toEqual(recorded.index);
    expectClose('weight', weight.data, recorded.weight_batch_normalised, 1e-6);
  });
});

test('a million draws follow the priorities', () => {
  const errors = Array.from({ length: 50 }, (_, i) => 0.01 * (i + 1) ** 1.5);
  const alpha = 0.6;
  const replay = filled(errors, alpha);
  const counts = new Float64Array(errors.length);
  const rng = new Rng(3);
  const draws = 1_000_000;
  // Strata make single batches more even than chance; over a batch of one they are plain proportional draws.
  for (let i = 0; i < draws; i++) counts[backend().scope(() => replay.sample(1, rng, 0).slot[0])]++;
  const shares = errors.map((error) => (error + 1e-6) ** alpha);
  const total = shares.reduce((sum, share) => sum + share, 0);
  const chiSquare = shares.reduce((sum, share, i) => sum + (counts[i] - (draws * share) / total) ** 2 / ((draws * share) / total), 0);
  expect(chiSquare).toBeLessThan(85.4); // 49 degrees of freedom, p = 0.001
});

test('batches in strata draw each transition as often on average, and more evenly', () => {
  const replay = filled([1, 2, 3, 4]);
  const rng = new Rng(4);
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < 20_000; i++) {
    const { slot } = replay.sample(5, rng, 0); // two tenths to each stratum
    expect(slot.filter((each) => each === 3).length).toBeGreaterThanOrEqual(2); // plain draws would miss now and then
    for (const each of slot) counts[each]++;
  }
  counts.forEach((count, i) => {
    expect(Math.abs(count / 100_000 - (i + 1) / 10)).toBeLessThan(0.006);
  });
});

test('the weights undo the bias: with β = 1 the weighted mean of a batch is, on average, the plain mean up to one factor', () => {
  const errors = [0.5, 1, 2, 4];
  const replay = filled(errors);
  const rng = new Rng(5);
  const sums = [0, 0, 0, 0];
  for (let i = 0; i < 50_000; i++) {
    const { slot, weight } = replay.sample(4, rng, 0);
    const least = Math.min(...Array.from(slot, (each) => errors[each])); // by which the batch was normalised
    slot.forEach((each, j) => {
      sums[each] += weight.data[j] / least;
    });
  }
  const mean = sums.reduce((sum, each) => sum + each, 0) / 4;
  for (const each of sums) expect(Math.abs(each / mean - 1)).toBeLessThan(0.02);
});

test('β is annealed over the steps it is told of', () => {
  const replay = filled([1, 4], 1, { kind: 'linear', start: 0, end: 1, steps: 100 });
  const weightOfLarger = (step: number): number => {
    const { slot, weight } = replay.sample(5, new Rng(6), step);
    expect(new Set(slot)).toEqual(new Set([0, 1]));
    return weight.data[slot.indexOf(1)];
  };
  expect(weightOfLarger(0)).toBe(1);
  expect(weightOfLarger(50)).toBeCloseTo(0.5, 5);
  expect(weightOfLarger(100)).toBeCloseTo(0.25, 5);
  expect(weightOfLarger(1000)).toBeCloseTo(0.25, 5);
});

test('a new transition gets the largest priority there ever was', () => {
  const replay = filled([0.001, 0.002], 1, constant(1), 4);
  replay.reprioritize(Int32Array.of(0), Float32Array.of(7));
  replay.reprioritize(Int32Array.of(0), Float32Array.of(0.001));
  replay.add(transition(2));
  const { slot, weight } = replay.sample(1000, new Rng(7), 0);
  expect(slot.filter((each) => each === 2).length).toBeGreaterThan(995);
  expect(weight.data[slot.indexOf(2)]).toBeLessThan(1.01);
});

test('a transition without error is still drawn, and α = 0 is uniform sampling', () => {
  const none = filled([0, 0, 0, 0], 0.6);
  expect(new Set(none.sample(4, new Rng(8), 0).slot)).toEqual(new Set([0, 1, 2, 3]));
  const flat = filled([0, 1, 10, 100], 0);
  const { slot, weight } = flat.sample(4, new Rng(9), 0);
  expect([...slot]).toEqual([0, 1, 2, 3]);
  expect([...weight.data]).toEqual([1, 1, 1, 1]);
});

test('what is overwritten loses its priority with its place', () => {
  const replay = filled([100, 1, 1]);
  for (let id = 3; id < 6; id++) replay.add(transition(id)); // takes the place of all three
  expect([...replay.sample(3, new Rng(10), 0).reward]).toEqual([3, 4, 5]);
});

test('a restored memory is the memory', () => {
  const replay = filled([3, 0.1, 2, 5, 0.7], 0.6, constant(0.5), 8);
  const restored = create(8, 0.6, constant(0.5));
  restored.restore(replay.state(), 100);
  expect(restored.state()).toEqual(replay.state());
  for (const memory of [replay, restored]) memory.add(transition(9));
  const draw = (memory: PrioritizedReplay): unknown => {
    const { slot, weight, reward } = memory.sample(20, new Rng(11), 0);
    return [[...slot], [...weight.data], [...reward]];
  };
  expect(draw(restored)).toEqual(draw(replay));
});

test('nothing is left of what a restored memory held before', () => {
  const few = filled([2, 5], 1, constant(0.5), 8);
  const restored = filled([9, 9, 9, 9, 9, 9], 1, constant(0.5), 8);
  restored.restore(few.state(), 100);
  expect(Math.max(...restored.sample(200, new Rng(12), 0).slot)).toBe(1);
});

test('refuses to sample from nothing, errors that are none, and states that are damaged', () => {
  expect(() => create(2).sample(1, new Rng(0), 0)).toThrow('replay: at least one transition must be stored before sampling');
  const replay = filled([1, 2]);
  expect(() => replay.reprioritize(Int32Array.of(0), Float32Array.of(Number.NaN))).toThrow('must be at least 0 and finite; got NaN');
  const state = replay.state();
  for (const damage of [{ largest: 0 }, { largest: 1e308 }, { priorities: Float32Array.of(1, -1) }, { priorities: Float32Array.of(1) }]) {
    expect(() => create(2).restore({ ...state, ...damage }, 100)).toThrow(FormatError);
  }
});
