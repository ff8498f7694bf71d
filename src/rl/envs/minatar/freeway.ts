// Freeway of MinAtar [Young & Tian 2019]: a chicken crosses a road of eight lanes as often as it can.

import { FormatError, readCount, readIndex, readInteger, readList, readSnapshot, type Snapshot } from '../../../nn/index.ts';
import type { Rng } from '../../../tensor/index.ts';
import type { MinAtarChannel } from './drawing.ts';
import { boardSize, clamp, down, MinAtarGame, type MinAtarOptions, type MinAtarRules, up } from './minatar-game.ts';

/** A lane is as slow as its number says: a car of speed 1 waits one step between moves, of speed 5 five. */
const slowest = 5;
const trailOf = (speed: number): MinAtarChannel => {
  const brightness = 170 - 22 * speed;
  return { name: `trail of speed ${speed}`, glyph: '·', color: [brightness, brightness, brightness], trail: true };
};

export const freewayRules: MinAtarRules = {
  name: 'Freeway',
  channels: [
    { name: 'chicken', glyph: 'Y', color: [245, 200, 60] },
    { name: 'car', glyph: 'H', color: [225, 70, 70] },
    ...Array.from({ length: slowest }, (_, i) => trailOf(i + 1)),
  ],
  minimalActions: [0, 2, 4],
};
const [chickenChannel, carChannel] = [0, 1];

const carCount = 8;
const chickenX = 4;
/** The pavement, where the chicken starts and where a car sends it back to. */
const pavement = boardSize - 1;

interface Car {
  x: number;
  /** Steps to its next move. */
  timer: number;
  /** ±1 to ±5: the sign is the direction, right if positive; the size is how many steps it waits between moves. */
  velocity: number;
}

interface Situation {
  y: number;
  /** Steps until the chicken can move again. */
  moveTimer: number;
  stepsLeft: number;
  /** Car i is in row i + 1. */
  cars: Car[];
}

/**
 * The chicken starts in the bottom row of column 4 and may move up or down by one row every fourth step. Eight cars drive
 * round and round in rows 1 to 8, each with a direction and a speed of its own, drawn at the reset and anew whenever the
 * chicken reaches the top row, which pays 1 and puts it back to the bottom. A car that meets it puts it back too. The episode
 * terminates after 2501 steps. There is no ramping.
 */
export class Freeway extends MinAtarGame {
  #now: Situation = opening();

  constructor(rng: Rng, options: MinAtarOptions = {}) {
    super(freewayRules, rng, options);
  }

  protected begin(): void {
    this.#now = opening();
    this.#drawVelocities();
  }

  protected advance(action: number): number {
    const now = this.#now;
    if ((action === up || action === down) && now.moveTimer === 0) {
      now.moveTimer = 3;
      now.y = clamp(now.y + (action === up ? -1 : 1));
    }
    let reward = 0;
    if (now.y === 0) {
      reward = 1;
      this.#drawVelocities();
      now.y = pavement;
    }
    for (let i = 0; i < carCount; i++) {
      const car = now.cars[i];
      this.#touch(i);
      if (car.timer === 0) {
        car.timer = Math.abs(car.velocity);
        car.x = onRing(car.x + Math.sign(car.velocity));
        this.#touch(i);
      } else {
        car.timer--;
      }
    }
    if (now.moveTimer > 0) now.moveTimer--;
    if (now.stepsLeft > 0) now.stepsLeft--; // a file may say that none is left
    if (now.stepsLeft === 0) this.end();
    return reward;
  }

  /** All speeds first, then all directions. The cars stay where they are. */
  #drawVelocities(): void {
    const { cars } = this.#now;
    for (const car of cars) car.timer = this.rng.integer(1, slowest + 1);
    for (const car of cars) car.velocity = this.rng.uniform() > 0.5 ? car.timer : -car.timer;
  }

  /** Car i sends the chicken back if it is where the chicken is. */
  #touch(i: number): void {
    const now = this.#now;
    if (now.cars[i].x === chickenX && i + 1 === now.y) now.y = pavement;
  }

  protected paint(observation: Float32Array): void {
    const { y, cars } = this.#now;
    this.mark(observation, chickenChannel, chickenX, y);
    for (let i = 0; i < carCount; i++) {
      const { x, velocity } = cars[i];
      this.mark(observation, carChannel, x, i + 1);
      this.mark(observation, carChannel + Math.abs(velocity), onRing(x - Math.sign(velocity)), i + 1);
    }
  }

  protected save(): Snapshot {
    return { ...this.#now, cars: this.#now.cars.map((car) => ({ ...car })) };
  }

  protected load(situation: Snapshot): void {
    this.#now = {
      y: readIndex(situation, 'y', boardSize),
      moveTimer: readCount(situation, 'moveTimer'),
      stepsLeft: readCount(situation, 'stepsLeft'),
      cars: readList(situation, 'cars', readCar, carCount),
    };
  }
}

const opening = (): Situation => ({
  y: pavement,
  moveTimer: 3,
  stepsLeft: 2501,
  cars: Array.from({ length: carCount }, () => ({ x: 0, timer: 1, velocity: 1 })),
});

/** One step beyond an end of the board is its other end. */
const onRing = (x: number): number => (x + boardSize) % boardSize;

function readCar(list: Snapshot, name: string): Car {
  const car = readSnapshot(list, name);
  const velocity = readInteger(car, 'velocity', -slowest, slowest);
  if (velocity === 0) throw new FormatError('snapshot: "velocity" must not be 0');
  return { x: readIndex(car, 'x', boardSize), timer: readCount(car, 'timer'), velocity };
}
