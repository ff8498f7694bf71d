import { type Mdp, type Outcome, valueIteration } from 'deepq';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { expectClose } from '../../support/tolerance.ts';

/** Random tables: each pair of state and action leads to two outcomes. */
const someMdp: fc.Arbitrary<Mdp> = fc.integer({ min: 1, max: 5 }).chain((stateCount) => {
  const outcome = fc.record({
    state: fc.nat(stateCount - 1),
    reward: fc.double({ min: -3, max: 3, noNaN: true }),
    terminated: fc.boolean(),
  });
  const list = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), outcome, outcome).map(([p, one, other]): Outcome[] => [
    { probability: p, ...one },
    { probability: 1 - p, ...other },
  ]);
  const rows = fc.array(fc.array(list, { minLength: 2, maxLength: 2 }), { minLength: stateCount, maxLength: stateCount });
  return rows.map((outcomes) => ({ stateCount, actionCount: 2, start: outcomes.map(() => 1 / stateCount), outcomes }));
});

test('the result satisfies the Bellman equations', () => {
  fc.assert(
    fc.property(someMdp, fc.double({ min: 0, max: 0.95, noNaN: true }), (mdp, gamma) => {
      const { value, actionValue } = valueIteration(mdp, gamma);
      mdp.outcomes.forEach((row, state) => {
        const q = row.map((list) =>
          list.reduce((sum, o) => sum + o.probability * (o.reward + (o.terminated ? 0 : gamma * value[o.state])), 0),
        );
        expectClose(`Q(${state}, ·)`, actionValue[state], q, 1e-13);
        expectClose(`V(${state})`, [value[state]], [Math.max(...q)], 1e-12);
      });
    }),
  );
});

const loop = (reward: number): Mdp => ({
  stateCount: 1,
  actionCount: 1,
  start: [1],
  outcomes: [[[{ probability: 1, state: 0, reward, terminated: false }]]],
});

test('a reward of 1 for ever is worth 1/(1 − γ)', () => {
  for (const gamma of [0, 0.5, 0.9, 0.99])
    expectClose('V', valueIteration(loop(1), gamma).value, [1 / (1 - gamma)], 1e-14 / (1 - gamma) ** 2);
});

test('refuses a γ that is none and values without end', () => {
  for (const gamma of [-0.1, 1.1, Number.NaN]) expect(() => valueIteration(loop(1), gamma)).toThrow(RangeError);
  expect(() => valueIteration(loop(1), 1)).toThrow('valueIteration: the values must settle');
  expect(Array.from(valueIteration(loop(0), 1).value)).toEqual([0]);
});
