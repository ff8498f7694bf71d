// The one to three floats that are left when a length is no multiple of four. Reading a whole vector across the end of a buffer does
// no harm, for memory goes on behind it (memory.ts); what is written there would. So such lanes are computed, and never stored.

import type { Callable } from './assembler.ts';
import type { Code, Local } from './code.ts';
import { i32, i32x4, integerLanes, v128 } from './expressions.ts';
import type { ModuleBuilder } from './module.ts';

export interface Tails {
  /** (address, count) → the `count` floats at the address, then zeros. Count is 1, 2 or 3. */
  readonly load: Callable;
  /** (address, value, count): memory at the address ← the first `count` lanes. */
  readonly store: Callable;
  /** (count) → every bit of the first `count` lanes, and none of the others. */
  readonly mask: Callable;
}

/** Each is declared when it is first asked for: many modules need none of them. */
export function emitTails(m: ModuleBuilder): Tails {
  const known: Partial<Record<keyof Tails, Callable>> = {};
  return {
    get load() {
      known.load ??= emitLoad(m);
      return known.load;
    },
    get store() {
      known.store ??= emitStore(m);
      return known.store;
    },
    get mask() {
      known.mask ??= emitMask(m);
      return known.mask;
    },
  };
}

const emitLoad = (m: ModuleBuilder): Callable =>
  m.function(
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

const emitStore = (m: ModuleBuilder): Callable =>
  m.function('storeTail', { address: 'i32', value: 'v128', count: 'i32' }, (f, { address, value, count }) => {
    f.if(
      i32.and(count, 2),
      () => {
        f.storeLane(address, value, 0, 0, 8);
        f.if(i32.and(count, 1), () => f.storeLane(address, value, 2, 8));
      },
      () => f.storeLane(address, value, 0),
    );
  });

const emitMask = (m: ModuleBuilder): Callable =>
  m.function('tailMask', { count: 'i32' }, (f, { count }) => f.give(i32x4.lt_s(integerLanes(0, 1, 2, 3), i32x4.splat(count))), 'v128');

/** memory[address] ← the first `left` lanes of the vector, or all of them. */
export function storeUpTo(f: Code, tails: Tails, address: Local<'i32'>, vector: Local<'v128'>, left: Local<'i32'>): void {
  f.if(
    i32.lt_s(left, 4),
    () => f.call(tails.store, address, vector, left),
    () => f.store(address, vector),
  );
}
