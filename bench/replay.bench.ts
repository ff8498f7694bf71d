// The memory: drawing batches, which reads rows at random places, and adding transitions one after another. The images are
// 84 × 84 × 4 bytes, so that ten thousand transitions fill 564 MB and hardly a read finds its row in a cache. What it costs to draw
// by priority is measured beside it, and what of that is the sum tree.

import { backend, type ReplayStorage, Rng, type Shape, UniformReplay } from '../src/index.ts';
import type { Case, Group } from './case.ts';
import { memoryCases } from './memory-cases.ts';
import { prioritizedCases } from './prioritized-replay-cases.ts';
import { sumTreeCases } from './sum-tree-cases.ts';
import { checkBatch, filledWith, transitionAt } from './transitions.ts';

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
  return memoryCases({
    name,
    shape,
    capacity,
    create: () => new UniformReplay(capacity, shape, storage),
    checkDraw(who, count, full) {
      const slots = new Rng(6);
      const wanted = Array.from({ length: count }, () => transitionAt(slots.integer(capacity), shape));
      backend().scope(() => checkBatch(who, full.sample(count, new Rng(6), 0), wanted));
    },
    checkAdd(who) {
      const small = filledWith(new UniformReplay(3, shape, storage), 5, shape);
      const order = [3, 4, 2]; // the ring after five additions: the first two are overwritten
      const slots = new Rng(7);
      const wanted = Array.from({ length: 16 }, () => transitionAt(order[slots.integer(3)], shape));
      backend().scope(() => checkBatch(who, small.sample(16, new Rng(7)), wanted));
    },
  });
}
