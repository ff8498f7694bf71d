import { CartPole, Catch, checkEnv, type Env, FrameStack, Rng, ShapeError, sizeOf, TimeLimit } from 'deepq';
import fc from 'fast-check';
import { expect, test } from 'vitest';

/** Observations of any shape in which no number occurs twice, in episodes of five steps. */
function numbered(shape: readonly number[]): Env {
  let next = 0;
  let t = 0;
  const observe = (): Float32Array => Float32Array.from({ length: sizeOf(shape) }, () => next++);
  return {
    observationShape: shape,
    actionCount: 1,
    reset: () => {
      t = 0;
      return observe();
    },
    step: () => ({ observation: observe(), reward: 0, terminated: ++t === 5, truncated: false }),
  };
}

const someShape = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 });

test('element (…, j·C + c) is element (…, c) of the j-th observation, oldest first; nothing passes a reset', () => {
  fc.assert(
    fc.property(someShape, fc.integer({ min: 1, max: 5 }), (shape, count) => {
      const [inside, stacked] = [numbered(shape), new FrameStack(numbered(shape), count)];
      const width = shape[shape.length - 1];
      expect(stacked.observationShape).toEqual([...shape.slice(0, -1), width * count]);
      for (let episode = 0; episode < 3; episode++) {
        const seen = [inside.reset()];
        let got = stacked.reset();
        for (let t = 0; t <= 5; t++) {
          // The last `count` observations of this episode, the first one standing in for those before it.
          const history = Array.from({ length: count }, (_, j) => seen[Math.max(0, seen.length - count + j)]);
          const expected = Array.from(got, (_, i) => {
            const [pixel, j, c] = [Math.floor(i / (width * count)), Math.floor(i / width) % count, i % width];
            return history[j][pixel * width + c];
          });
          expect(Array.from(got)).toEqual(expected);
          if (t === 5) break;
          seen.push(inside.step(0).observation);
          got = stacked.step(0).observation;
        }
      }
    }),
  );
});

test('vectors are joined end to end', () => {
  const env = new FrameStack(numbered([2]), 3);
  expect(Array.from(env.reset())).toEqual([0, 1, 0, 1, 0, 1]);
  expect(Array.from(env.step(0).observation)).toEqual([0, 1, 0, 1, 2, 3]);
  expect(Array.from(env.step(0).observation)).toEqual([0, 1, 2, 3, 4, 5]);
  expect(Array.from(env.reset())).toEqual([6, 7, 6, 7, 6, 7]);
});

test('a stack of one changes nothing', () => {
  const [inside, stacked] = [new CartPole(new Rng(2)), new FrameStack(new CartPole(new Rng(2)), 1)];
  expect(stacked.reset()).toEqual(inside.reset());
  for (let t = 0; t < 8; t++) expect(stacked.step(t % 2)).toEqual(inside.step(t % 2));
});

test('keeps the rules of Env, alone and in both orders with a time limit', () => {
  const catching = (): Env => new Catch(new Rng(3));
  for (const env of [
    new FrameStack(catching(), 4),
    new FrameStack(new TimeLimit(catching(), 5), 2),
    new TimeLimit(new FrameStack(catching(), 2), 5),
  ]) {
    checkEnv(env);
  }
});

test('continues from a snapshot with the same history', () => {
  const original = new FrameStack(new CartPole(new Rng(1)), 3);
  original.reset();
  for (let t = 0; t < 5; t++) original.step(t % 2);
  const restored = new FrameStack(new CartPole(new Rng(9)), 3);
  restored.restore(structuredClone(original.state()));
  for (let t = 0; t < 4; t++) expect(restored.step(t % 2)).toEqual(original.step(t % 2));
});

test('refuses counts that are none and observations without an axis', () => {
  for (const count of [0, 2.5]) expect(() => new FrameStack(numbered([2]), count)).toThrow(RangeError);
  expect(() => new FrameStack(numbered([]), 2)).toThrow(ShapeError);
});
