import { type Mdp, type Outcome, Rng, TableEnv } from 'deepq';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawIndex } from '../../../src/rl/tabular/mdp.ts';

test('drawing takes one uniform number and the first index whose cumulative sum exceeds it', () => {
  const weights = fc.array(fc.nat(5), { minLength: 1, maxLength: 6 }).filter((list) => list.some((weight) => weight > 0));
  fc.assert(
    fc.property(weights, fc.integer(), (list, seed) => {
      const total = list.reduce((sum, weight) => sum + weight, 0);
      const [rng, same] = [new Rng(seed), new Rng(seed)];
      const index = drawIndex(
        list.map((weight) => weight / total),
        rng,
      );
      const point = same.uniform() * total;
      const upTo = (n: number): number => list.slice(0, n).reduce((sum, weight) => sum + weight, 0);
      expect(upTo(index)).toBeLessThanOrEqual(point + 1e-9);
      expect(upTo(index + 1)).toBeGreaterThan(point - 1e-9);
      expect(list[index]).toBeGreaterThan(0);
      expect(rng.state()).toEqual(same.state());
    }),
  );
});

test('a sum that rounding left below 1 still draws a possible index', () => {
  for (let seed = 0; seed < 50; seed++) expect(drawIndex([0, 1e-12, 0], new Rng(seed))).toBe(1);
});

const to = (state: number, probability: number, terminated = false): Outcome => ({ probability, state, reward: state, terminated });
const fork: Mdp = {
  stateCount: 3,
  actionCount: 1,
  start: [0.5, 0.5, 0],
  outcomes: [[[to(0, 0.2), to(1, 0.3), to(2, 0.5, true)]], [[to(2, 1, true)]], [[to(2, 1, true)]]],
};

test('outcomes occur as often as the table says', () => {
  const env = new TableEnv('fork', fork, new Rng(1));
  const starts = [0, 0, 0];
  const ends = [0, 0, 0];
  for (let i = 0; i < 20_000; i++) {
    starts[env.reset().indexOf(1)]++;
    if (env.position !== 0) continue;
    const { observation, reward, terminated } = env.step(0);
    const end = observation.indexOf(1);
    ends[end]++;
    expect([env.position, reward, terminated]).toEqual([end, end, end === 2]);
  }
  expect(starts[0] / 20_000).toBeCloseTo(0.5, 1);
  expect(starts[2]).toBe(0);
  for (const [state, { probability }] of fork.outcomes[0][0].entries()) {
    expect(Math.abs(ends[state] / starts[0] - probability)).toBeLessThan(0.02);
  }
});

test('refuses tables that are none', () => {
  const wrong: Partial<Mdp>[] = [
    { start: [1] },
    { start: [0.5, 0.4, 0] },
    { start: [1.5, -0.5, 0] },
    { actionCount: 2 },
    { outcomes: [[[to(3, 1)]], [[to(0, 1)]], [[to(0, 1)]]] },
    { outcomes: [[[]], [[to(0, 1)]], [[to(0, 1)]]] },
    { outcomes: [[[{ ...to(0, 1), reward: Number.NaN }]], [[to(0, 1)]], [[to(0, 1)]]] },
  ];
  for (const change of wrong) expect(() => new TableEnv('wrong', { ...fork, ...change }, new Rng(0))).toThrow(RangeError);
});
