// The ring against a plain array that remembers the last `capacity` transitions, driven by random commands.

import { FormatError, Rng, type Snapshot, type Transition, UniformReplay } from 'deepq';
import fc from 'fast-check';
import { expect, test } from 'vitest';

function transition(id: number, width: number): Transition {
  return {
    observation: Float32Array.from({ length: width }, (_, i) => (id + i) % 256),
    action: id % 5,
    reward: id / 2,
    discount: (id % 4) / 4,
    nextObservation: Float32Array.from({ length: width }, (_, i) => (id + i + 1) % 256),
  };
}

test.each(['float32', 'uint8'] as const)('a %s ring holds exactly the last transitions', (storage) => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 6 }),
      fc.array(fc.boolean(), { maxLength: 40 }),
      (capacity, width, adds) => {
        const replay = new UniformReplay(capacity, [width], storage);
        const model: Transition[] = [];
        const rng = new Rng(1);
        let id = 0;
        for (const add of adds) {
          if (add) {
            const next = transition(id++, width);
            replay.add(next);
            model.push(next);
            if (model.length > capacity) model.shift();
          } else if (model.length > 0) {
            const batch = replay.sample(7, rng);
            for (let i = 0; i < 7; i++) {
              const got = model.find((each) => each.reward === batch.reward[i]);
              expect(got).toBeDefined();
              expect(batch.action[i]).toBe(got?.action);
              expect(batch.discount[i]).toBe(got?.discount);
              expect(batch.observation.data.slice(i * width, (i + 1) * width)).toEqual(got?.observation);
              expect(batch.nextObservation.data.slice(i * width, (i + 1) * width)).toEqual(got?.nextObservation);
              expect(batch.weight.data[i]).toBe(1);
            }
          }
          expect(replay.size).toBe(model.length);
        }
        const restored = new UniformReplay(capacity, [width], storage);
        restored.restore(replay.state(), 1000);
        expect(restored.state()).toEqual(replay.state());
      },
    ),
  );
});

test('every stored transition is drawn equally often', () => {
  const replay = new UniformReplay(10, [1]);
  for (let id = 0; id < 23; id++) replay.add(transition(id, 1)); // wrapped round more than twice
  const rng = new Rng(7);
  const counts = new Map<number, number>();
  const draws = 100_000;
  for (let i = 0; i < draws / 100; i++)
    for (const reward of replay.sample(100, rng).reward) counts.set(reward, (counts.get(reward) ?? 0) + 1);
  const expected = draws / 10;
  const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  expect([...counts.keys()].sort((a, b) => a - b)).toEqual([6.5, 7, 7.5, 8, 8.5, 9, 9.5, 10, 10.5, 11]);
  expect(chiSquare).toBeLessThan(27.9); // 9 degrees of freedom, p = 0.001
});

test('keeps a copy: what the caller does to its arrays afterwards does not matter', () => {
  const replay = new UniformReplay(2, [2]);
  const given = transition(3, 2);
  replay.add(given);
  given.observation.fill(-1);
  expect(Array.from(replay.sample(1, new Rng(0)).observation.data)).toEqual([3, 4]);
});

test('refuses what could only do harm, and names it', () => {
  const replay = new UniformReplay(4, [2]);
  const bytes = new UniformReplay(4, [2], 'uint8');
  const good = transition(1, 2);
  const nan = Float32Array.of(1, Number.NaN);
  expect(() => new UniformReplay(2 ** 40, [84, 84, 4])).toThrow(
    'replay: 1099511627776 transitions must find 250000000 GB of memory; got a refusal. Choose a smaller replayCapacity',
  );
  expect(() => new UniformReplay(0, [2])).toThrow('replay: capacity must be a positive integer; got 0');
  expect(() => replay.sample(1, new Rng(0))).toThrow('replay: at least one transition must be stored');
  expect(() => replay.add({ ...good, reward: Number.NaN })).toThrow('replay: reward must be finite; got NaN');
  expect(() => replay.add({ ...good, discount: 2 })).toThrow('replay: discount must be in [0, 1]; got 2');
  expect(() => replay.add({ ...good, action: -1 })).toThrow('replay: action must be a non-negative integer; got -1');
  expect(() => replay.add({ ...good, observation: Float32Array.of(1) })).toThrow('replay: observation must hold 2 numbers; got 1');
  expect(() => replay.add({ ...good, nextObservation: nan })).toThrow('replay: nextObservation must be finite; got NaN at 1');
  expect(() => bytes.add({ ...good, observation: Float32Array.of(0.5, 1) })).toThrow('uint8 storage holds whole numbers 0…255');
  expect(() => bytes.add({ ...good, observation: Float32Array.of(256, 1) })).toThrow('uint8 storage holds whole numbers 0…255');
  expect(replay.size).toBe(0);
});

test('refuses a state with what could not have been stored', () => {
  const replay = new UniformReplay(5, [1]);
  for (let id = 0; id < 3; id++) replay.add(transition(id, 1));
  const state = replay.state();
  const observation = Float32Array.of(0, Number.POSITIVE_INFINITY, 0);
  const observations = { ...(state['observations'] as Snapshot), observation };
  const damages: [Snapshot, string][] = [
    [{ action: Int32Array.of(0, 0, 3) }, 'replay: every action must be in 0…2; got 3'],
    [{ action: Int32Array.of(0, -1, 0) }, 'replay: every action must be in 0…2; got -1'],
    [{ reward: Float32Array.of(0, Number.NaN, 0) }, '"reward" must be finite; got NaN at place 1'],
    [{ discount: Float32Array.of(0, 1, 1.5) }, 'replay: every discount must be in [0, 1]; got 1.5'],
    [{ discount: Float32Array.of(0, -1, 0) }, 'replay: every discount must be in [0, 1]; got -1'],
    [{ observations }, '"observation" must be finite; got Infinity at place 1'],
    [{ next: 4 }, 'a state must fit a capacity of 5; got size 3 and next 4'],
  ];
  const restored = new UniformReplay(5, [1]);
  for (const [damage, message] of damages) {
    expect(() => restored.restore({ ...state, ...damage }, 3)).toThrow(FormatError);
    expect(() => restored.restore({ ...state, ...damage }, 3)).toThrow(message);
  }
  expect(restored.size).toBe(0);
  restored.restore(state, 3);
  expect(restored.state()).toEqual(state);
});

test('refuses a state that does not fit', () => {
  const small = new UniformReplay(2, [1]);
  const large = new UniformReplay(9, [1]);
  for (let id = 0; id < 5; id++) large.add(transition(id, 1));
  expect(() => small.restore(large.state(), 1)).toThrow('a state must fit a capacity of 2');
});
