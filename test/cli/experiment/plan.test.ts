import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodePlan, shareOf } from '../../../src/cli/experiment/plan.ts';
import { type DqnConfig, findPreset } from '../../../src/index.ts';

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
    diagnostics: false,
    steps: 5000,
    config: { ...findPreset('dqn').config(5000), nStep: 3, seed: 1 },
  });
  expect(runs[0].run.steps).toBe(25_000);
});

/** The configuration of a variant of a preset. */
const configOf = (preset: string, config: unknown): DqnConfig =>
  decode({ ...file, environments: ['Chain'], variants: [{ name: 'x', preset, config }] }).runs[0].run.config;

describe('what is left out inside a field is the value of the preset', () => {
  const steady = { ...findPreset('steady').config(5000), seed: 1 };

  test.each([
    [{ network: { layerNorm: false } }, { network: { ...steady.network, layerNorm: false } }],
    [{ network: { hidden: [32] } }, { network: { ...steady.network, hidden: [32] } }],
    [{ loss: { delta: 2 } }, { loss: { kind: 'huber', delta: 2 } }],
    [{ loss: { kind: 'huber', delta: 2 } }, { loss: { kind: 'huber', delta: 2 } }],
    [{ learningRate: { start: 1e-3 } }, { learningRate: { ...steady.learningRate, start: 1e-3 } }],
    [{ epsilon: { kind: 'linear', end: 0 } }, { epsilon: { ...steady.epsilon, end: 0 } }],
    [{ optimizer: { weightDecay: 0.1 } }, { optimizer: { ...steady.optimizer, weightDecay: 0.1 } }],
  ])('%j', (part, expected) => {
    expect(configOf('steady', part)).toEqual({ ...steady, ...expected });
  });

  test('of a schedule inside a field as well', () => {
    const { sampling } = configOf('prioritized', { sampling: { beta: { start: 0.5 } } });
    expect(sampling).toEqual({ kind: 'prioritized', alpha: 0.6, beta: { kind: 'linear', start: 0.5, end: 1, steps: 5000 } });
  });

  test('but a field of another kind stands alone', () => {
    expect(configOf('steady', { loss: { kind: 'mse' } }).loss).toEqual({ kind: 'mse' });
    expect(configOf('steady', { epsilon: { kind: 'constant', value: 0.1 } }).epsilon).toEqual({ kind: 'constant', value: 0.1 });
    expect(() => configOf('steady', { loss: { kind: 'quantile', quantiles: 5 } })).toThrow(
      'grid.json: variant "x": config.loss.delta: must be a positive number; got undefined',
    );
  });

  test('and what a preset does not have is refused, whatever its name', () => {
    expect(() => configOf('steady', { network: { width: 3 } })).toThrow('grid.json: variant "x": config.network.width: must be absent');
    expect(() => configOf('steady', JSON.parse('{ "network": { "__proto__": {} } }'))).toThrow('config.network.__proto__: must be absent');
    expect(() => configOf('steady', { network: 3 })).toThrow('config.network: must be an object; got 3');
  });
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
  [{ ...file, environments: ['CartPole'] }, /^grid.json: environment: must be one of .* Did you mean CartPole-v1\?$/],
  [{ ...file, steps: { CartPole: 1 } }, 'grid.json: "steps": environment: must be one of '],
  [{ ...file, variants: ['rainbwo'] }, /^grid.json: variant "rainbwo": preset: must be one of .* Did you mean rainbow\?$/],
  [{ ...file, variants: [{ name: 'x', config: { gamma: 2 } }] }, 'grid.json: variant "x": config.gamma: must be in [0, 1]; got 2'],
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
