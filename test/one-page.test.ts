// The page and the library are two tellings of one algorithm: from one seed, the same losses to the last bit.

import { createEnv, DqnAgent, findPreset, Rng, train } from 'deepq';
import { expect, test } from 'vitest';
import { dqnOnOnePage, settings } from '../examples/03-dqn-on-one-page.ts';

test("the page's losses are the library's", () => {
  const { seed, steps } = settings;
  const env = createEnv('CartPole-v1', new Rng(seed).fork('env'));
  const agent = new DqnAgent(env, { ...findPreset('steady').config(steps), seed });
  const library = train(env, agent, steps);
  const page = dqnOnOnePage();
  let updates = 0;
  for (let step = 1; step <= 1600; step++) {
    const ours = library.next().value;
    const theirs = page.next().value;
    if (ours === undefined || theirs === undefined || typeof theirs === 'function') throw new Error('both must go on');
    expect({ step, loss: theirs.loss, finished: theirs.finished }).toEqual({
      step,
      loss: ours.update?.loss,
      finished: ours.episode?.return,
    });
    if (ours.update !== undefined) updates++;
  }
  expect(updates).toBe(601); // so that the target network was copied more than once
});
