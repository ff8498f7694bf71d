// Acrobot: two links hang from a fixed point and only the joint between them has a motor; the free end must swing up
// [Sutton 1996], in the form known as Acrobot-v1. The limit of 500 steps is not part of the world: the registry adds it.

import { readBoolean, readNumbers, readRngState, type Snapshot } from '../../nn/index.ts';
import type { Rng, Shape } from '../../tensor/index.ts';
import { checkStep, type Env, type Step } from '../env.ts';
import { cos, sin } from './trigonometry.ts';

const gravity = 9.8; // m/s²; both links weigh 1 kg, are 1 m long, balance at 0.5 m and have a moment of inertia of 1 kg·m²
const interval = 0.2; // s
const largestOmega1 = 4 * Math.PI; // rad/s
const largestOmega2 = 9 * Math.PI;

/** Angle of the first link (0 hangs straight down), angle of the second relative to the first, and their angular velocities. */
type State = readonly [theta1: number, theta2: number, omega1: number, omega2: number];

/**
 * Actions 0, 1 and 2 apply a torque of −1, 0 and +1 N·m at the middle joint for one interval, integrated by one Runge–Kutta
 * step of fourth order. Then the angles are wrapped into [−π, π] and the angular velocities limited to ±4π and ±9π. The
 * episode terminates when the free end is more than one link above the fixed point: −cos θ1 − cos(θ1 + θ2) > 1. Every step
 * pays −1, the terminating one 0. An episode begins with the four numbers drawn from U(−0.1, 0.1) and rounded to float32.
 * The observation [6] is cos θ1, sin θ1, cos θ2, sin θ2, ω1, ω2.
 */
export class Acrobot implements Env {
  readonly observationShape: Shape = [6];
  readonly actionCount = 3;
  readonly #rng: Rng;
  #state: State = [0, 0, 0, 0];
  #running = false;

  constructor(rng: Rng) {
    this.#rng = rng;
  }

  reset(): Float32Array {
    const draw = (): number => Math.fround(this.#rng.uniform(-0.1, 0.1));
    this.#state = [draw(), draw(), draw(), draw()];
    this.#running = true;
    return this.#observe();
  }

  step(action: number): Step {
    checkStep('Acrobot.step', this.#running, action, this.actionCount);
    const [theta1, theta2, omega1, omega2] = integrate(this.#state, action - 1);
    this.#state = [
      wrap(theta1),
      wrap(theta2),
      Math.min(Math.max(omega1, -largestOmega1), largestOmega1),
      Math.min(Math.max(omega2, -largestOmega2), largestOmega2),
    ];
    const terminated = -cos(this.#state[0]) - cos(this.#state[0] + this.#state[1]) > 1;
    this.#running = !terminated;
    return { observation: this.#observe(), reward: terminated ? 0 : -1, terminated, truncated: false };
  }

  state(): Snapshot {
    return { state: [...this.#state], running: this.#running, rng: this.#rng.state() };
  }

  restore(snapshot: Snapshot): void {
    const [theta1, theta2, omega1, omega2] = readNumbers(snapshot, 'state', 4);
    const running = readBoolean(snapshot, 'running');
    this.#rng.restore(readRngState(snapshot, 'rng'));
    this.#state = [theta1, theta2, omega1, omega2];
    this.#running = running;
  }

  /** The links from the fixed point + over the joint O to the free end ■, and the height that the free end must pass. */
  render(): string {
    const [theta1, theta2] = this.#state;
    const joint = endOf([0, 0], theta1);
    const free = endOf(joint, theta1 + theta2);
    const rows = Array.from({ length: 4 * rowsPerMetre + 1 }, () => new Array<string>(4 * columnsPerMetre + 1).fill(' '));
    const mark = ([x, y]: Point, symbol: string): void => {
      rows[Math.round((2 - y) * rowsPerMetre)][Math.round((2 + x) * columnsPerMetre)] = symbol;
    };
    rows[rowsPerMetre].fill('·');
    for (let i = 0; i <= columnsPerMetre; i++) {
      mark(between([0, 0], joint, i / columnsPerMetre), 'o');
      mark(between(joint, free, i / columnsPerMetre), 'o');
    }
    mark([0, 0], '+');
    mark(joint, 'O');
    mark(free, '■');
    return rows.map((row) => row.join('')).join('\n');
  }

  #observe(): Float32Array {
    const [theta1, theta2, omega1, omega2] = this.#state;
    return Float32Array.of(cos(theta1), sin(theta1), cos(theta2), sin(theta2), omega1, omega2);
  }
}

/** Metres to the right of the fixed point, and above it. */
type Point = readonly [x: number, y: number];

/** Of the picture. A character is about twice as high as wide. */
const rowsPerMetre = 4;
const columnsPerMetre = 8;

/** The far end of a link of 1 m that begins here; angle 0 hangs straight down. */
const endOf = ([x, y]: Point, angle: number): Point => [x + sin(angle), y - cos(angle)];

const between = (a: Point, b: Point, share: number): Point => [a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])];

/** One classical Runge–Kutta step over the interval: y + h/6 · (k1 + 2·k2 + 2·k3 + k4). */
function integrate(y: State, torque: number): State {
  const k1 = derivative(y, torque);
  const k2 = derivative(moved(y, k1, interval / 2), torque);
  const k3 = derivative(moved(y, k2, interval / 2), torque);
  const k4 = derivative(moved(y, k3, interval), torque);
  const total = (i: number): number => y[i] + (interval / 6) * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]);
  return [total(0), total(1), total(2), total(3)];
}

const moved = (y: State, slope: State, by: number): State => [
  y[0] + by * slope[0],
  y[1] + by * slope[1],
  y[2] + by * slope[2],
  y[3] + by * slope[3],
];

/** d/dt (θ1, θ2, ω1, ω2) = (ω1, ω2, α1, α2): the equations of motion with the constants of the two links put in. */
function derivative([theta1, theta2, omega1, omega2]: State, torque: number): State {
  const sine2 = sin(theta2);
  const cosine2 = cos(theta2);
  const d1 = 0.25 + (1 + 0.25 + cosine2) + 2;
  const d2 = 0.25 + 0.5 * cosine2 + 1;
  const phi2 = 0.5 * gravity * cos(theta1 + theta2 - Math.PI / 2);
  const phi1 = -0.5 * omega2 * omega2 * sine2 - omega2 * omega1 * sine2 + 1.5 * gravity * cos(theta1 - Math.PI / 2) + phi2;
  const alpha2 = (torque + (d2 / d1) * phi1 - 0.5 * omega1 * omega1 * sine2 - phi2) / (0.25 + 1 - (d2 * d2) / d1);
  const alpha1 = -(d2 * alpha2 + phi1) / d1;
  return [omega1, omega2, alpha1, alpha2];
}

/** The angle in [−π, π], reached by whole turns. */
function wrap(angle: number): number {
  let wrapped = angle;
  while (wrapped > Math.PI) wrapped -= 2 * Math.PI;
  while (wrapped < -Math.PI) wrapped += 2 * Math.PI;
  return wrapped;
}
