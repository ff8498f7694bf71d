// The memory: drawing batches, which reads rows at random places, and adding transitions one after another. The images are
// 84 × 84 × 4 bytes, so that ten thousand transitions fill 564 MB and hardly a read finds its row in a cache.

import { type Batch, backend, type ReplayStorage, Rng, type Shape, sizeOf, type Transition, UniformReplay } from '../src/index.ts';
import { type Case, checkClose, type Group } from './case.ts';

export const replay: Group = {
  name: 'replay',
  description: 'UniformReplay: sample() and add()',
  createCases: () => [
    ...memory('vector 4 float32', [4], 100_000, 'float32'),
    ...memory('image 84×84×4 uint8', [84, 84, 4], 10_000, 'uint8'),
  ],
};

function memory(name: string, shape: Shape, capacity: number, storage: ReplayStorage): Case[] {
  const stored = new UniformReplay(capacity, shape, storage);
  for (let i = 0; i < capacity; i++) stored.add(transitionAt(i, shape));
  const rng = new Rng(5);
  const samples = [32, 64, 128].map((count): Case => {
    const who = `sample ${count} of ${capacity.toLocaleString('en-US')}, ${name}`;
    return {
      name: who,
      work: { amount: count, unit: 'transitions' },
      check() {
        const slots = new Rng(6);
        const wanted = Array.from({ length: count }, () => transitionAt(slots.integer(capacity), shape));
        backend().scope(() => checkBatch(who, stored.sample(count, new Rng(6)), wanted));
      },
      run: () => backend().scope(() => lastNumbers(stored.sample(count, rng))),
    };
  });

  const filled = new UniformReplay(capacity, shape, storage);
  const transitions = Array.from({ length: 64 }, (_, i) => transitionAt(i, shape));
  let next = 0;
  const add: Case = {
    name: `add, ${name}`,
    work: { amount: 1, unit: 'transitions' },
    check() {
      const small = new UniformReplay(3, shape, storage);
      for (const transition of transitions.slice(0, 5)) small.add(transition);
      const order = [3, 4, 2]; // the ring after five additions: the first two are overwritten
      const slots = new Rng(7);
      const wanted = Array.from({ length: 16 }, () => transitions[order[slots.integer(3)]]);
      backend().scope(() => checkBatch(this.name, small.sample(16, new Rng(7)), wanted));
    },
    run() {
      filled.add(transitions[next++ % 64]);
      return filled.size;
    },
  };
  return [...samples, add];
}

/** The i-th transition, every part of which says i in some way; all numbers are whole and below 256. */
const transitionAt = (i: number, shape: Shape): Transition => ({
  observation: new Float32Array(sizeOf(shape)).fill(i % 251),
  action: i % 7,
  reward: i,
  discount: i % 2,
  nextObservation: new Float32Array(sizeOf(shape)).fill((i + 1) % 241),
});

function checkBatch(who: string, batch: Batch, wanted: readonly Transition[]): void {
  const column = (read: (transition: Transition) => ArrayLike<number>): number[] => wanted.flatMap((one) => Array.from(read(one)));
  checkClose(
    `${who}: observation`,
    batch.observation.data,
    column((one) => one.observation),
    0,
  );
  checkClose(
    `${who}: nextObservation`,
    batch.nextObservation.data,
    column((one) => one.nextObservation),
    0,
  );
  checkClose(
    `${who}: action`,
    batch.action,
    column((one) => [one.action]),
    0,
  );
  checkClose(
    `${who}: reward`,
    batch.reward,
    column((one) => [one.reward]),
    0,
  );
  checkClose(
    `${who}: discount`,
    batch.discount,
    column((one) => [one.discount]),
    0,
  );
  checkClose(
    `${who}: weight`,
    batch.weight.data,
    column(() => [1]),
    0,
  );
}

/** A number that depends on every column. */
function lastNumbers({ observation, nextObservation, action, reward, discount }: Batch): number {
  const last = action.length - 1;
  return observation.data[observation.data.length - 1] + nextObservation.data[0] + action[last] + reward[last] + discount[last];
}
