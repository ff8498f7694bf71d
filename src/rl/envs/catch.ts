// Catch: a ball falls down a board and a paddle in the bottom row must be under it [Mnih 2014]. Only the last step pays, so
// the agent must learn which of nine moves earned the reward. It is the smallest task with pixels.

import { FormatError, readBoolean, readIndex, readRngState, type Snapshot } from '../../nn/index.ts';
import type { Rng, Shape } from '../../tensor/index.ts';
import { checkSize, checkStep, type Env, type Step } from '../env.ts';

export interface CatchOptions {
  readonly rows: number;
  readonly columns: number;
}

/**
 * The ball starts in the top row in a random column, the paddle in the bottom row in the middle column. Actions 0, 1 and 2
 * move the paddle left, not at all and right, never beyond the board; then the ball falls by one row. When the ball reaches
 * the bottom row the episode terminates and pays 1 if the paddle is under it, −1 otherwise; all other steps pay 0. Every start
 * can be caught, so the best return is 1. The observation [rows, columns, 1] is 1 at the ball and at the paddle, 0 elsewhere.
 */
export class Catch implements Env {
  readonly observationShape: Shape;
  readonly actionCount = 3;
  readonly #rows: number;
  readonly #columns: number;
  readonly #rng: Rng;
  #ballRow = 0;
  #ballColumn = 0;
  #paddle = 0;
  #running = false;

  /** A board of 10 × 5 unless options say otherwise. Throws RangeError when it is too flat for the paddle to reach both sides. */
  constructor(rng: Rng, options: Partial<CatchOptions> = {}) {
    const { rows = 10, columns = 5 } = options;
    checkSize('Catch.columns', columns, 1);
    checkSize('Catch.rows', rows, Math.max(2, Math.floor(columns / 2) + 1));
    this.#rows = rows;
    this.#columns = columns;
    this.#rng = rng;
    this.observationShape = [rows, columns, 1];
  }

  reset(): Float32Array {
    this.#ballRow = 0;
    this.#ballColumn = this.#rng.integer(this.#columns);
    this.#paddle = Math.floor(this.#columns / 2);
    this.#running = true;
    return this.#observe();
  }

  step(action: number): Step {
    checkStep('Catch.step', this.#running, action, this.actionCount);
    this.#paddle = Math.min(Math.max(this.#paddle + action - 1, 0), this.#columns - 1);
    this.#ballRow++;
    const terminated = this.#ballRow === this.#rows - 1;
    this.#running = !terminated;
    const reward = !terminated ? 0 : this.#paddle === this.#ballColumn ? 1 : -1;
    return { observation: this.#observe(), reward, terminated, truncated: false };
  }

  state(): Snapshot {
    return {
      ballRow: this.#ballRow,
      ballColumn: this.#ballColumn,
      paddle: this.#paddle,
      running: this.#running,
      rng: this.#rng.state(),
    };
  }

  restore(snapshot: Snapshot): void {
    const ballRow = readIndex(snapshot, 'ballRow', this.#rows);
    const ballColumn = readIndex(snapshot, 'ballColumn', this.#columns);
    const paddle = readIndex(snapshot, 'paddle', this.#columns);
    const running = readBoolean(snapshot, 'running');
    if (running && ballRow === this.#rows - 1) {
      throw new FormatError('snapshot: "ballRow" must be above the bottom while an episode runs; got the bottom row');
    }
    this.#rng.restore(readRngState(snapshot, 'rng'));
    this.#ballRow = ballRow;
    this.#ballColumn = ballColumn;
    this.#paddle = paddle;
    this.#running = running;
  }

  /** o is the ball, = the paddle. */
  render(): string {
    const board = Array.from({ length: this.#rows }, () => new Array<string>(this.#columns).fill('·'));
    board[this.#rows - 1][this.#paddle] = '=';
    board[this.#ballRow][this.#ballColumn] = 'o';
    return board.map((row) => row.join(' ')).join('\n');
  }

  #observe(): Float32Array {
    const observation = new Float32Array(this.#rows * this.#columns);
    observation[this.#ballRow * this.#columns + this.#ballColumn] = 1;
    observation[(this.#rows - 1) * this.#columns + this.#paddle] = 1;
    return observation;
  }
}
