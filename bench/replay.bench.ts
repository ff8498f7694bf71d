// The memory: drawing batches, which reads rows at random places, and adding transitions one after another. The images are
// 84 × 84 × 4 bytes, so that ten thousand transitions fill 564 MB and hardly a read finds its row in a cache. What it costs to draw
// by priority is measured beside it, and what of that is the sum tree.

import { backend, type ReplayStorage, Rng, type Shape, UniformReplay } from '../src/index.ts';
import type { Case, Group } from './case.ts';
import { prioritizedCases } from './prioritized-replay-cases.ts';
import { sumTreeCases } from './sum-tree-cases.ts';
import { checkBatch, lastNumbers, transitionAt } from './transitions.ts';

export const replay: Group = {
  name: 'replay',
  description: 'UniformReplay and PrioritizedReplay: sample(), add(), reprioritize(); and SumTree alone',
  createCases: () => [
    ...memory('vector 4 float32', [4], 100_000, 'float32'),
    ...prioritizedCases(),
    ...sumTreeCases(),
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
