// The one to three floats that are left when a length is no multiple of four. They are read and written lane by lane, so that
// nothing beyond the end of a buffer is touched; the lanes that stand for nothing hold zeros.

import type { Callable } from './assembler.ts';
import { result } from './code.ts';
import { i32, v128 } from './expressions.ts';
import type { ModuleBuilder } from './module.ts';

export interface Tails {
  /** (address, count) → the `count` floats at the address, then zeros. Count is 1, 2 or 3. */
  readonly load: Callable;
  /** (address, value, count): memory at the address ← the first `count` lanes. */
  readonly store: Callable;
  /** The address of room for `mostBuffers` vectors, where the tails of several buffers can be worked on as whole vectors. */
  readonly room: number;
  /** (address, count, place): copies the tail at the address to a place in the room, and gives the place back. */
  readonly bring: Callable;
  /** (address, count, end): copies the vector in the room that ends before `end` to the tail at the address. */
  readonly bringBack: Callable;
}

export const mostBuffers = 6;

export function emitTails(m: ModuleBuilder): Tails {
  const load = m.function(
    'loadTail',
    { address: 'i32', count: 'i32' },
    (f, { address, count }) => {
      const pair = f.variable('v128');
      f.if(
        i32.and(count, 2),
        () => {
          pair.set(v128.load64_zero(address));
          f.if(i32.and(count, 1), () => pair.set(v128.load32_lane(address, pair, 8, 2)));
        },
        () => pair.set(v128.load32_zero(address)),
      );
      f.give(pair);
    },
    'v128',
  );
  const store = m.function('storeTail', { address: 'i32', value: 'v128', count: 'i32' }, (f, { address, value, count }) => {
    f.if(
      i32.and(count, 2),
      () => {
        f.storeLane(address, value, 0, 0, 8);
        f.if(i32.and(count, 1), () => f.storeLane(address, value, 2, 8));
      },
      () => f.storeLane(address, value, 0),
    );
  });
  const bring = m.function(
    'bringTail',
    { address: 'i32', count: 'i32', place: 'i32' },
    (f, { address, count, place }) => {
      f.store(place, result('v128', load, address, count));
      f.give(place);
    },
    'i32',
  );
  const bringBack = m.function('bringBackTail', { address: 'i32', count: 'i32', end: 'i32' }, (f, { address, count, end }) =>
    f.call(store, address, v128.load(i32.sub(end, 16)), count),
  );
  return { load, store, room: m.reserve(16 * mostBuffers), bring, bringBack };
}
