import { createEvaluationEnv, createVectorEnv, DeepSea, FormatError, Rng, type Snapshot } from 'deepq';
import fc from 'fast-check';
import { expect, test } from 'vitest';

/** A second telling of the rules: column and reward for each steering, true meaning right. */
function reference(size: number, rights: readonly boolean[]): { column: number; reward: number }[] {
  let column = 0;
  return rights.map((right) => {
    const reward = right ? (column === size - 1 ? 1 : 0) - 0.01 / size : 0;
    column = right ? Math.min(column + 1, size - 1) : Math.max(column - 1, 0);
    return { column, reward };
  });
}

/** The action that steers this way where the diver is. */
function steer(env: DeepSea, right: boolean): number {
  const { row, column, rightAction } = env.state();
  const [size] = env.observationShape;
  const action = (rightAction as Uint8Array)[Number(row) * size + Number(column)];
  return right ? action : 1 - action;
}

const dive = fc.integer({ min: 1, max: 12 }).chain((size) => fc.array(fc.boolean(), { minLength: size, maxLength: size }));

test('follows the rules on every dive', () => {
  fc.assert(
    fc.property(dive, fc.integer(), (rights, seed) => {
      const size = rights.length;
      const env = new DeepSea(new Rng(seed), { size });
      expect(env.reset().indexOf(1)).toBe(0);
      reference(size, rights).forEach(({ column, reward }, row) => {
        const step = env.step(steer(env, rights[row]));
        expect(step.reward).toBe(reward);
        expect(step.terminated).toBe(row === size - 1);
        expect(step.observation.indexOf(1)).toBe(row === size - 1 ? -1 : (row + 1) * size + column);
      });
    }),
  );
});

test('always right returns 0.99, and it is the best of all dives', () => {
  const size = 8;
  const returnOf = (code: number): number =>
    reference(
      size,
      Array.from({ length: size }, (_, row) => ((code >> row) & 1) === 1),
    ).reduce((sum, { reward }) => sum + reward, 0);
  const returns = Array.from({ length: 2 ** size }, (_, code) => returnOf(code));
  expect(returns[2 ** size - 1]).toBeCloseTo(0.99, 12);
  expect(returns.filter((r) => r > 0)).toHaveLength(1);
});

test('the table is drawn once, with the seed, and both actions steer right about equally often', () => {
  const table = (seed: number): Uint8Array => new DeepSea(new Rng(seed), { size: 40 }).state()['rightAction'] as Uint8Array;
  expect(table(1)).toEqual(table(1));
  expect(table(1)).not.toEqual(table(2));
  expect(Math.abs(table(1).reduce((sum, x) => sum + x, 0) - 800)).toBeLessThan(100);
  const env = new DeepSea(new Rng(1), { size: 40 });
  env.reset();
  env.reset();
  expect(env.state()['rightAction']).toEqual(table(1));
});

test('by its name it is one sea for all seeds: copies learn in the same, and are scored in it', () => {
  const copies = createVectorEnv('DeepSea', 3, new Rng(1)).state()['copies'] as unknown as { readonly env: Snapshot }[];
  const { rightAction } = createEvaluationEnv('DeepSea', new Rng(2)).state!();
  expect(copies.map(({ env }) => env['rightAction'])).toEqual([rightAction, rightAction, rightAction]);
});

test('draws the diver and the treasure, and at the end the sea alone', () => {
  const env = new DeepSea(new Rng(0), { size: 3 });
  env.reset();
  expect(env.render()).toBe('A · ·\n· · ·\n· · +');
  env.step(steer(env, true));
  expect(env.render()).toBe('· · ·\n· A ·\n· · +');
  env.step(steer(env, true));
  expect(env.render()).toBe('· · ·\n· · ·\n· · A');
  env.step(steer(env, true));
  expect(env.render()).toBe('· · ·\n· · ·\n· · +');
});

test('refuses impossible snapshots', () => {
  const env = new DeepSea(new Rng(0), { size: 3 });
  env.reset();
  expect(() => env.restore({ ...env.state(), rightAction: new Uint8Array(9).fill(2) })).toThrow(FormatError);
  expect(() => env.restore({ ...env.state(), row: 3 })).toThrow(FormatError);
  expect(() => env.restore({ ...env.state(), column: 3 })).toThrow(FormatError);
});
