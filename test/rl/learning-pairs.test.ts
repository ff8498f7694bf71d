// Every switch alone and every pair of switches learns the chain's values; the two pairs that mean nothing are refused.

import { ConfigError, createConfig, type DqnConfig, type DqnOptions, findPreset } from 'deepq';
import { expect, test } from 'vitest';
import { atChainSize, learnChain } from '../support/chain-learning.ts';

const steps = 4000;
const switches: Readonly<Record<string, DqnOptions>> = {
  double: { double: true },
  dueling: { dueling: true },
  prioritized: { sampling: { kind: 'prioritized', alpha: 0.6, beta: { kind: 'linear', start: 0.4, end: 1, steps } } },
  'three steps': { nStep: 3 },
  noisy: { noise: 0.5 },
  // It makes gaps 1/(1 − α) times as large, and with them what exploring actions add to three steps: ten times at 0.9.
  munchausen: { bootstrap: { kind: 'munchausen', alpha: 0.3, tau: 0.03, clip: -1 } },
  c51: { loss: { kind: 'categorical', atoms: 51, vMin: -10, vMax: 10 } },
  quantiles: { loss: { kind: 'quantile', quantiles: 51, delta: 1 } },
};
const names = Object.keys(switches);
/** The same switch twice is that switch alone; c51 and quantiles are two positions of one switch. */
const pairs = names
  .flatMap((first, i) => names.slice(i).map((second) => [first, second] as const))
  .filter((pair) => pair.join() !== 'c51,quantiles' && pair.join() !== 'double,munchausen');

const combine = (...chosen: readonly string[]): DqnConfig =>
  Object.assign({}, findPreset('dqn').config(steps), ...chosen.map((name) => switches[name]));

test.each(pairs)('%s, %s', (...pair) => {
  const { error, left } = learnChain(atChainSize(combine(...pair), 1, steps), steps);
  expect(error).toBeLessThanOrEqual(0.05);
  expect(left).toBe(0);
});

test('double, munchausen: refused with the reason', () => {
  expect(() => createConfig(combine('double', 'munchausen'))).toThrow(ConfigError);
  expect(() => createConfig(combine('double', 'munchausen'))).toThrow(
    'config.double: must be false when bootstrap is munchausen, which averages over all actions: there is none to choose; got true',
  );
});
