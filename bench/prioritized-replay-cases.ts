// Drawing by priority, beside the uniform draws of the same batches: a walk down the sum tree for each transition, a power for each
// weight and for each new priority.

import { backend, PrioritizedReplay, Rng, type Shape } from '../src/index.ts';
import type { Case } from './case.ts';
import { memoryCases } from './memory-cases.ts';
import { checkBatch, filledWith, transitionAt } from './transitions.ts';

const shape: Shape = [4];
const capacity = 100_000;
const [alpha, beta, epsilon] = [0.6, 0.4, 1e-6];

export function prioritizedCases(): Case[] {
  const cases = memoryCases({
    name: 'vector 4 float32, prioritized',
    shape,
    capacity,
    create: () => create(capacity),
    checkDraw,
    checkAdd: (who) => checkDraw(who, 64),
  });
  const replay = filledWith(create(capacity), capacity, shape);
  const rng = new Rng(5);
  const slots = new Int32Array(32).map(() => rng.integer(capacity));
  const errors = new Float32Array(32).map(() => rng.uniform());
  const reprioritize: Case = {
    name: `reprioritize 32 of ${capacity.toLocaleString('en-US')}`,
    work: { amount: 32, unit: 'transitions' },
    check() {
      checkDraw(this.name, 64);
    },
    run() {
      replay.reprioritize(slots, errors);
      return replay.size;
    },
  };
  return [...cases, reprioritize];
}

const create = (size: number): PrioritizedReplay =>
  new PrioritizedReplay(size, shape, 'float32', { alpha, beta: { kind: 'constant', value: beta }, epsilon });

/**
 * A draw after additions round the ring, new priorities, and more additions, against a search through running sums: transition i is
 * drawn with pᵢ / Σ p, one from each of equal strata, and has the weight (min p / pᵢ)^β   [Schaul 2016, §3.3, §3.4].
 */
function checkDraw(who: string, count: number): void {
  const size = 1000;
  const replay = filledWith(create(size), 1500, shape);
  const held = Array.from({ length: size }, (_, slot) => (slot < 500 ? slot + size : slot));
  const priorities = new Array<number>(size).fill(1); // the largest so far, while nothing has surprised
  const slots = Int32Array.from({ length: 300 }, (_, i) => 3 * i);
  const errors = Float32Array.from(slots, (slot) => (slot % 11) / 4);
  replay.reprioritize(slots, errors);
  for (const [i, slot] of slots.entries()) priorities[slot] = (errors[i] + epsilon) ** alpha;
  const largest = Math.max(...priorities);
  for (let slot = 500; slot < 510; slot++) {
    replay.add(transitionAt(slot + size, shape));
    held[slot] = slot + size;
    priorities[slot] = largest;
  }

  const total = priorities.reduce((sum, p) => sum + p, 0);
  const luck = new Rng(6);
  const drawn = Array.from({ length: count }, (_, i) => {
    let rest = ((i + luck.uniform()) * total) / count;
    return priorities.findIndex((p) => {
      rest -= p;
      return rest < 0;
    });
  });
  const least = Math.min(...drawn.map((slot) => priorities[slot]));
  const weights = drawn.map((slot) => (least / priorities[slot]) ** beta);
  const wanted = drawn.map((slot) => transitionAt(held[slot], shape));
  backend().scope(() => checkBatch(who, replay.sample(count, new Rng(6), 0), wanted, weights));
}
