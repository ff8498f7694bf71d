// A backend that begins in a small memory and may move on to a larger one. Linear memory cannot grow, since growth would invalidate
// every view; but a second one can be opened. Buffers made before stay in the first, and are copied when kernels need them.
//
// Why not begin with the large one: V8 counts all of it as garbage to come, and collects at once. That is a fifth of the time in which
// a program starts and multiplies two small matrices (docs/benchmarks.md, Start-up).

import type { Backend } from '../../backend.ts';
import { jsKernels } from '../js/index.ts';
import type { Kernels } from '../kernels.ts';
import type { Bound } from './bind.ts';
import { kernelFamilies } from './families.ts';
import type { BoundFamily, KernelFamily } from './family.ts';
import type { Room } from './room.ts';

/** `openLarger` is called once, when the first room does not suffice; null when there is no larger one. */
export function createBackend(name: string, first: Room, openLarger: () => Room | null): Backend {
  const kernels: Kernels = { ...jsKernels };
  const rooms = [first];
  let room = first;
  let larger: (() => Room | null) | undefined = openLarger;

  const moveOn = (): void => {
    const next = larger?.();
    larger = undefined;
    if (!next) return;
    rooms.push(next);
    settleIn(next);
  };
  const settleIn = (here: Room): void => {
    room = here;
    const start = (family: KernelFamily): BoundFamily => here.family(family, () => familyBeyond(here, family));
    for (const family of kernelFamilies) {
      deferUntilCalled(kernels, family.provides, () => {
        const emitted = family.emit ? start(family) : {};
        // An emitted kernel takes what `Kernels` says of its name; the few that take options as an object or a word are adapted to it.
        return { ...(emitted as Partial<Kernels>), ...family.adapt?.(emitted, kernels, here.buffers, start) };
      });
    }
  };
  const familyBeyond = (here: Room, family: KernelFamily): BoundFamily | undefined => {
    if (room === here) moveOn();
    if (room === here) return undefined;
    for (const each of family.mayCall ?? []) room.family(each, () => undefined); // here it was known which are called
    return room.family(family, () => undefined);
  };
  const sum = (count: (each: Room) => number): number => rooms.reduce((total, each) => total + count(each), 0);

  settleIn(first);
  return {
    name,
    kernels,
    alloc(length) {
      const buffer = room.memory.place(length);
      if (buffer !== undefined) return buffer;
      moveOn();
      return room.memory.alloc(length);
    },
    makeRoom: moveOn,
    scratch: (length) => room.scratch.take(length),
    scoped: () => room.scratch.isOpen,
    expected: () => room.scratch.expected(),
    scope(work) {
      if (room.memory.spills > 0 && !room.scratch.isOpen) moveOn();
      return room.scratch.scope(work);
    },
    stats: () => ({
      kernels: name,
      permanentBytes: sum(({ memory }) => memory.permanentBytes),
      spills: sum(({ memory }) => memory.spills),
      stagedCalls: sum(({ staging }) => staging.calls),
    }),
  };
}

/** Puts kernels in their places as soon as one of them is called: a start pays for emitting and compiling what it uses. */
function deferUntilCalled(kernels: Kernels, names: readonly (keyof Kernels)[], load: () => Partial<Kernels>): void {
  const places = kernels as unknown as Record<string, Bound>; // what is put in a place is called as its name says
  for (const name of names) {
    const stub: Bound = (...given) => {
      if (places[name] === stub) {
        const loaded = load() as unknown as Record<string, Bound>;
        for (const each of names) places[each] = loaded[each];
      }
      return places[name](...given); // whoever kept this function comes by again, perhaps when the place is another room's
    };
    places[name] = stub;
  }
}
