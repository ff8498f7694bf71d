import { Catch, FormatError, Rng } from 'deepq';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const board = fc
  .record({ rows: fc.integer({ min: 2, max: 12 }), columns: fc.integer({ min: 1, max: 9 }) })
  .filter(({ rows, columns }) => rows > Math.floor(columns / 2));

/** Where the ball is, from the observation: the first 1. The paddle is the last; both may be one cell at the end. */
function read(observation: Float32Array, columns: number): { ball: number; paddle: number } {
  return { ball: observation.indexOf(1) % columns, paddle: observation.lastIndexOf(1) % columns };
}

test('every start can be caught: following the ball always returns 1', () => {
  fc.assert(
    fc.property(board, fc.integer(), ({ rows, columns }, seed) => {
      const env = new Catch(new Rng(seed), { rows, columns });
      let observation = env.reset();
      for (let t = 1; t < rows; t++) {
        const { ball, paddle } = read(observation, columns);
        const step = env.step(1 + Math.sign(ball - paddle));
        expect([step.reward, step.terminated, step.truncated]).toEqual(t === rows - 1 ? [1, true, false] : [0, false, false]);
        observation = step.observation;
      }
    }),
  );
});

test('whatever is done, the last step pays 1 exactly when the paddle is under the ball, and −1 otherwise', () => {
  fc.assert(
    fc.property(fc.integer(), fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 9, maxLength: 9 }), (seed, actions) => {
      const env = new Catch(new Rng(seed));
      const first = read(env.reset(), 5);
      const steps = actions.map((action) => env.step(action));
      const paddle = actions.reduce((column, action) => Math.min(Math.max(column + action - 1, 0), 4), 2);
      const { observation, reward, terminated } = steps[8];
      expect([reward, terminated]).toEqual([paddle === first.ball ? 1 : -1, true]);
      expect(observation[45 + paddle]).toBe(1);
      expect(observation[45 + first.ball]).toBe(1);
      expect(steps.slice(0, 8).every((step) => step.reward === 0 && !step.terminated)).toBe(true);
    }),
  );
});

test('shows one ball and one paddle; the paddle begins in the middle, the ball anywhere in the top row', () => {
  const env = new Catch(new Rng(5));
  const counts = [0, 0, 0, 0, 0];
  for (let i = 0; i < 5000; i++) {
    const observation = env.reset();
    expect(observation.reduce((sum, x) => sum + x)).toBe(2);
    expect(observation[47]).toBe(1);
    counts[observation.indexOf(1)]++;
  }
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
});

test('draws its board', () => {
  const env = new Catch(new Rng(0), { rows: 3, columns: 3 });
  env.restore({ ...env.state(), ballRow: 1, ballColumn: 0, paddle: 2, running: true });
  expect(env.render()).toBe('· · ·\no · ·\n· · =');
});

test('refuses boards too flat to reach the ball, and a running episode whose ball has landed', () => {
  expect(() => new Catch(new Rng(0), { rows: 2, columns: 5 })).toThrow('Catch.rows: must be an integer of at least 3; got 2');
  const env = new Catch(new Rng(0));
  expect(() => env.restore({ ...env.state(), ballRow: 9, running: true })).toThrow(FormatError);
});
