// Screens that are kept once against the plain store, which keeps everything: the same batches, the same future, less memory.

import { type Env, FrameStack, NStep, type ReplayStorage, Rng, sizeOf, type Transition, UniformReplay } from 'deepq';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FramePool } from '../../src/rl/frame-pool.ts';
import { FrameStore } from '../../src/rl/frame-store.ts';

const size = 3;

/** Screens of random bytes, few enough that some recur, in episodes of random length. */
function flicker(rng: Rng, kinds: number): Env {
  const observe = (): Float32Array => {
    const kind = rng.integer(kinds);
    return Float32Array.from({ length: size * size }, (_, i) => (kind * 37 + i * kind) % 256);
  };
  return {
    observationShape: [size, size, 1],
    actionCount: 2,
    reset: observe,
    step: () => ({ observation: observe(), reward: rng.integer(3), terminated: rng.uniform() < 0.1, truncated: rng.uniform() < 0.05 }),
  };
}

/** What an agent with returns of `n` steps would keep of so many steps. */
function transitionsOf(env: Env, n: number, steps: number): Transition[] {
  const nStep = new NStep(n, 0.9);
  const kept: Transition[] = [];
  let observation = env.reset();
  for (let i = 0; i < steps; i++) {
    const step = env.step(0);
    kept.push(...nStep.add(observation, i % 2, step));
    observation = step.terminated || step.truncated ? env.reset() : step.observation;
  }
  return kept;
}

const shape = (stack: number): number[] => [size, size, stack];

function sampled(replay: UniformReplay, seed: number): unknown {
  const batch = replay.sample(8, new Rng(seed));
  return [batch.observation, batch.nextObservation].map(({ data }) => Array.from(data));
}

test('batches are those of the plain store, round the ring, across episodes, from snapshots', () => {
  fc.assert(
    fc.property(
      fc.record({
        seed: fc.nat(),
        capacity: fc.integer({ min: 1, max: 40 }),
        stack: fc.integer({ min: 1, max: 4 }),
        n: fc.integer({ min: 1, max: 5 }),
        kinds: fc.constantFrom(1, 2, 5, 1000),
        steps: fc.integer({ min: 5, max: 120 }),
        scale: fc.constantFrom(1, 1 / 255),
      }),
      ({ seed, capacity, stack, n, kinds, steps, scale }) => {
        const make = (storage: ReplayStorage): UniformReplay => new UniformReplay(capacity, shape(stack), storage, scale);
        const [plain, frames, resumed] = [make('uint8'), make('frames'), make('frames')];
        const transitions = transitionsOf(new FrameStack(flicker(new Rng(seed), kinds), stack), n, steps);
        fc.pre(transitions.length > 0);
        transitions.forEach((transition, i) => {
          for (const replay of [plain, frames, resumed]) replay.add(transition);
          if (i % 7 === 3) resumed.restore(structuredClone(resumed.state()));
          if (i % 5 === 0) expect(sampled(frames, i)).toEqual(sampled(plain, i));
        });
        expect(sampled(frames, 1)).toEqual(sampled(plain, 1));
        expect(resumed.state()).toEqual(frames.state());
      },
    ),
  );
});

test('a game of different screens costs one screen for each step', () => {
  const env: Env = {
    ...flicker(new Rng(1), 1),
    reset: () => numbered(),
    step: () => ({ observation: numbered(), reward: 0, terminated: false, truncated: false }),
  };
  let next = 0;
  const numbered = (): Float32Array => {
    const id = next++;
    return Float32Array.from({ length: size * size }, (_, i) => (i === 0 ? id % 256 : i === 1 ? id >> 8 : 0));
  };
  const capacity = 500;
  const store = new FrameStore(capacity, shape(4), 1);
  const transitions = transitionsOf(new FrameStack(env, 4), 3, 2000);
  for (const [i, { observation, nextObservation }] of transitions.entries()) store.put(i % capacity, observation, nextObservation);
  const { screens } = store.state(capacity);
  expect((screens as Uint8Array).length / (size * size)).toBe(capacity + 3 + 3); // three screens before, three steps after
});

test('a million steps of the 2015 agent: 7,100 bytes each', () => {
  const replay = new UniformReplay(10, [84, 84, 4], 'frames');
  expect(replay.bytesPerTransition).toBe(84 * 84 + 8 * 4 + 12);
  expect(new UniformReplay(10, [84, 84, 4], 'uint8').bytesPerTransition).toBe(2 * 4 * 84 * 84 + 12);
});

test('a screen that nobody shares any more makes room for another', () => {
  const pool = new FramePool(2);
  const [a, b] = [pool.add(Uint8Array.of(1, 2)), pool.add(Uint8Array.of(3, 4))];
  pool.retain(a);
  pool.release(a);
  expect([pool.size, ...pool.read(a)]).toEqual([2, 1, 2]);
  pool.release(a);
  expect(pool.size).toBe(1);
  expect(pool.add(Uint8Array.of(5, 6))).toBe(a);
  expect([...pool.read(a), ...pool.read(b)]).toEqual([5, 6, 3, 4]);
});

test('refuses what it cannot hold, and damaged states', () => {
  expect(() => new FrameStore(5, [4], 1)).toThrow('frames storage holds observations [H, W, stack]; got [4]');
  const replay = new UniformReplay(5, shape(2), 'frames');
  const fill = (value: number): Transition => ({
    observation: new Float32Array(sizeOf(shape(2))).fill(value),
    action: 0,
    reward: 0,
    discount: 0,
    nextObservation: new Float32Array(sizeOf(shape(2))),
  });
  expect(() => replay.add(fill(0.5))).toThrow('whole numbers 0…255');
  replay.add(fill(7));
  const state = replay.state();
  const observations = state['observations'] as { places: Int32Array; screens: Uint8Array };
  for (const damaged of [
    { places: observations.places.map(() => 9) },
    { places: observations.places.map(() => -1) },
    { screens: new Uint8Array(1) },
  ]) {
    expect(() => replay.restore({ ...state, observations: { ...observations, ...damaged } })).toThrow();
  }
  expect(replay.state()).toEqual(state);
});
