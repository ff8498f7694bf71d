// Drawing batches from a full memory and adding to it: the cases of every kind of memory, however it chooses what it draws.

import { backend, type Replay, Rng, type Shape } from '../src/index.ts';
import type { Case } from './case.ts';
import { filledWith, lastNumbers, transitionAt } from './transitions.ts';

export interface Memory {
  readonly name: string;
  /** Of an observation. */
  readonly shape: Shape;
  readonly capacity: number;
  readonly create: () => Replay;
  /** Throws Error unless a batch of so many, of the full memory or of another, is what it should be. */
  readonly checkDraw: (who: string, count: number, full: Replay) => void;
  /** Throws Error unless what is added can be drawn. */
  readonly checkAdd: (who: string) => void;
}

export function memoryCases({ name, shape, capacity, create, checkDraw, checkAdd }: Memory): Case[] {
  const drawn = filledWith(create(), capacity, shape);
  const rng = new Rng(5);
  const draws = [32, 64, 128].map(
    (count): Case => ({
      name: `sample ${count} of ${capacity.toLocaleString('en-US')}, ${name}`,
      work: { amount: count, unit: 'transitions' },
      check() {
        checkDraw(this.name, count, drawn);
      },
      run: () => backend().scope(() => lastNumbers(drawn.sample(count, rng, 0))),
    }),
  );

  const filled = filledWith(create(), capacity, shape);
  const transitions = Array.from({ length: 64 }, (_, i) => transitionAt(i, shape));
  let next = 0;
  const add: Case = {
    name: `add, ${name}`,
    work: { amount: 1, unit: 'transitions' },
    check() {
      checkAdd(this.name);
    },
    run() {
      filled.add(transitions[next++ % 64]);
      return filled.size;
    },
  };
  return [...draws, add];
}
