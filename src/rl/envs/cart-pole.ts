// CartPole: a pole stands on a cart and must not fall [Barto 1983], in the form and with the constants known as CartPole-v1.
// The limit of 500 steps is not part of the world: the registry adds it.

import { readBoolean, readNumbers, readRngState, type Snapshot } from '../../nn/index.ts';
import type { Rng, Shape } from '../../tensor/index.ts';
import { checkStep, type Env, type Step } from '../env.ts';
import { cos, sin } from './trigonometry.ts';

const gravity = 9.8; // m/s²
const cartMass = 1.0; // kg
const poleMass = 0.1;
const totalMass = cartMass + poleMass;
const halfPole = 0.5; // m, from the hinge to the pole's centre of mass
const push = 10; // N
const interval = 0.02; // s
const largestPosition = 2.4; // m
const largestAngle = 0.20943951023931953; // 12° in radians

/**
 * The state is the cart's position (m) and velocity (m/s), and the pole's angle (rad, 0 upright) and angular velocity (rad/s).
 * Action 0 pushes to the left, 1 to the right, for one interval of explicit Euler integration. The episode terminates when
 * the cart leaves ±2.4 m or the pole leaves ±12°. Every step pays 1, the terminating one included. An episode begins with the
 * four numbers drawn from U(−0.05, 0.05). The observation [4] is the state.
 */
export class CartPole implements Env {
  readonly observationShape: Shape = [4];
  readonly actionCount = 2;
  readonly #rng: Rng;
  #state: readonly number[] = [0, 0, 0, 0];
  #running = false;

  constructor(rng: Rng) {
    this.#rng = rng;
  }

  reset(): Float32Array {
    this.#state = Array.from({ length: 4 }, () => this.#rng.uniform(-0.05, 0.05));
    this.#running = true;
    return Float32Array.from(this.#state);
  }

  step(action: number): Step {
    checkStep('CartPole.step', this.#running, action, this.actionCount);
    const [x, v, theta, omega] = this.#state;
    const force = action === 1 ? push : -push;

    const sine = sin(theta);
    const cosine = cos(theta);
    const common = (force + poleMass * halfPole * omega * omega * sine) / totalMass;
    const alpha = (gravity * sine - cosine * common) / (halfPole * (4 / 3 - (poleMass * cosine * cosine) / totalMass));
    const acceleration = common - (poleMass * halfPole * alpha * cosine) / totalMass;

    const next = [x + interval * v, v + interval * acceleration, theta + interval * omega, omega + interval * alpha];
    this.#state = next;
    const terminated = Math.abs(next[0]) > largestPosition || Math.abs(next[2]) > largestAngle;
    this.#running = !terminated;
    return { observation: Float32Array.from(next), reward: 1, terminated, truncated: false };
  }

  state(): Snapshot {
    return { state: [...this.#state], running: this.#running, rng: this.#rng.state() };
  }

  restore(snapshot: Snapshot): void {
    const state = readNumbers(snapshot, 'state', 4);
    const running = readBoolean(snapshot, 'running');
    this.#rng.restore(readRngState(snapshot, 'rng'));
    this.#state = [...state];
    this.#running = running;
  }

  /** The track from end to end, the cart on it, and the direction in which the pole leans. */
  render(): string {
    const [x, , theta] = this.#state;
    const column = Math.round((x / largestPosition + 1) * 20);
    const pole = theta < -0.02 ? '\\' : theta > 0.02 ? '/' : '|';
    return `${' '.repeat(Math.max(0, column))}${pole}\n${'_'.repeat(Math.max(0, column))}■${'_'.repeat(Math.max(0, 40 - column))}`;
  }
}
