// A run on several threads writes the checkpoint of a run on one.

import { Catch, createWasmBackend, DqnAgent, encodeCheckpoint, Rng, type ThreadOptions, TimeLimit, Training } from 'deepq';
import { expect, test } from 'vitest';
import { withBackend } from '../support/double-precision-backend.ts';

/** The checkpoint after some updates of a network whose layers are all large enough to be divided. */
async function checkpoint(threads: ThreadOptions): Promise<Uint8Array> {
  const on = createWasmBackend({ threads });
  if (on === null) throw new Error('these tests need WebAssembly with SIMD');
  await on.ready;
  const bytes = withBackend(on, () => {
    const env = new TimeLimit(new Catch(new Rng(1)), 8);
    const network = { conv: [{ filters: 200, kernel: 3, stride: 1 }], hidden: [100], activation: 'relu', layerNorm: false } as const;
    const agent = new DqnAgent(env, { seed: 1, network, batchSize: 48, warmupSteps: 50, replayCapacity: 200, updateEverySteps: 2 });
    const training = new Training(env, agent);
    for (const _ of training.run(130));
    return encodeCheckpoint('Catch', 130, training);
  });
  on.close();
  return bytes;
}

test('the checkpoint has the same bytes', async () => {
  const alone = Buffer.from(await checkpoint({ count: 1 }));
  for (const count of [2, 3]) expect(alone.equals(await checkpoint({ count, always: true }))).toBe(true);
});
