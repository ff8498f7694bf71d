// Returns as probabilities of atoms: the projection by hand and by its laws, the expectation, the priority, and mixtures.

import { createReturnModel, type ReturnModel, softmax, Tensor } from 'deepq';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const create = (atoms: number, vMin: number, vMax: number): ReturnModel => createReturnModel({ kind: 'categorical', atoms, vMin, vMax });
/** Logits of these probabilities, one sample. */
const logits = (...probabilities: number[]): Tensor => new Tensor(Float32Array.from(probabilities, Math.log), [1, probabilities.length]);
const project = (model: ReturnModel, next: Tensor, reward: number, discount: number): number[] => [
  ...model.target(next, Float32Array.of(reward), Float32Array.of(discount)).data,
];

describe('the projection', () => {
  const five = create(5, 0, 4); // atoms 0, 1, 2, 3, 4
  const cases: [string, number[], number, number, number[]][] = [
    ['moves to the right by a whole atom', [1, 0, 0, 0, 0], 1, 1, [0, 1, 0, 0, 0]],
    ['splits between two neighbours', [0, 1, 0, 0, 0], 0.25, 1, [0, 0.75, 0.25, 0, 0]],
    ['shrinks by the discount', [0, 0, 0, 0, 1], 0, 0.6, [0, 0, 0.6, 0.4, 0]],
    ['leaves nothing of the next state at the end of the world', [0.2, 0.2, 0.2, 0.2, 0.2], 3, 0, [0, 0, 0, 1, 0]],
    ['keeps at the upper end what passes it', [0, 0, 0.5, 0, 0.5], 2, 1, [0, 0, 0, 0, 1]],
    ['keeps at the lower end what passes it', [0.5, 0, 0.5, 0, 0], -1, 1, [0.5, 0.5, 0, 0, 0]],
    ['adds what falls on one atom', [0, 0.5, 0, 0.5, 0], 2, 0, [0, 0, 1, 0, 0]],
  ];
  test.each(cases)('%s', (_, probabilities, reward, discount, expected) => {
    project(five, logits(...probabilities), reward, discount).forEach((p, i) => {
      expect(p).toBeCloseTo(expected[i], 5);
    });
  });

  const anything = fc.record({
    raw: fc.array(fc.double({ min: -4, max: 4, noNaN: true }), { minLength: 2, maxLength: 40 }),
    vMin: fc.double({ min: -20, max: 5, noNaN: true }),
    range: fc.double({ min: 0.5, max: 40, noNaN: true }),
    reward: fc.double({ min: -50, max: 50, noNaN: true }),
    discount: fc.double({ min: 0, max: 1, noNaN: true }),
  });

  test('keeps the mass, whatever happens', () => {
    fc.assert(
      fc.property(anything, ({ raw, vMin, range, reward, discount }) => {
        const goal = project(create(raw.length, vMin, vMin + range), new Tensor(Float32Array.from(raw), [1, raw.length]), reward, discount);
        expect(goal.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 5);
        expect(Math.min(...goal)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test('keeps the mean when nothing is clipped: it becomes reward + discount · mean', () => {
    fc.assert(
      fc.property(anything, fc.double({ min: 0, max: 1, noNaN: true }), ({ raw, vMin, range, discount }, share) => {
        const Z = raw.length;
        // A reward that keeps the shrunk range inside the whole one.
        const reward = vMin + share * (1 - discount) * range - discount * vMin;
        const atom = (i: number): number => vMin + (i * range) / (Z - 1);
        const next = new Tensor(Float32Array.from(raw), [1, Z]);
        const meanOf = (p: ArrayLike<number>): number => Array.from(p).reduce((sum, each, i) => sum + each * atom(i), 0);
        const goal = project(create(Z, vMin, vMin + range), next, reward, discount);
        const expected = reward + discount * meanOf(softmax(next).data);
        expect(Math.abs(meanOf(goal) - expected)).toBeLessThan(2e-5 * (Math.abs(vMin) + range));
      }),
    );
  });
});

test('the expectation of an action is the mean of its atoms', () => {
  const output = new Tensor(
    Float32Array.from([0.5, 0.5, 0, 0, 0.25, 0.75], (p) => Math.log(Math.max(p, 1e-30))),
    [1, 2, 3],
  );
  const [first, second] = create(3, -1, 3).expectation(output).data; // atoms −1, 1, 3
  expect(first).toBeCloseTo(0, 5);
  expect(second).toBeCloseTo(2.5, 5);
});

test('the average of a policy is a mixture of distributions, and certainty changes nothing', () => {
  const model = create(3, 0, 2);
  const output = new Tensor(Float32Array.from([0.2, 0.3, 0.5, 0.6, 0.3, 0.1], Math.log), [1, 2, 3]);
  const mix = (...policy: number[]): number[] => [...softmax(model.average(output, new Tensor(Float32Array.from(policy), [1, 2]))).data];
  mix(0.25, 0.75).forEach((p, i) => {
    expect(p).toBeCloseTo([0.5, 0.3, 0.2][i], 5);
  });
  mix(1, 0).forEach((p, i) => {
    expect(p).toBeCloseTo([0.2, 0.3, 0.5][i], 5);
  });
  const impossible = new Tensor(Float32Array.of(0, -200, 0, 0, -200, 0), [1, 2, 3]);
  const certain = softmax(model.average(impossible, new Tensor(Float32Array.of(0.5, 0.5), [1, 2]))).data;
  [...certain].forEach((p, i) => {
    expect(p).toBeCloseTo([0.5, 0, 0.5][i], 6); // a probability of nothing is no NaN
  });
});

test('the loss is the cross entropy, the priority the divergence: nothing when the two are equal', () => {
  const model = create(3, 0, 2);
  const goal = new Tensor(Float32Array.of(0.2, 0.3, 0.5, 0, 1, 0), [2, 3]);
  const predicted = new Tensor(Float32Array.from([0.2, 0.3, 0.5, 0.25, 0.5, 0.25], Math.log), [2, 3]);
  const loss = model.loss(predicted, goal);
  expect(loss.data[0]).toBeCloseTo(-(0.2 * Math.log(0.2) + 0.3 * Math.log(0.3) + 0.5 * Math.log(0.5)), 5);
  expect(loss.data[1]).toBeCloseTo(Math.log(2), 5);
  const priority = model.priority(predicted, goal, loss);
  expect(priority[0]).toBeCloseTo(0, 6);
  expect(priority[0]).toBeGreaterThanOrEqual(0);
  expect(priority[1]).toBeCloseTo(Math.log(2), 5);
});
