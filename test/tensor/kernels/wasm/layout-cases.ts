// How the kernels that move numbers are called: blocks with gaps between them, and axes in any order, repeated, with gaps, or both.

import fc from 'fast-check';
import { type KernelCall, type KernelCase, numbers } from './kernel-call.ts';

const few = fc.integer({ min: 0, max: 5 });

/** Blocks inside two buffers: sizes that fit, with gaps. */
export const blocks: KernelCase = {
  roundings: 1,
  call: fc
    .record({ count: few, size: fc.integer({ min: 0, max: 17 }), offsets: fc.tuple(few, few), gaps: fc.tuple(few, few) })
    .chain(({ count, size, offsets, gaps }) => {
      const strides = gaps.map((gap) => size + gap);
      const [to, from] = offsets.map((offset, i) => numbers(offset + count * strides[i]));
      return fc.record({
        buffers: fc.tuple(to, from),
        rest: fc.constant([count, size, offsets[0], strides[0], offsets[1], strides[1]]),
      });
    }),
};

interface Axis {
  readonly size: number;
  /** Where it comes among the strides. */
  readonly rank: number;
  readonly repeats: boolean;
  readonly gap: number;
}

const someAxis: fc.Arbitrary<Axis> = fc.record({
  size: fc.constantFrom(1, 2, 3, 4, 5, 6, 8, 9),
  rank: fc.nat(100),
  repeats: fc.boolean(),
  gap: fc.constantFrom(0, 0, 1),
});

/** A contiguous side and one that is walked by strides; the one with strides is written where the call is a scatter. */
const strided = (scatters: boolean): fc.Arbitrary<KernelCall> =>
  fc
    .record({ axes: fc.array(someAxis, { maxLength: 5 }), empty: fc.nat(30), least: fc.constantFrom(1, 1, 1, 2), offset: few })
    .chain((drawn) => {
      const axes = drawn.axes.filter((_, k, all) => all.slice(0, k + 1).reduce((product, { size }) => product * size, 1) <= 3000);
      const sizes = axes.map(({ size }, k) => (k === drawn.empty ? 0 : size));
      const strides = axes.map(() => 0);
      let next = drawn.least;
      for (const k of axes.map((_, k) => k).sort((a, b) => axes[a].rank - axes[b].rank)) {
        if (axes[k].repeats) continue;
        strides[k] = next;
        next *= axes[k].size + axes[k].gap;
      }
      const whole = numbers(sizes.reduce((product, size) => product * size, 1));
      const part = numbers(drawn.offset + next);
      return fc.record({
        buffers: scatters ? fc.tuple(part, whole) : fc.tuple(whole, part),
        rest: fc.constant([sizes, strides, drawn.offset]),
        terms: fc.constant(1 + axes.reduce((product, { size, repeats }) => (repeats ? product * size : product), 1)),
      });
    });

export const gathers: KernelCase = { roundings: 0, call: strided(false) };
export const scatters: KernelCase = { roundings: 1, call: strided(true) };
