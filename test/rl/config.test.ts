// Configurations: every field has one rule, whatever breaks it is named with its path, and a good one survives JSON.

import { ConfigError, createConfig, type DqnConfig, defaultConfig } from 'deepq';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Configurations that together have every field there is. */
const complete: readonly DqnConfig[] = [
  {
    ...defaultConfig,
    loss: { kind: 'huber', delta: 2 },
    network: { conv: [{ filters: 8, kernel: 3, stride: 2 }], hidden: [16, 8], activation: 'tanh', layerNorm: true },
    optimizer: { kind: 'adam', beta1: 0.9, beta2: 0.99, epsilon: 1e-5, weightDecay: 0.01 },
    learningRate: { kind: 'cosine', start: 1e-3, end: 0, steps: 100 },
    epsilon: { kind: 'linear', start: 1, end: 0.1, steps: 10 },
    maxGradientNorm: 10,
  },
  {
    ...defaultConfig,
    loss: { kind: 'mse' },
    optimizer: { kind: 'rmsprop', decay: 0.95, epsilon: 0.01, epsilonInside: true, centered: true, momentum: 0.5 },
    learningRate: { kind: 'constant', value: 0.01 },
    epsilon: { kind: 'exponential', start: 1, end: 0.01, decay: 0.999 },
    replayStorage: 'uint8',
    maxGradientNorm: null,
  },
  {
    ...defaultConfig,
    double: false,
    dueling: true,
    noise: 0.5,
    optimizer: { kind: 'sgd', momentum: 0.9 },
    bootstrap: { kind: 'munchausen', alpha: 0.9, tau: 0.03, clip: -1 },
    loss: { kind: 'quantile', quantiles: 32, delta: 1 },
    sampling: { kind: 'prioritized', alpha: 0.6, beta: { kind: 'linear', start: 0.4, end: 1, steps: 10 } },
  },
  { ...defaultConfig, loss: { kind: 'categorical', atoms: 51, vMin: -10, vMax: 10 } },
];

/** Every place in a value: [] is the value itself, ['network', 'conv', 0, 'kernel'] a number deep inside. */
function placesIn(value: Json, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (value === null || typeof value !== 'object') return [path];
  const below = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return [path, ...below.flatMap((name) => placesIn((value as Record<string | number, Json>)[name], [...path, name]))];
}

/** A copy with something else in one place. */
function replaced(value: Json, path: readonly (string | number)[], by: unknown): Json {
  if (path.length === 0) return by as Json; // garbage is the point
  const [name, ...rest] = path;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string | number, Json>;
  copy[name] = replaced(copy[name], rest, by);
  return copy as Json;
}

const nameOf = (path: readonly (string | number)[]): string =>
  path.map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`)).join('');

/** The ConfigError of a configuration; fails when there is none. */
function refusal(config: unknown): ConfigError {
  try {
    createConfig(config as DqnConfig);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return error as ConfigError;
  }
  throw new Error(`the configuration must be refused: ${JSON.stringify(config)}`);
}

/** Where a negative number is as good as any. */
const signed = new Set(['clip', 'vMin', 'vMax']);

/** None of these is right anywhere in a configuration, but for negative numbers in the places above. */
const garbage = fc.oneof(
  fc.constantFrom<unknown>(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -1e300, undefined, '', 'relu ', 1n),
  fc.string().map((text) => `?${text}`),
  fc.double({ min: -1e6, max: -1e-9, noNaN: true }).filter((x) => !Number.isInteger(x)),
);

test('garbage in any one place is refused with the name of the place', () => {
  for (const config of complete) {
    const places = placesIn(config as unknown as Json).filter((path) => path.length > 0);
    expect(places.length).toBeGreaterThan(25);
    for (const path of places) {
      fc.assert(
        fc.property(garbage, (value) => {
          fc.pre(!(typeof value === 'number' && Number.isFinite(value) && signed.has(String(path.at(-1)))));
          const error = refusal(replaced(config as unknown as Json, path, value));
          expect(error.field).toBe(nameOf(path));
          expect(error.message.startsWith(`config.${error.field}: must be `)).toBe(true);
          expect(error.message).toContain('; got ');
        }),
        { numRuns: 10 },
      );
    }
  }
});

test('a missing field is refused by name, and so is one too many', () => {
  for (const config of complete) {
    for (const path of placesIn(config as unknown as Json)) {
      const place = path.reduce<Json>((value, name) => (value as Record<string | number, Json>)[name], config as unknown as Json);
      if (place === null || typeof place !== 'object' || Array.isArray(place)) continue;
      for (const name of Object.keys(place)) {
        const { [name]: _, ...without } = place as Record<string, Json>;
        expect(refusal(replaced(config as unknown as Json, path, without)).field).toBe(nameOf([...path, name]));
      }
      const error = refusal(replaced(config as unknown as Json, path, { ...place, colour: 1 }));
      expect(error.field).toBe(nameOf([...path, 'colour']));
      expect(error.message).toContain('must be absent (known fields: ');
    }
  }
});

describe('the edges of each range', () => {
  const edges: [string, readonly unknown[], readonly unknown[]][] = [
    ['seed', [0, -5, Number.MAX_SAFE_INTEGER], [0.5, 2 ** 53, '1']],
    ['gamma', [0, 1], [-0.001, 1.001]],
    ['nStep', [1, 20], [0, -1, 1.5]],
    ['double', [true, false], [0, 'true', null]],
    ['dueling', [true, false], [1, null]],
    ['noise', [0, 0.5, 2], [-0.1, true, null]],
    [
      'sampling',
      [{ kind: 'uniform' }, { kind: 'prioritized', alpha: 1, beta: { kind: 'constant', value: 0 } }],
      [{ kind: 'prioritized', alpha: 1.1, beta: { kind: 'constant', value: 0 } }, { kind: 'prioritized', alpha: 1, beta: 0.5 }, 'uniform'],
    ],
    ['observationScale', [1 / 255, 10], [0, -1]],
    ['replayStorage', ['float32', 'uint8', 'frames'], ['float64', null]],
    ['updateEverySteps', [1], [0, 2.5]],
    ['targetEveryUpdates', [1, 10_000], [0]],
    ['targetBlend', [1, 1e-6], [0, 1.01]],
    ['maxGradientNorm', [null, 1e-3], [0, -1, undefined]],
    ['loss', [{ kind: 'mse' }, { kind: 'huber', delta: 0.1 }], [{ kind: 'mse', delta: 1 }, { kind: 'huber', delta: 0 }, 'mse', null]],
    [
      'epsilon',
      [{ kind: 'constant', value: 0 }],
      [
        { kind: 'constant', value: 1.1 },
        { kind: 'linear', start: 1, end: 0, steps: 0 },
      ],
    ],
    [
      'learningRate',
      [{ kind: 'constant', value: 0 }],
      [
        { kind: 'constant', value: -1 },
        { kind: 'exponential', start: 1, end: 0, decay: 2 },
      ],
    ],
    [
      'network',
      [{ conv: [], hidden: [], activation: 'relu', layerNorm: false }],
      [[], { conv: {}, hidden: [], activation: 'relu', layerNorm: false }],
    ],
  ];
  test.each(edges)('%s', (field, accepted, refused) => {
    for (const value of accepted) expect(createConfig({ ...defaultConfig, [field]: value })).toMatchObject({ [field]: value });
    for (const value of refused) expect(refusal({ ...defaultConfig, [field]: value }).field.startsWith(field)).toBe(true);
  });

  test('the memory and the warmup must hold a batch', () => {
    const sizes = { batchSize: 32, warmupSteps: 32, replayCapacity: 32 };
    expect(createConfig(defaultConfig, sizes)).toMatchObject(sizes);
    expect(() => createConfig(defaultConfig, { ...sizes, warmupSteps: 31 })).toThrow(
      'config.warmupSteps: must be at least batchSize (32), to fill the first batch; got 31',
    );
    expect(() => createConfig(defaultConfig, { ...sizes, replayCapacity: 31 })).toThrow(
      'config.replayCapacity: must be at least batchSize (32); got 31',
    );
  });
});

test('what does not go together is refused with the reason', () => {
  const munchausen = { kind: 'munchausen', alpha: 0.9, tau: 0.03, clip: -1 } as const;
  expect(() => createConfig(defaultConfig, { bootstrap: munchausen, double: true })).toThrow(
    'config.double: must be false when bootstrap is munchausen, which averages over all actions: there is none to choose; got true',
  );
  expect(createConfig(defaultConfig, { bootstrap: munchausen, double: false })).toMatchObject({ bootstrap: munchausen });
  expect(() => createConfig(defaultConfig, { loss: { kind: 'categorical', atoms: 51, vMin: 3, vMax: 3 } })).toThrow(
    'config.loss.vMax: must be larger than loss.vMin (3); got 3',
  );
  expect(refusal({ ...defaultConfig, loss: { kind: 'categorical', atoms: 1, vMin: 0, vMax: 3 } }).field).toBe('loss.atoms');
  expect(refusal({ ...defaultConfig, bootstrap: { ...munchausen, clip: 0.1 } }).field).toBe('bootstrap.clip');
  expect(refusal({ ...defaultConfig, bootstrap: { ...munchausen, tau: 0 } }).field).toBe('bootstrap.tau');
});

test('the message says the field, what it must be and what it is; the error has the facts', () => {
  const error = refusal({ ...defaultConfig, batchSize: 0 });
  expect(error.message).toBe('config.batchSize: must be a positive integer; got 0');
  expect(error).toMatchObject({ name: 'ConfigError', field: 'batchSize', value: 0 });
  expect(refusal(null).message).toContain('must be');
});

test('options replace fields of the base, and neither is changed', () => {
  const base = structuredClone(defaultConfig);
  const config = createConfig(base, { gamma: 0.5, nStep: 7 });
  expect(config).toEqual({ ...defaultConfig, gamma: 0.5, nStep: 7 });
  expect(base).toEqual(defaultConfig);
});

test('a configuration is plain JSON: it comes back equal', () => {
  for (const config of complete) {
    const text = JSON.stringify(config);
    expect(createConfig(JSON.parse(text))).toEqual(config);
    expect(JSON.stringify(createConfig(JSON.parse(text)))).toBe(text);
  }
});

test('names from a file cannot reach beyond the fields', () => {
  const text = JSON.stringify(defaultConfig).replace('{', '{"__proto__":{"gamma":0.5},');
  expect(refusal(JSON.parse(text)).field).toBe('__proto__');
  expect(refusal({ ...defaultConfig, loss: { kind: 'constructor' } }).field).toBe('loss.kind');
});
