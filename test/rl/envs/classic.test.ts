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
