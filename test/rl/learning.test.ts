// Every preset learns the exact values of a small world. The chain's values are known, so this compares with the truth and not
// with a score. One-step returns settle on them. Sums of several rewards contain exploring actions between, which are part of
// what they value: with ε at 0.05 that costs up to 0.04 here, where the values lie between 0.57 and 1.

import { type DqnConfig, presets } from 'deepq';
import { expect, test } from 'vitest';
import { atChainSize, chainValues, learnChain } from '../support/chain-learning.ts';

const steps = 4000;
const cases = Array.from(presets, ([name, preset]) => [name, atChainSize(preset.config(steps), 1, steps)] as const);

/** Plain values that settle, or distributions, noise and sums of rewards, which come near. */
function mostError({ bootstrap, loss, noise, nStep, optimizer }: DqnConfig): number {
  const settles = nStep === 1 && noise === 0 && bootstrap.kind === 'greedy' && loss.kind === 'huber' && optimizer.kind === 'adam';
  return settles ? 0.002 : 0.05;
}

test.each(cases)('%s reaches the exact values of the chain', (_, config) => {
  const { error, left } = learnChain(config, steps);
  expect(error).toBeLessThanOrEqual(mostError(config));
  expect(left).toBe(0); // patience pays everywhere
});

test('what Munchausen learns is larger in its gaps and the same at its best', () => {
  const greedy = chainValues({ ...cases[0][1], bootstrap: { kind: 'greedy' } });
  const soft = chainValues({ ...cases[0][1], bootstrap: { kind: 'munchausen', alpha: 0.9, tau: 0.03, clip: -1 } });
  for (let state = 1; state < greedy.length - 1; state++) {
    expect(Math.abs(soft[state][1] - greedy[state][1])).toBeLessThan(0.01);
    expect(soft[state][1] - soft[state][0]).toBeGreaterThan(5 * (greedy[state][1] - greedy[state][0]));
  }
});
