import { describe, expect, test } from 'vitest';
import { parseArguments } from '../../src/cli/arguments.ts';
import { applyConfigFlags, configFlags } from '../../src/cli/config-flags.ts';
import { UsageError } from '../../src/cli/exit.ts';
import { type DqnConfig, defaultConfig } from '../../src/index.ts';

/** The default configuration with a command line laid over it. */
const configure = (...words: string[]): DqnConfig =>
  applyConfigFlags(defaultConfig, parseArguments('train', words, configFlags, []), 10_000);

test('without flags the base comes back', () => {
  expect(configure()).toEqual(defaultConfig);
});

test('every field of the configuration, whole and nested, is a flag in both spellings', () => {
  const names = new Set(configFlags.flatMap((flag) => [flag.name, flag.alias]));
  for (const [field, value] of Object.entries(defaultConfig)) {
    expect(names).toContain(field);
    if (value !== null && typeof value === 'object') for (const part of Object.keys(value)) expect(names).toContain(`${field}.${part}`);
  }
  expect(names).toContain('learning-rate.start');
  expect(names).toContain('max-gradient-norm');
});

test('giving every plain field the value it has changes nothing', () => {
  for (const [field, value] of Object.entries(defaultConfig)) {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    expect(configure(`--${field}=${text}`)).toEqual(defaultConfig);
  }
});

test('numbers, truth values, words, lists and null', () => {
  const config = configure(
    ...['--gamma', '0.98', '--double', 'false', '--network.hidden', '128, 32', '--network.activation', 'tanh'],
    ...['--max-gradient-norm', 'null', '--network.layer-norm=false', '--replayCapacity', '10_000', '--seed', '-3'],
  );
  expect(config).toMatchObject({ gamma: 0.98, double: false, maxGradientNorm: null, replayCapacity: 10_000, seed: -3 });
  expect(config.network).toEqual({ conv: [], hidden: [128, 32], activation: 'tanh', layerNorm: false });
  expect(configure('--network.hidden', '').network.hidden).toEqual([]);
});

test('JSON is taken as it is, and what it leaves out of an object stays', () => {
  const conv = [{ filters: 16, kernel: 3, stride: 1 }];
  expect(configure('--network.conv', JSON.stringify(conv)).network.conv).toEqual(conv);
  expect(configure('--loss', '{"kind":"huber","delta":2}').loss).toEqual({ kind: 'huber', delta: 2 });
  expect(configure('--network', '{"layerNorm":false}').network).toEqual({ ...defaultConfig.network, layerNorm: false });
  expect(configure('--loss', '{"kind":"mse"}').loss).toEqual({ kind: 'mse' });
});

describe('fields that come in kinds', () => {
  test('a number for a schedule means a constant one', () => {
    expect(configure('--epsilon', '0.1').epsilon).toEqual({ kind: 'constant', value: 0.1 });
  });

  test('a schedule inside a kind is a number too, or JSON', () => {
    const beta = (text: string): unknown => configure('--sampling', 'prioritized', '--sampling.beta', text).sampling;
    expect(beta('0.5')).toEqual({ kind: 'prioritized', alpha: 0.6, beta: { kind: 'constant', value: 0.5 } });
    const linear = { kind: 'linear', start: 0.5, end: 1, steps: 100 };
    expect(beta(JSON.stringify(linear))).toEqual({ kind: 'prioritized', alpha: 0.6, beta: linear });
    expect(configure('--sampling', 'prioritized').sampling).toMatchObject({ beta: { kind: 'linear', start: 0.4, end: 1, steps: 10_000 } });
  });

  test('the variants are one flag each', () => {
    const config = configure(
      ...['--dueling', '--noise', '0.5', '--n-step', '3', '--loss', 'categorical', '--loss.v-max', '40', '--loss.atoms', '21'],
    );
    expect(config).toMatchObject({ dueling: true, noise: 0.5, nStep: 3, loss: { kind: 'categorical', atoms: 21, vMin: -10, vMax: 40 } });
    const soft = configure('--double', 'false', '--bootstrap', 'munchausen', '--bootstrap.tau', '0.1');
    expect(soft.bootstrap).toEqual({ kind: 'munchausen', alpha: 0.9, tau: 0.1, clip: -1 });
    expect(() => configure('--bootstrap', 'munchausen')).toThrow('--double: must be false when bootstrap is munchausen');
  });

  test('one number changes, the others stay', () => {
    expect(configure('--epsilon.end', '0.02').epsilon).toEqual({ ...defaultConfig.epsilon, end: 0.02 });
  });

  test('a new kind keeps what both kinds have and starts the rest from its own values', () => {
    const words = ['--optimizer.decay', '0.9', '--optimizer', 'rmsprop'];
    const rmsprop = { kind: 'rmsprop', decay: 0.9, epsilon: 1e-8, epsilonInside: true, centered: true, momentum: 0 };
    expect(configure(...words).optimizer).toEqual(rmsprop);
    expect(configure('--learningRate.kind', 'cosine').learningRate).toEqual({ ...defaultConfig.learningRate, kind: 'cosine' });
    expect(configure('--loss', 'mse').loss).toEqual({ kind: 'mse' });
  });

  test('the kind that is there already stays as it is', () => {
    expect(configure('--epsilon', 'linear')).toEqual(defaultConfig);
  });

  test('every kind of every field can be chosen and gives a valid configuration', () => {
    const kinds = { loss: ['huber', 'mse'], optimizer: ['adam', 'rmsprop', 'sgd'] };
    const schedules = ['constant', 'linear', 'exponential', 'cosine'];
    for (const [field, names] of Object.entries({ ...kinds, learningRate: schedules, epsilon: schedules })) {
      for (const kind of names) expect(configure(`--${field}.kind`, kind)).toMatchObject({ [field]: { kind } });
    }
  });

  test('a number that the kind does not have names the kinds that do', () => {
    expect(() => configure('--epsilon.decay', '0.5')).toThrow(
      new UsageError(
        '--epsilon.decay: epsilon must be of a kind that has "decay" (exponential); got linear, which has start, end, steps. ' +
          'Choose another with --epsilon.kind',
      ),
    );
  });
});

test('the base is not touched', () => {
  const before = structuredClone(defaultConfig);
  configure('--network.hidden', '1', '--epsilon.end', '0', '--optimizer', 'sgd');
  expect(defaultConfig).toEqual(before);
});

test.each([
  [['--gamma', '2'], '--gamma: must be in [0, 1]; got 2'],
  [['--gamma', 'much'], '--gamma: must be in [0, 1]; got "much"'],
  [['--batchSize', '1.5'], '--batchSize: must be a positive integer; got 1.5'],
  [['--epsilon.end', '7'], '--epsilon.end: must be in [0, 1]; got 7'],
  [['--optimizer', 'adamm'], '--optimizer.kind: must be one of adam, rmsprop, sgd; got "adamm"'],
  [['--network.hidden', '64,-1'], '--network.hidden[1]: must be a positive integer; got -1'],
  [['--network.conv', '[{'], '--network.conv: must be a list; got "[{"'],
  [['--warmupSteps', '10'], '--warmupSteps: must be at least batchSize (64), to fill the first batch; got 10'],
])('%j names the flag', (words, message) => {
  expect(() => configure(...words)).toThrow(new UsageError(message));
});
