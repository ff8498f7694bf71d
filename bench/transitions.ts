// Transitions whose every number says which they are, and what a batch of them must hold.

import { type Batch, type Replay, type Shape, sizeOf, type Transition } from '../src/index.ts';
import { checkClose } from './case.ts';

/** The i-th transition, every part of which says i in some way; all numbers are whole and below 256. */
export const transitionAt = (i: number, shape: Shape): Transition => ({
  observation: new Float32Array(sizeOf(shape)).fill(i % 251),
  action: i % 7,
  reward: i,
  discount: i % 2,
  nextObservation: new Float32Array(sizeOf(shape)).fill((i + 1) % 241),
});

/** The memory, after the first `count` transitions were added. */
export function filledWith<R extends Replay>(replay: R, count: number, shape: Shape): R {
  for (let i = 0; i < count; i++) replay.add(transitionAt(i, shape));
  return replay;
}

/** Throws Error unless the batch holds exactly these transitions, with these weights up to 10⁻⁶; all 1 unless some are given. */
export function checkBatch(
  who: string,
  batch: Batch,
  wanted: readonly Transition[],
  weights: readonly number[] = wanted.map(() => 1),
): void {
  const column = (read: (transition: Transition) => ArrayLike<number>): number[] => wanted.flatMap((one) => Array.from(read(one)));
  checkClose(
    `${who}: observation`,
    batch.observation.data,
    column((one) => one.observation),
    0,
  );
  checkClose(
    `${who}: nextObservation`,
    batch.nextObservation.data,
    column((one) => one.nextObservation),
    0,
  );
  checkClose(
    `${who}: action`,
    batch.action,
    column((one) => [one.action]),
    0,
  );
  checkClose(
    `${who}: reward`,
    batch.reward,
    column((one) => [one.reward]),
    0,
  );
  checkClose(
    `${who}: discount`,
    batch.discount,
    column((one) => [one.discount]),
    0,
  );
  checkClose(`${who}: weight`, batch.weight.data, weights, 1e-6);
}

/** A number that depends on every column. */
export function lastNumbers({ observation, nextObservation, action, reward, discount }: Batch): number {
  const last = action.length - 1;
  return observation.data[observation.data.length - 1] + nextObservation.data[0] + action[last] + reward[last] + discount[last];
}
