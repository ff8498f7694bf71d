import { Chain, chainQ, GridWorld, QTable, Rng, type TableEnv, valueIteration } from 'deepq';
import { expect, test } from 'vitest';
import { readGoldenJson } from '../../support/golden.ts';
import { expectClose } from '../../support/tolerance.ts';

interface Recorded {
  readonly q: readonly number[];
  readonly reward: number;
  readonly gamma: number;
  readonly next_q_target: readonly number[];
  readonly cases: readonly { readonly action: number; readonly td_error: number; readonly 'step_alpha_0.1': number }[];
}

test('the introductory example: a correction of 0.1 · 1.34 = 0.134', () => {
  const { td_example: example } = readGoldenJson<{ td_example: Recorded }>('numerics/rl_arithmetic.json');
  for (const { action, td_error, 'step_alpha_0.1': correction } of example.cases) {
    const table = new QTable(2, 2, { learningRate: 0.1, gamma: example.gamma });
    table.row(0).set(example.q);
    table.row(1).set(example.next_q_target);
    expect(table.learn(0, action, example.reward, 1, false)).toBeCloseTo(td_error, 12);
    expect(table.row(0)[action] - example.q[action]).toBeCloseTo(correction, 12);
    expect(table.row(0)[1 - action]).toBe(example.q[1 - action]);
  }
});

test('nothing follows a terminated step', () => {
  const table = new QTable(2, 1, { learningRate: 1, gamma: 0.9 });
  table.row(1)[0] = 100;
  expect(table.learn(0, 0, 1, 1, true)).toBe(1);
  expect(table.row(0)[0]).toBe(1);
});

/** The table after so many random steps. */
function learned(env: TableEnv, gamma: number, steps: number): QTable {
  const table = new QTable(env.mdp.stateCount, env.actionCount, { learningRate: 1, gamma });
  const rng = new Rng(5);
  env.reset();
  for (let i = 0; i < steps; i++) {
    const state = env.position;
    const action = rng.integer(env.actionCount);
    const { reward, terminated } = env.step(action);
    table.learn(state, action, reward, env.position, terminated);
    if (terminated) env.reset();
  }
  return table;
}

test('random play teaches Q* of deterministic worlds exactly', () => {
  const grid = new GridWorld(new Rng(0));
  const { actionValue } = valueIteration(grid.mdp, 0.9);
  const gridTable = learned(grid, 0.9, 5000);
  // Cell 9 lies behind the trap and the goal: no episode gets there.
  for (let state = 0; state < 8; state++) expectClose(`cell ${state + 1}`, gridTable.row(state), actionValue[state], 1e-12);
  expect(gridTable.best(4)).toBe(1);

  const chainTable = learned(new Chain(new Rng(0)), 0.8, 5000);
  for (const [state, q] of chainQ({}, 0.8).entries()) expectClose(`state ${state}`, chainTable.row(state), q, 1e-12);
});

test('refuses sizes and rates that are none', () => {
  const options = { learningRate: 0.1, gamma: 0.9 };
  expect(() => new QTable(0, 2, options)).toThrow(RangeError);
  expect(() => new QTable(2, 2, { ...options, learningRate: 0 })).toThrow('QTable.learningRate: must be in (0, 1]; got 0');
  expect(() => new QTable(2, 2, { ...options, gamma: 1.5 })).toThrow('QTable.gamma: must be in [0, 1]; got 1.5');
  expect(() => new QTable(2, 2, options).row(2)).toThrow('QTable.row: state must be in 0…1; got 2');
});
