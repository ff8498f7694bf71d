import { GridWorld, type GridWorldOptions, gridWorld3x3, gridWorldMdp, Rng, valueIteration } from 'deepq';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readGoldenJson } from '../../support/golden.ts';
import { expectClose } from '../../support/tolerance.ts';

interface Recorded {
  readonly rows: number;
  readonly cols: number;
  readonly start: number;
  readonly gamma: number;
  readonly step_reward: number;
  readonly slip: number;
  readonly terminals: Readonly<Record<string, number>>;
  readonly V: Readonly<Record<string, number>>;
  readonly Q: Readonly<Record<string, number[]>>;
  readonly next_cell: Readonly<Record<string, number[]>>;
}

const optionsOf = ({ rows, cols, start, terminals, step_reward, slip }: Recorded): GridWorldOptions => ({
  rows,
  columns: cols,
  start,
  terminals,
  stepReward: step_reward,
  slip,
});

const { cases } = readGoldenJson<{ cases: Record<string, Recorded> }>('tabular/gridworlds.json');

describe.each(Object.entries(cases))('the recorded world %s', (_, recorded) => {
  const mdp = gridWorldMdp(optionsOf(recorded));

  test('has the recorded values', () => {
    const { value, actionValue } = valueIteration(mdp, recorded.gamma);
    const tolerance = recorded.slip === 0 ? 1e-12 : 1e-9;
    for (const [cell, v] of Object.entries(recorded.V)) expectClose(`V of cell ${cell}`, [value[Number(cell) - 1]], [v], tolerance);
    for (const [cell, q] of Object.entries(recorded.Q)) expectClose(`Q of cell ${cell}`, actionValue[Number(cell) - 1], q, tolerance);
  });

  test('moves as recorded', () => {
    for (const [cell, next] of Object.entries(recorded.next_cell)) {
      expect(mdp.outcomes[Number(cell) - 1].map((list) => list[0].state + 1)).toEqual(next);
    }
  });
});

test('the default is the recorded introductory world', () => {
  expect(gridWorld3x3).toEqual(optionsOf(cases['seed-3x3']));
});

test('the shortest way to the goal: down, down, right', () => {
  const env = new GridWorld(new Rng(0));
  expect(Array.from(env.reset())).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0]);
  expect(env.render()).toBe('A · ·\n· · −\n· + ·');
  expect(env.step(1)).toMatchObject({ reward: 0, terminated: false });
  expect(env.step(1)).toMatchObject({ reward: 0, terminated: false });
  expect(env.step(3)).toEqual({ observation: Float32Array.of(0, 0, 0, 0, 0, 0, 0, 1, 0), reward: 1, terminated: true, truncated: false });
});

test('a slip goes to one of the two sides, half to each', () => {
  const [up, , left] = gridWorldMdp({ ...gridWorld3x3, slip: 0.2 }).outcomes[4];
  expect(up.map(({ probability, state }) => [probability, state + 1])).toEqual([
    [0.8, 2],
    [0.1, 4],
    [0.1, 6],
  ]);
  expect(left.map(({ probability, state }) => [probability, state + 1])).toEqual([
    [0.8, 4],
    [0.1, 2],
    [0.1, 8],
  ]);
});

test('without slip and traps, V* is γ to the number of moves left before the last', () => {
  const size = fc.integer({ min: 1, max: 6 });
  fc.assert(
    fc.property(size, size, fc.double({ min: 0.1, max: 0.99, noNaN: true }), (rows, columns, gamma) => {
      fc.pre(rows * columns > 1);
      const goal = rows * columns;
      const mdp = gridWorldMdp({ ...gridWorld3x3, rows, columns, terminals: { [goal]: 1 } });
      const distances = Array.from({ length: goal }, (_, s) => rows - 1 - Math.floor(s / columns) + columns - 1 - (s % columns));
      const expected = distances.map((distance) => (distance === 0 ? 0 : gamma ** (distance - 1)));
      expectClose('V*', valueIteration(mdp, gamma).value, expected, 1e-12);
    }),
  );
});

test('refuses worlds that are none', () => {
  const wrong: Partial<GridWorldOptions>[] = [
    { rows: 0 },
    { columns: 2.5 },
    { start: 10 },
    { start: 8 },
    { terminals: { 0: 1 } },
    { stepReward: Number.NaN },
    { slip: 1.5 },
  ];
  for (const options of wrong) expect(() => new GridWorld(new Rng(0), options)).toThrow(RangeError);
});
