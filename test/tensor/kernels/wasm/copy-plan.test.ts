// Plans decide how fast a copy is, which no other test shows: these say what becomes of the walks that networks make.

import { expect, test } from 'vitest';
import { axisFields, CopyPlan, planFields, planWords } from '../../../../src/tensor/kernels/wasm/copy-plan.ts';

const words = new Int32Array(planWords);
const plan = new CopyPlan(words);

/** The plan of a gather: out of shape `sizes`, x read by strides. */
function planOf(sizes: readonly number[], strides: readonly number[]): { kind: string; rounds: number; counted: number[] } {
  let dense = 1;
  for (let k = sizes.length - 1; k >= 0; k--) {
    plan.axis(sizes[k], dense, strides[k]);
    dense *= sizes[k];
  }
  plan.finish(0, 0, false);
  const field = (name: (typeof planFields)[number]): number => words[planFields.indexOf(name)];
  const counted: number[] = [];
  for (let at = planFields.length; words[at] > 0; at += axisFields.length) counted.push(words[at]);
  const [across, along] = [field('across'), field('along')];
  return { kind: along === 0 ? `rows of ${across}` : `tiles of ${across} × ${along}`, rounds: field('rounds'), counted };
}

test('neighbours on both sides are rows; axes that can be walked as one are joined', () => {
  expect(planOf([2, 3, 4], [12, 4, 1])).toEqual({ kind: 'rows of 24', rounds: 1, counted: [] });
  expect(planOf([2, 3, 4], [24, 4, 1])).toEqual({ kind: 'rows of 12', rounds: 2, counted: [2] });
  expect(planOf([1, 3, 1], [9, 1, 9])).toEqual({ kind: 'rows of 3', rounds: 1, counted: [] });
});

test('a transpose is tiles, also of joined axes, and several are counted', () => {
  expect(planOf([5, 7], [1, 5])).toEqual({ kind: 'tiles of 7 × 5', rounds: 1, counted: [] });
  expect(planOf([64, 3, 3, 32], [1, 6144, 2048, 64])).toEqual({ kind: 'tiles of 288 × 64', rounds: 1, counted: [] });
  expect(planOf([8, 4, 5, 7], [140, 35, 1, 5])).toEqual({ kind: 'tiles of 7 × 5', rounds: 32, counted: [32] });
});

test('heads of attention are rows', () => {
  expect(planOf([8, 4, 16, 32], [2048, 32, 128, 1])).toEqual({ kind: 'rows of 32', rounds: 512, counted: [16, 4, 8] });
});

test('expand reads again: rows, or each number in a tile', () => {
  expect(planOf([32, 64], [0, 1])).toEqual({ kind: 'rows of 64', rounds: 32, counted: [32] });
  expect(planOf([32, 6], [1, 0])).toEqual({ kind: 'tiles of 6 × 32', rounds: 1, counted: [] });
  expect(planOf([4, 8], [0, 0])).toEqual({ kind: 'tiles of 32 × 1', rounds: 1, counted: [] });
});

test('nothing and a single number', () => {
  expect(planOf([], [])).toEqual({ kind: 'tiles of 1 × 1', rounds: 1, counted: [] });
  expect(planOf([3, 0, 2], [1, 0, 5]).rounds).toBe(0);
});
