// Screens that are kept once against the plain store, which keeps everything: the same batches, the same future, less memory.

import { type Env, FormatError, FrameStack, NStep, type ReplayStorage, Rng, sizeOf, type Transition, UniformReplay } from 'deepq';
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
          if (i % 7 === 3) resumed.restore(structuredClone(resumed.state()), 2);
          if (i % 5 === 0) expect(sampled(frames, i)).toEqual(sampled(plain, i));
        });
        expect(sampled(frames, 1)).toEqual(sampled(plain, 1));
        expect(resumed.state()).toEqual(frames.state());
      },
    ),
  );
});

/** A game in which no two screens are equal. */
function numbered(): Env {
  let next = 0;
  const observe = (): Float32Array => {
    const id = next++;
    return Float32Array.from({ length: size * size }, (_, i) => (i === 0 ? id % 256 : i === 1 ? id >> 8 : 0));
  };
  return {
    ...flicker(new Rng(1), 1),
    reset: observe,
    step: () => ({ observation: observe(), reward: 0, terminated: false, truncated: false }),
  };
}

test.each([1, 8, 64])('a game of different screens costs one screen for each step, in turn with copies or alone: %i', (copies) => {
  const capacity = 640;
  const n = 3;
  const store = new FrameStore(capacity, shape(4), 1);
  const game = numbered();
  const played = Array.from({ length: copies }, () => transitionsOf(new FrameStack(game, 4), n, 2000 / copies));
  const turns = played[0].flatMap((_, i) => played.map((transitions) => transitions[i]));
  for (const [i, { observation, nextObservation }] of turns.entries()) store.put(i % capacity, observation, nextObservation);
  const screens = store.state(capacity)['screens'] as Uint8Array[];
  const perCopy = 3 + n; // three screens before, n steps after
  expect(screens.reduce((sum, { length }) => sum + length, 0) / (size * size)).toBe(capacity + copies * perCopy);
});

test('a million steps of the 2015 agent: 7,100 bytes each', () => {
  const replay = new UniformReplay(10, [84, 84, 4], 'frames');
  expect(replay.bytesPerTransition).toBe(84 * 84 + 8 * 4 + 12);
  expect(new UniformReplay(10, [84, 84, 4], 'uint8').bytesPerTransition).toBe(2 * 4 * 84 * 84 + 12);
});

test('a screen that nobody shares any more makes room for another', () => {
  const pool = new FramePool(2);
  const [a, b] = [pool.keep(Uint8Array.of(1, 2)), pool.keep(Uint8Array.of(3, 4))];
  expect(pool.keep(Uint8Array.of(1, 2))).toBe(a);
  pool.release(a);
  expect([pool.size, ...pool.read(a)]).toEqual([2, 1, 2]);
  pool.release(a);
  expect(pool.size).toBe(1);
  expect(pool.keep(Uint8Array.of(5, 6))).toBe(a);
  expect([...pool.read(a), ...pool.read(b)]).toEqual([5, 6, 3, 4]);
  expect(pool.keep(Uint8Array.of(1, 2))).not.toBe(a); // what was there is forgotten
});

test('equal screens are one, others never, even where hashes are equal', () => {
  // Two pairs of one hash each, found by trying.
  const screens = [
    [159, 98, 198, 96, 2, 233],
    [161, 43, 120, 31, 151, 20],
    [108, 60, 120, 213, 89, 71],
    [124, 140, 202, 66, 15, 124],
  ].map((bytes) => Uint8Array.from(bytes));
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat({ max: 3 }), fc.boolean()), { maxLength: 60 }), (moves) => {
      const pool = new FramePool(6);
      const shares = [0, 0, 0, 0];
      const places = [-1, -1, -1, -1];
      for (const [which, keeps] of moves) {
        if (keeps) {
          const place = pool.keep(screens[which]);
          if (shares[which]++ > 0) expect(place).toBe(places[which]);
          places[which] = place;
        } else if (shares[which] > 0) {
          shares[which]--;
          pool.release(places[which]);
        }
        for (let i = 0; i < 4; i++) if (shares[i] > 0) expect(pool.read(places[i])).toEqual(screens[i]);
        expect(pool.size).toBe(shares.filter((count) => count > 0).length);
      }
    }),
  );
});

test('a snapshot comes in pieces, so that no number of screens is too many for one array', () => {
  const create = (): FrameStore => new FrameStore(20, shape(2), 1, 3 * size * size); // three screens in a piece
  const store = create();
  const screens = (value: number): Float32Array => new Float32Array(sizeOf(shape(2))).map((_, i) => value + (i % 2));
  for (let slot = 0; slot < 20; slot++) store.put(slot, screens(2 * slot), screens(2 * slot + 1));
  const state = store.state(20);
  const pieces = state['screens'] as Uint8Array[];
  expect(pieces.map((piece) => piece.length / size ** 2)).toEqual([...Array.from({ length: 13 }, () => 3), 2]); // 41 screens
  const restored = create();
  restored.restore(state, 20);
  expect(restored.state(20)).toEqual(state);
  const all = Int32Array.from({ length: 20 }, (_, i) => i);
  for (const side of ['observation', 'nextObservation'] as const) expect(restored.gather(side, all)).toEqual(store.gather(side, all));
  for (const damaged of [pieces.slice(1), [...pieces].reverse(), [...pieces, new Uint8Array(0)], pieces[0]]) {
    expect(() => create().restore({ ...state, screens: damaged }, 20)).toThrow(FormatError);
  }
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
  const observations = state['observations'] as { places: Int32Array; screens: Uint8Array[] };
  for (const damaged of [
    { places: observations.places.map(() => 9) },
    { places: observations.places.map(() => -1) },
    { screens: [new Uint8Array(1)] },
  ]) {
    expect(() => replay.restore({ ...state, observations: { ...observations, ...damaged } }, 1)).toThrow(FormatError);
  }
  expect(replay.state()).toEqual(state);
});
