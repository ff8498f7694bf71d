// The check of a configuration that came from outside: JSON, a command line, a link. Each field has one rule; whatever is
// missing, unknown or wrong is named with its path.

/** A configuration field is not what it must be. The facts are in the message and in the fields. */
export class ConfigError extends Error {
  readonly field: string;
  readonly value: unknown;

  constructor(field: string, requirement: string, value: unknown) {
    super(`config.${field}: must be ${requirement}; got ${show(value)}`);
    this.name = 'ConfigError';
    this.field = field;
    this.value = value;
  }
}

/** Throws ConfigError unless every field of a DqnConfig is present and in range, and no other is. */
export function checkConfig(config: unknown): void {
  dqnConfig(config, '');
}

type Rule = (value: unknown, field: string) => void;

/** A rule from a test and the words for what must hold. */
const rule =
  (requirement: string, holds: (value: unknown) => boolean): Rule =>
  (value, field) => {
    if (!holds(value)) throw new ConfigError(field, requirement, value);
  };

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const integer = rule('an integer', Number.isSafeInteger);
const positiveInteger = rule('a positive integer', (x) => Number.isSafeInteger(x) && (x as number) > 0); // isSafeInteger implies number
const positive = rule('a positive number', (x) => isNumber(x) && x > 0);
const nonNegative = rule('a number of at least 0', (x) => isNumber(x) && x >= 0);
const nonPositive = rule('a number of at most 0', (x) => isNumber(x) && x <= 0);
const finite = rule('a finite number', isNumber);
const severalInteger = rule('an integer of at least 2', (x) => Number.isSafeInteger(x) && (x as number) > 1); // isSafeInteger implies number
const unit = rule('in [0, 1]', (x) => isNumber(x) && x >= 0 && x <= 1);
const belowOne = rule('in [0, 1)', (x) => isNumber(x) && x >= 0 && x < 1);
const blend = rule('in (0, 1]', (x) => isNumber(x) && x > 0 && x <= 1);
const flag = rule('true or false', (x) => typeof x === 'boolean');
const oneOf = (...choices: string[]): Rule => rule(`one of ${choices.join(', ')}`, (x) => typeof x === 'string' && choices.includes(x));
const orNull =
  (other: Rule): Rule =>
  (value, field) =>
    value === null || other(value, field);

const list =
  (item: Rule): Rule =>
  (value, field) => {
    if (!Array.isArray(value)) throw new ConfigError(field, 'a list', value);
    value.forEach((each, i) => {
      item(each, `${field}[${i}]`);
    });
  };

/** An object with exactly these fields. */
const record =
  (rules: Readonly<Record<string, Rule>>): Rule =>
  (value, field) => {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) throw new ConfigError(field, 'an object', value);
    const inside = (name: string): string => (field === '' ? name : `${field}.${name}`);
    for (const name of Object.keys(value)) {
      if (!Object.hasOwn(rules, name))
        throw new ConfigError(inside(name), `absent (known fields: ${Object.keys(rules).join(', ')})`, value[name as never]);
    }
    for (const [name, check] of Object.entries(rules)) check(value[name as never], inside(name)); // checked, whatever it is
  };

/** An object whose `kind` says which other fields it has. */
const union =
  (kinds: Readonly<Record<string, Readonly<Record<string, Rule>>>>): Rule =>
  (value, field) => {
    if (value === null || typeof value !== 'object') throw new ConfigError(field, 'an object', value);
    const kind = 'kind' in value ? value.kind : undefined;
    if (typeof kind !== 'string' || !Object.hasOwn(kinds, kind)) {
      throw new ConfigError(`${field}.kind`, `one of ${Object.keys(kinds).join(', ')}`, kind);
    }
    record({ kind: oneOf(kind), ...kinds[kind] })(value, field);
  };

/** A schedule whose values all satisfy a rule. */
const schedule = (value: Rule): Rule =>
  union({
    constant: { value },
    linear: { start: value, end: value, steps: positiveInteger },
    exponential: { start: value, end: value, decay: blend },
    cosine: { start: value, end: value, steps: positiveInteger },
  });

const dqnConfig = record({
  seed: integer,
  gamma: unit,
  nStep: positiveInteger,
  double: flag,
  bootstrap: union({ greedy: {}, munchausen: { alpha: unit, tau: positive, clip: nonPositive } }),
  loss: union({
    huber: { delta: positive },
    mse: {},
    categorical: { atoms: severalInteger, vMin: finite, vMax: finite },
    quantile: { quantiles: positiveInteger, delta: positive },
  }),
  network: record({
    conv: list(record({ filters: positiveInteger, kernel: positiveInteger, stride: positiveInteger })),
    hidden: list(positiveInteger),
    activation: oneOf('relu', 'tanh'),
    layerNorm: flag,
  }),
  dueling: flag,
  noise: nonNegative,
  observationScale: positive,
  envs: positiveInteger,
  replayCapacity: positiveInteger,
  replayStorage: oneOf('float32', 'uint8', 'frames'),
  sampling: union({ uniform: {}, prioritized: { alpha: unit, beta: schedule(unit) } }),
  warmupSteps: positiveInteger,
  updateEverySteps: positiveInteger,
  batchSize: positiveInteger,
  targetEveryUpdates: positiveInteger,
  targetBlend: blend,
  optimizer: union({
    adam: { beta1: belowOne, beta2: belowOne, epsilon: positive, weightDecay: nonNegative },
    rmsprop: { decay: belowOne, epsilon: positive, epsilonInside: flag, centered: flag, momentum: belowOne },
    sgd: { momentum: belowOne },
  }),
  learningRate: schedule(nonNegative),
  maxGradientNorm: orNull(positive),
  epsilon: schedule(unit),
});

function show(value: unknown): string {
  if (typeof value === 'number') return String(value);
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value); // a bigint, or an object in a circle
  }
}
