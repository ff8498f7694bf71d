// MountainCar: a car too weak for the hill must first roll back to gain speed [Moore 1990], in the form known as
// MountainCar-v0. The limit of 200 steps is not part of the world: the registry adds it.

import { readBoolean, readNumbers, readRngState, type Snapshot } from '../../nn/index.ts';
import type { Rng, Shape } from '../../tensor/index.ts';
import { checkStep, type Env, type Step } from '../env.ts';
import { cos, sin } from './trigonometry.ts';

const leftWall = -1.2;
const rightWall = 0.6;
const goal = 0.5;
const topSpeed = 0.07;
const motor = 0.001;
const gravity = 0.0025;

/**
 * The state is the position and the velocity, in units of the road and of the road per step; the road's height is sin(3·position).
 * Actions 0, 1 and 2 push left, coast and push right. Speed is limited to 0.07 and the position to [−1.2, 0.6]; the left wall
 * stops the car. The episode terminates at 0.5 or beyond unless the car rolls back. Every step pays −1, the last included.
 * An episode begins at rest at U(−0.6, −0.4). The observation [2] is the state.
 */
export class MountainCar implements Env {
  readonly observationShape: Shape = [2];
  readonly actionCount = 3;
  readonly #rng: Rng;
  #position = 0;
  #velocity = 0;
  #running = false;

  constructor(rng: Rng) {
    this.#rng = rng;
  }

  reset(): Float32Array {
    this.#position = this.#rng.uniform(-0.6, -0.4);
    this.#velocity = 0;
    this.#running = true;
    return this.#observe();
  }

  step(action: number): Step {
    checkStep('MountainCar.step', this.#running, action, this.actionCount);
    const faster = this.#velocity + (action - 1) * motor - gravity * cos(3 * this.#position);
    this.#velocity = clamp(faster, -topSpeed, topSpeed);
    this.#position = clamp(this.#position + this.#velocity, leftWall, rightWall);
    if (this.#position === leftWall && this.#velocity < 0) this.#velocity = 0;

    const terminated = this.#position >= goal && this.#velocity >= 0;
    this.#running = !terminated;
    return { observation: this.#observe(), reward: -1, terminated, truncated: false };
  }

  state(): Snapshot {
    return { state: [this.#position, this.#velocity], running: this.#running, rng: this.#rng.state() };
  }

  restore(snapshot: Snapshot): void {
    const [position, velocity] = readNumbers(snapshot, 'state', 2);
    const running = readBoolean(snapshot, 'running');
    this.#rng.restore(readRngState(snapshot, 'rng'));
    this.#position = position;
    this.#velocity = velocity;
    this.#running = running;
  }

  /** The road from wall to wall, ■ the car on it, + the goal. */
  render(): string {
    const rows = Array.from({ length: valley + 2 }, () => new Array<string>(columnOf(rightWall) + 1).fill(' '));
    for (let column = 0; column <= columnOf(rightWall); column++) rows[rowOf(leftWall + column / columnsPerUnit)][column] = '·';
    const above = (position: number, symbol: string): void => {
      rows[rowOf(position) - 1][columnOf(position)] = symbol;
    };
    above(goal, '+');
    above(this.#position, '■');
    return rows.map((row) => row.join('')).join('\n');
  }

  #observe(): Float32Array {
    return Float32Array.of(this.#position, this.#velocity);
  }
}

/** Of the picture: columns for one unit of the road, and rows between the deepest and the highest place of the road. */
const columnsPerUnit = 30;
const valley = 10;

const columnOf = (position: number): number => Math.round((position - leftWall) * columnsPerUnit);

/** The row of the road, from the top. Row 0 is the air above its highest place. */
const rowOf = (position: number): number => 1 + Math.round((valley * (1 - sin(3 * position))) / 2);

const clamp = (x: number, low: number, high: number): number => Math.min(Math.max(x, low), high);
