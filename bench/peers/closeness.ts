// Whether a contestant computed what it was asked to, before anybody looks at how long it took.

import type { Closeness, Task } from './workload.ts';

/** What is wrong with a result, in a few words; undefined when it is close enough to the expected one. NaN never is. */
export function findFault(task: Task, closeness: Closeness, got: Float32Array, wanted: Float32Array): string | undefined {
  if (got.length !== wanted.length) return `gave ${got.length} numbers instead of ${wanted.length}`;
  if (closeness !== 'updates') return farthest(got, wanted, closeness);
  const batches = task.kind === 'update' ? task.batches : 0;
  return farthest(got.subarray(0, batches), wanted.subarray(0, batches), 1e-3) ?? strayed(got.subarray(batches), wanted.subarray(batches));
}

function farthest(got: Float32Array, wanted: Float32Array, part: number): string | undefined {
  const largest = wanted.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const at = got.findIndex((x, i) => !(Math.abs(x - wanted[i]) <= part * largest));
  return at < 0 ? undefined : `element ${at} must be ${wanted[at]}; got ${got[at]}`;
}

/**
 * Parameters must have moved the same way. Adam makes steps of one size from gradients of any, so where a gradient is as small as
 * rounding, its sign is luck: what is required is that all movements together differ by at most 5 % of their norm.
 */
function strayed(got: Float32Array, wanted: Float32Array): string | undefined {
  let [difference, norm] = [0, 0];
  for (let i = 0; i < wanted.length; i++) {
    difference += (got[i] - wanted[i]) ** 2;
    norm += wanted[i] ** 2;
  }
  const part = Math.sqrt(difference / norm);
  return part <= 0.05 ? undefined : `parameters must move as deepq's do; they differ by ${(100 * part).toFixed(1)} %`;
}
