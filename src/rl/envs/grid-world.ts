// A grid world: walk to the goal and keep out of the trap. Small enough to be solved by hand, which makes it the first thing
// a learner should be tried on.

import type { Rng } from '../../tensor/index.ts';
import { checkSize } from '../env.ts';
import type { Mdp, Outcome } from '../tabular/mdp.ts';
import { TableEnv } from '../tabular/table-env.ts';

/** Cells are numbered from 1, left to right and top to bottom; the cell's state is its number − 1. */
export interface GridWorldOptions {
  readonly rows: number;
  readonly columns: number;
  /** The cell in which every episode begins. */
  readonly start: number;
  /** The cells that end the episode, and the reward for entering each. */
  readonly terminals: Readonly<Record<number, number>>;
  /** The reward of every other move, the one against a wall included. */
  readonly stepReward: number;
  /** The probability that a move goes to one of the two sides instead, half to each. */
  readonly slip: number;
}

/** The 3×3 world of the introductory text: from cell 1 to the goal 8, past the trap 6. */
export const gridWorld3x3: GridWorldOptions = { rows: 3, columns: 3, start: 1, terminals: { 6: -1, 8: 1 }, stepReward: 0, slip: 0 };

/** (Δrow, Δcolumn) of the actions up, down, left, right. */
const moves = [
  [-1, 0],
  [1, 0],
  [0, -1],
  [0, 1],
] as const;

/** The two directions at right angles to each action. */
const sides = [
  [2, 3],
  [2, 3],
  [0, 1],
  [0, 1],
] as const;

/**
 * Actions 0, 1, 2 and 3 move up, down, left and right by one cell; a move off the grid stays in place. Entering a terminal
 * cell pays that cell's reward and terminates the episode; every other move pays the step reward. The observation
 * [rows·columns] is 1 at the agent's cell.
 */
export class GridWorld extends TableEnv {
  readonly #options: GridWorldOptions;

  /** The 3×3 world unless options say otherwise. Throws RangeError. */
  constructor(rng: Rng, options: Partial<GridWorldOptions> = {}) {
    const complete = { ...gridWorld3x3, ...options };
    super('GridWorld', gridWorldMdp(complete), rng);
    this.#options = complete;
  }

  /** A for the agent, + and − for terminal cells by the sign of their reward, · for all others. */
  render(): string {
    const { rows, columns, terminals } = this.#options;
    const symbol = (state: number): string => {
      if (state === this.position) return 'A';
      const reward = terminals[state + 1];
      return reward === undefined ? '·' : reward > 0 ? '+' : '−';
    };
    const line = (row: number): string => Array.from({ length: columns }, (_, column) => symbol(row * columns + column)).join(' ');
    return Array.from({ length: rows }, (_, row) => line(row)).join('\n');
  }
}

/** The world as a table. Terminal cells are absorbing: whatever is done there changes and pays nothing. Throws RangeError. */
export function gridWorldMdp(options: GridWorldOptions): Mdp {
  checkOptions(options);
  const { rows, columns, start, terminals, stepReward, slip } = options;
  const stateCount = rows * columns;

  const outcome = (state: number, direction: number, probability: number): Outcome => {
    const row = Math.floor(state / columns) + moves[direction][0];
    const column = (state % columns) + moves[direction][1];
    const inside = row >= 0 && row < rows && column >= 0 && column < columns;
    const next = inside ? row * columns + column : state;
    const prize = terminals[next + 1];
    return { probability, state: next, reward: prize ?? stepReward, terminated: prize !== undefined };
  };
  const outcomesOf = (state: number, action: number): Outcome[] => {
    if (terminals[state + 1] !== undefined) return [{ probability: 1, state, reward: 0, terminated: true }];
    if (slip === 0) return [outcome(state, action, 1)];
    const [one, other] = sides[action];
    return [outcome(state, action, 1 - slip), outcome(state, one, slip / 2), outcome(state, other, slip / 2)];
  };

  return {
    stateCount,
    actionCount: moves.length,
    start: Array.from({ length: stateCount }, (_, state) => (state === start - 1 ? 1 : 0)),
    outcomes: Array.from({ length: stateCount }, (_, state) => moves.map((_, action) => outcomesOf(state, action))),
  };
}

function checkOptions({ rows, columns, start, terminals, stepReward, slip }: GridWorldOptions): void {
  checkSize('GridWorld.rows', rows, 1);
  checkSize('GridWorld.columns', columns, 1);
  for (const cell of [start, ...Object.keys(terminals).map(Number)]) {
    if (!Number.isInteger(cell) || cell < 1 || cell > rows * columns) {
      throw new RangeError(`GridWorld: cells must be in 1…${rows * columns}; got ${cell} in start or terminals`);
    }
  }
  if (terminals[start] !== undefined) throw new RangeError(`GridWorld.start: must not be a terminal cell; got ${start}`);
  if (!Number.isFinite(stepReward)) throw new RangeError(`GridWorld.stepReward: must be a finite number; got ${stepReward}`);
  if (!(slip >= 0 && slip <= 1)) throw new RangeError(`GridWorld.slip: must be in [0, 1]; got ${slip}`);
}
