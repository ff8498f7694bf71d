import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodePlan, shareOf } from '../../../src/cli/experiment/plan.ts';
import { findPreset } from '../../../src/index.ts';

const file = {
  name: 'grid',
  environments: ['CartPole-v1', 'Chain'],
  variants: ['dqn', { name: 'three steps', preset: 'dqn', config: { nStep: 3 } }],
  seeds: 3,
  steps: { Chain: 5000 },
};

const decode = (value: unknown): ReturnType<typeof decodePlan> => decodePlan(JSON.stringify(value), 'grid.json');

test('a grid is every environment with every variant and seed, each in a folder of its own', () => {
  const { runs, evaluationEpisodes } = decode(file);
  expect(evaluationEpisodes).toBe(100);
  expect(runs.map(({ path }) => path).slice(0, 5)).toEqual([
    'CartPole-v1/dqn/seed-1',
    'CartPole-v1/three-steps/seed-1',
    'Chain/dqn/seed-1',
    'Chain/three-steps/seed-1',
    'CartPole-v1/dqn/seed-2',
  ]);
  expect(runs).toHaveLength(12);
  expect(new Set(runs.map(({ path }) => path)).size).toBe(12);
});

test('a run is its preset for its own length, what the variant changes, and the seed', () => {
  const { runs } = decode(file);
  expect(runs[3].run).toEqual({
    environment: 'Chain',
    preset: 'dqn',
    evaluationEpisodes: 100,
    steps: 5000,
    config: { ...findPreset('dqn').config(5000), nStep: 3, seed: 1 },
  });
  expect(runs[0].run.steps).toBe(25_000);
});

test('shares are disjoint and together the grid, however many there are', () => {
  const { runs } = decode(file);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), (n) => {
      const shares = Array.from({ length: n }, (_, i) => shareOf(runs, i + 1, n));
      expect(shares.flat()).toHaveLength(runs.length);
      expect(new Set(shares.flat())).toEqual(new Set(runs));
      const sizes = shares.map((share) => share.length);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }),
  );
});

test.each([
  [{ ...file, name: '../up' }, '"name" must be letters'],
  [{ ...file, environments: [] }, '"environments" must be a list of names'],
  [{ ...file, environments: ['CartPole'] }, 'CartPole-v1'],
  [{ ...file, variants: ['rainbwo'] }, 'rainb'],
  [{ ...file, variants: [{ name: 'x', config: { gamma: 2 } }] }, 'gamma'],
  [{ ...file, variants: [3] }, '"variants" must be a list of presets'],
  [{ ...file, variants: ['dqn', 'dqn'] }, 'CartPole-v1/dqn/seed-1 twice'],
  [{ ...file, seeds: 0 }, '"seeds" must be a positive integer'],
  [{ ...file, seeds: [1, 1] }, '"seeds" must be'],
  [{ ...file, steps: { Chain: -1 } }, '"steps" must be'],
  [{ ...file, episodes: 5 }, 'got "episodes"'],
  [{ ...file, references: [{ environment: 'Chain', label: 'x', value: '9' }] }, '"references" must be'],
])('refuses %#: what is wrong stands in the message', (wrong, message) => {
  expect(() => decode(wrong)).toThrow(message);
});

test('a file that is no JSON is refused with its name', () => {
  expect(() => decodePlan('{', 'grid.json')).toThrow(/^grid\.json: must be JSON; got /);
  expect(() => decodePlan('[]', 'grid.json')).toThrow('grid.json: must hold an object; got []');
});
