// What the recordings of the classic control tasks cannot show: where episodes begin, and that the reward of each task fits its ends.

import { Acrobot, CartPole, type Env, MountainCar, Rng } from 'deepq';
import { expect, test } from 'vitest';

/** The first states of so many episodes, one list per variable. */
function starts(create: (rng: Rng) => Env, episodes: number): number[][] {
  const env = create(new Rng(1));
  const states = Array.from({ length: episodes }, () => {
    env.reset();
    return env.state!()['state'] as number[];
  });
  return states[0].map((_, variable) => states.map((state) => state[variable]));
}

/** Throws unless the sample fills [low, high) evenly: its bounds, mean and variance are those of U(low, high). */
function expectUniform(sample: readonly number[], low: number, high: number): void {
  const width = high - low;
  const mean = sample.reduce((sum, x) => sum + x, 0) / sample.length;
  const variance = sample.reduce((sum, x) => sum + (x - mean) ** 2, 0) / sample.length;
  expect(Math.min(...sample)).toBeGreaterThanOrEqual(low);
  expect(Math.max(...sample)).toBeLessThan(high);
  expect(Math.min(...sample)).toBeLessThan(low + 0.01 * width);
  expect(Math.max(...sample)).toBeGreaterThan(high - 0.01 * width);
  expect(Math.abs(mean - (low + high) / 2)).toBeLessThan(0.02 * width);
  expect(variance / (width ** 2 / 12)).toBeCloseTo(1, 1);
}

test('CartPole begins with four numbers from U(−0.05, 0.05)', () => {
  for (const variable of starts((rng) => new CartPole(rng), 3000)) expectUniform(variable, -0.05, 0.05);
});

test('MountainCar begins at rest at U(−0.6, −0.4)', () => {
  const [position, velocity] = starts((rng) => new MountainCar(rng), 3000);
  expectUniform(position, -0.6, -0.4);
  expect(velocity.every((v) => v === 0)).toBe(true);
});

test('Acrobot begins with four float32 numbers from U(−0.1, 0.1)', () => {
  for (const variable of starts((rng) => new Acrobot(rng), 3000)) {
    expectUniform(variable, -0.1, 0.1);
    expect(variable.every((x) => x === Math.fround(x))).toBe(true);
  }
});

test('the first observation is the float32 rounding of the first state', () => {
  for (const env of [new CartPole(new Rng(2)), new MountainCar(new Rng(2))]) {
    const observation = env.reset();
    expect(observation).toEqual(Float32Array.from(env.state()['state'] as number[]));
  }
});

test('CartPole draws its cart and the lean of its pole', () => {
  const env = new CartPole(new Rng(0));
  env.restore({ ...env.state(), state: [0, 0, 0.1, 0], running: true });
  expect(env.render()).toBe(`${' '.repeat(20)}/\n${'_'.repeat(20)}■${'_'.repeat(20)}`);
});

/** The place of a symbol in a picture, and how far below its upper edge. */
function find(picture: string, symbol: string): { row: number; column: number } {
  const row = picture.split('\n').findIndex((line) => line.includes(symbol));
  return { row, column: picture.split('\n')[row]?.indexOf(symbol) };
}

test('MountainCar draws its car on the road, lowest in the valley, and the goal at 0.5', () => {
  const env = new MountainCar(new Rng(0));
  const at = (position: number): string => {
    env.restore({ ...env.state(), state: [position, 0], running: true });
    return env.render();
  };
  for (const position of [-1.2, -0.9, -Math.PI / 6, -0.2, 0.1, 0.3, 0.6]) {
    const lines = at(position).split('\n');
    const { row, column } = find(at(position), '■');
    expect(column).toBe(Math.round((position + 1.2) * 30));
    expect(lines[row + 1][column]).toBe('·');
    expect(Math.abs(row - 5 * (1 - Math.sin(3 * position)))).toBeLessThan(1.5); // rounding of the height, and of the place
    for (let c = 0; c < 55; c++) expect(lines.filter((line) => line[c] === '·')).toHaveLength(1);
  }
  expect(find(at(-0.5), '+')).toEqual({ row: 0, column: 51 });
  expect(find(at(0.5), '■')).toEqual({ row: 0, column: 51 });
  expect(at(-0.5).split('\n').slice(9)).toEqual([
    `${' '.repeat(10)}···${' '.repeat(16)}··${' '.repeat(24)}`,
    `${' '.repeat(13)}···${' '.repeat(5)}■${' '.repeat(3)}····${' '.repeat(26)}`,
    `${' '.repeat(16)}·········${' '.repeat(30)}`,
  ]);
});

test('Acrobot draws its two links, and the height that the free end must pass', () => {
  const env = new Acrobot(new Rng(0));
  const at = (theta1: number, theta2: number): string => {
    env.restore({ ...env.state(), state: [theta1, theta2, 0, 0], running: true });
    return env.render();
  };
  expect(find(at(0, 0), '+')).toEqual({ row: 8, column: 16 });
  expect(at(0, 0).split('\n')[4]).toBe('·'.repeat(33));
  expect(at(Math.PI / 2, 0).split('\n')[8]).toBe(`${' '.repeat(16)}+${'o'.repeat(7)}O${'o'.repeat(7)}■`);
  for (const [theta1, theta2] of [
    [0, 0],
    [1, 1],
    [-2, 0.5],
    [3, -3],
    [Math.PI, 0],
  ]) {
    const { row, column } = find(at(theta1, theta2), '■');
    const height = -Math.cos(theta1) - Math.cos(theta1 + theta2);
    expect(Math.abs((8 - row) / 4 - height)).toBeLessThanOrEqual(1 / 8 + 1e-9); // half a row
    expect(Math.abs((column - 16) / 8 - Math.sin(theta1) - Math.sin(theta1 + theta2))).toBeLessThanOrEqual(1 / 16 + 1e-9);
  }
});
