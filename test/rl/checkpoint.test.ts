// Checkpoints hold everything and believe nothing: what they give back is what was saved, and a file that is damaged or of
// another kind is refused with its reason. That resuming is exact to the last bit stands in determinism.test.ts.

import {
  CartPole,
  Catch,
  ConfigError,
  DqnAgent,
  decodeCheckpoint,
  decodeSnapshot,
  encodeCheckpoint,
  encodeSnapshot,
  encodeWeights,
  FormatError,
  Rng,
  resumeTraining,
  type Snapshot,
  type SnapshotValue,
  TimeLimit,
  Training,
} from 'deepq';
import { describe, expect, test } from 'vitest';

const createEnv = (): TimeLimit => new TimeLimit(new CartPole(new Rng(5)), 15);

function trained(steps: number): Training {
  const env = createEnv();
  const agent = new DqnAgent(env, {
    seed: 5,
    nStep: 3,
    network: { conv: [], hidden: [6], activation: 'relu', layerNorm: true },
    warmupSteps: 20,
    batchSize: 4,
    updateEverySteps: 1,
    replayCapacity: 50,
  });
  const training = new Training(env, agent);
  for (const _ of training.run(steps));
  return training;
}

const bytes = encodeCheckpoint('CartPole', 500, trained(40));
const file = decodeSnapshot(bytes);

test('gives back what was saved', () => {
  const training = trained(40);
  const checkpoint = decodeCheckpoint(bytes);
  expect(checkpoint).toEqual({ environment: 'CartPole', steps: 500, config: training.agent.config, state: training.state() });
  const resumed = resumeTraining(checkpoint, createEnv());
  expect(resumed.state()).toEqual(training.state());
  expect([resumed.agent.steps, resumed.agent.updates, resumed.agent.epsilon]).toEqual([40, 21, training.agent.epsilon]);
  expect(encodeCheckpoint('CartPole', 500, resumed)).toEqual(bytes);
});

test('holds the state of the moment: training on does not change it', () => {
  const training = trained(40);
  const state = training.state();
  const copy = structuredClone(state);
  for (const _ of training.run(30));
  expect(state).toEqual(copy);
});

test('can be taken at any moment, before the first step and between episodes too', () => {
  for (const steps of [0, 1, 2, 15, 30]) {
    const training = trained(steps);
    const resumed = resumeTraining(decodeCheckpoint(encodeCheckpoint('CartPole', 500, training)), createEnv());
    expect([...resumed.run(20)]).toEqual([...training.run(20)]);
  }
});

describe('is refused', () => {
  const changed = (fields: Snapshot): Uint8Array => encodeSnapshot({ ...file, ...fields });

  test('when it is another kind of file', () => {
    expect(() => decodeCheckpoint(encodeSnapshot({ kind: 'else' }))).toThrow('checkpoint: the file must be a checkpoint of deepq');
    expect(() => decodeCheckpoint(encodeWeights(trained(0).agent.online))).toThrow(FormatError);
    expect(() => decodeCheckpoint(new Uint8Array(3))).toThrow(FormatError);
  });

  test('when it is of another version', () => {
    expect(() => decodeCheckpoint(changed({ version: 1 }))).toThrow('checkpoint: version must be 2; got 1');
  });

  test('when its configuration has no meaning', () => {
    const config = { ...(file['config'] as Snapshot), gamma: 7 };
    expect(() => decodeCheckpoint(changed({ config }))).toThrow(ConfigError);
    expect(() => decodeCheckpoint(changed({ config }))).toThrow('config.gamma: must be in [0, 1]; got 7');
  });

  test('when it does not fit the environment or the network', () => {
    const checkpoint = decodeCheckpoint(bytes);
    expect(() => resumeTraining(checkpoint, new TimeLimit(new Catch(new Rng(1)), 15))).toThrow(FormatError);
    const network = { ...checkpoint.config.network, hidden: [7] };
    const other = { ...checkpoint, config: { ...checkpoint.config, network } };
    expect(() => resumeTraining(other, createEnv())).toThrow(/"torso.1.weight" must be .*28.*; got .*24/);
    const smaller = { ...checkpoint, config: { ...checkpoint.config, replayCapacity: 10 } };
    expect(() => resumeTraining(smaller, createEnv())).toThrow('replay: a state must fit a capacity of 10');
  });
});

test('actions that the environment does not have are refused, those to be taken and those in the memory', () => {
  const damage = (path: readonly string[], value: SnapshotValue = file): SnapshotValue => {
    const [name, ...rest] = path;
    if (name === undefined) return (value as Int32Array).slice().fill(2);
    return { ...(value as Snapshot), [name]: damage(rest, (value as Snapshot)[name]) };
  };
  for (const path of [
    ['state', 'actions'],
    ['state', 'agent', 'replay', 'action'],
  ]) {
    const bytes = encodeSnapshot(damage(path) as Snapshot);
    expect(() => resumeTraining(decodeCheckpoint(bytes), createEnv())).toThrow(FormatError);
    expect(() => resumeTraining(decodeCheckpoint(bytes), createEnv())).toThrow(/must be in 0…1; got 2/);
  }
});

/** The value with one place inside replaced, for every place; arrays of numbers are one place each. */
function* variantsOf(value: SnapshotValue, replace: (old: SnapshotValue) => SnapshotValue | undefined): Generator<SnapshotValue> {
  const replacement = replace(value);
  if (replacement !== undefined) yield replacement;
  if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value)) return;
  for (const [name, item] of Object.entries(value)) {
    for (const variant of variantsOf(item as SnapshotValue, replace)) {
      yield Array.isArray(value)
        ? value.map((old, i) => (i === Number(name) ? variant : old))
        : { ...(value as Snapshot), [name]: variant };
    }
  }
}

const wrong: readonly [string, (old: SnapshotValue) => SnapshotValue | undefined][] = [
  ['null', (old) => (old === null ? undefined : null)],
  ['a text', (old) => (typeof old === 'string' ? undefined : 'x')],
  ['a negative fraction', () => -0.5],
  ['an empty object', () => ({})],
  ['an empty list', () => []],
  ['an array of another length', (old) => (old instanceof Float32Array ? old.slice(1) : undefined)],
  ['an array that is NaN', (old) => (old instanceof Float32Array ? old.slice().fill(Number.NaN) : undefined)],
  ['an array of another type', (old) => (old instanceof Float32Array ? Float64Array.from(old) : undefined)],
];

// Some fields may hold what is put there: a text as environment, a negative reward. Then training must go on.
test.each(wrong)('with %s anywhere, it is refused by a FormatError or ConfigError, or it works', (_, replace) => {
  let refused = 0;
  let count = 0;
  for (const variant of variantsOf(file, replace)) {
    count++;
    if (variant === null || typeof variant !== 'object' || Array.isArray(variant) || ArrayBuffer.isView(variant)) continue;
    try {
      const training = resumeTraining(decodeCheckpoint(encodeSnapshot(variant as Snapshot)), createEnv());
      for (const _ of training.run(3));
    } catch (error) {
      if (!(error instanceof FormatError || error instanceof ConfigError)) throw error;
      refused++;
    }
  }
  expect(count).toBeGreaterThan(10);
  expect(refused).toBeGreaterThan(0.8 * count);
});
