// One update of the agent against complete recorded updates: values, goals, errors, loss and every gradient. The agent gets
// the recorded weights and batch; plain gradient descent with rate 1 then moves each weight by exactly its gradient.

import {
  argmax,
  type Batch,
  createReturnModel,
  DqnAgent,
  type DqnOptions,
  logSoftmax,
  type Module,
  type NetworkConfig,
  QNetwork,
  Rng,
  select,
  Tensor,
} from 'deepq';
import { describe, expect, test } from 'vitest';
import { type GoldenArray, readGoldenArrays, readGoldenJson } from '../support/golden.ts';
import { expectClose, goldenTolerance } from '../support/tolerance.ts';

interface Case {
  readonly name: string;
  readonly loss: number;
  readonly float32_reference_error: Readonly<Record<string, number>>;
}

const { gamma, cases } = readGoldenJson<{ gamma: number; cases: readonly Case[] }>('numerics/dqn_losses.json');
const arrays = readGoldenArrays('numerics/dqn_losses.safetensors');

interface Variant {
  readonly options: DqnOptions;
  /** Rewards in each recorded sum; 1 by default. */
  readonly steps?: number;
  /** With the recorded importance weights. */
  readonly weighted?: boolean;
}

const spaces = { observationShape: [4], actionCount: 3 };
const hidden16: NetworkConfig = { conv: [], hidden: [16], activation: 'relu', layerNorm: false };
const isDistributional = (name: string): boolean => name.startsWith('c51') || name.startsWith('qr');

const c51: DqnOptions = { loss: { kind: 'categorical', atoms: 51, vMin: -10, vMax: 10 } };
const variants: Readonly<Record<string, Variant>> = {
  dqn_huber: { options: { double: false } },
  dqn_mse: { options: { double: false, loss: { kind: 'mse' } } },
  double_dqn: { options: { double: true } },
  dqn_3step: { options: { double: false }, steps: 3 },
  dqn_prioritized: { options: { double: true }, weighted: true },
  munchausen: { options: { double: false, bootstrap: { kind: 'munchausen', alpha: 0.9, tau: 0.03, clip: -1 } } },
  dueling_double: { options: { double: true, dueling: true } },
  c51: { options: { ...c51, double: false } },
  c51_double: { options: { ...c51, double: true } },
  qr_dqn: { options: { double: false, loss: { kind: 'quantile', quantiles: 20, delta: 1 } } },
};

test.each(Object.keys(variants))('%s', (name) => {
  const { options, steps = 1, weighted = false } = variants[name];
  const places = options.dueling ? duelingPlaces : plainPlaces;
  const recorded = cases.find((each) => each.name === name);
  if (recorded === undefined) throw new Error(`no recorded case is called ${name}`);
  const agent = new DqnAgent(spaces, {
    ...options,
    network: hidden16,
    optimizer: { kind: 'sgd', momentum: 0 },
    learningRate: { kind: 'constant', value: 1 },
    maxGradientNorm: null,
    batchSize: 12,
    warmupSteps: 12,
    updateEverySteps: 1,
    targetEveryUpdates: 1000,
    targetBlend: 1,
  });
  for (const which of ['online', 'target'] as const) {
    load(agent[which], places, name, which);
  }
  for (let i = 0; i < 12; i++) {
    const observation = floats('batch/s').subarray(i * 4, i * 4 + 4);
    agent.observe(observation, 0, { observation, reward: 0, terminated: false, truncated: i === 11 });
  }
  const seen: { priority: Float32Array } = { priority: new Float32Array() };
  agent.replay.sample = () => recordedBatch(gamma ** steps, weighted);
  agent.replay.reprioritize = (_, priority) => {
    seen.priority = priority.slice();
  };

  const close = (what: string, got: ArrayLike<number>, want: ArrayLike<number>): void =>
    expectClose(`${name} ${what}`, got, want, goldenTolerance(recorded.float32_reference_error[what] ?? 0, want));
  const q = Array.from({ length: 12 }, (_, i) => Array.from(agent.qValues(floats('batch/s').slice(i * 4, i * 4 + 4)))).flat();
  if (!isDistributional(name)) close('q', q, floats(`${name}/q`));

  const before = snapshotOf(agent.online);
  const report = agent.learn();
  if (report === undefined) throw new Error('an update must have been due');
  const after = snapshotOf(agent.online);
  const gradients = new Map(Array.from(before, ([each, values]) => [each, values.map((value, i) => value - after.get(each)![i])])); // same names
  close('loss', [report.loss], [recorded.loss]);
  if (arrays.has(`${name}/td_error`)) close('td_error', seen.priority, floats(`${name}/td_error`).map(Math.abs));
  places.forEach((place, i) => {
    close(`grad.${i}`, place.read(gradients), toOurLayout(array(`${name}/grad.${i}`)));
  });
  expect(agent.updates).toBe(1);
});

describe.each(Object.keys(variants).filter(isDistributional))('%s, step by step', (name) => {
  const { options } = variants[name];
  const loss = options.loss!; // these are about the loss
  const returns = createReturnModel(loss);
  const [online, target] = (['online', 'target'] as const).map((which) => {
    const network = new QNetwork(spaces, hidden16, returns.width, new Rng(1));
    load(network, plainPlaces, name, which);
    return network;
  });
  const batch = recordedBatch(gamma, false);
  const predicted = select(online.forward(batch.observation), batch.action);
  const goal = returns.target(
    select(target.forward(batch.nextObservation), array(`${name}/next_action`).data as Int32Array),
    batch.reward,
    batch.discount,
  );
  const errors = cases.find((each) => each.name === name)!.float32_reference_error;
  const close = (what: string, got: ArrayLike<number>): void => {
    const want = floats(`${name}/${what}`);
    expectClose(`${name} ${what}`, got, want, goldenTolerance(errors[what] ?? 0, want));
  };

  test('the choice of the next action', () => {
    const chooser = options.double ? online : target;
    expect([...argmax(returns.expectation(chooser.forward(batch.nextObservation)))]).toEqual([...array(`${name}/next_action`).data]);
  });

  test('prediction, goal and loss', () => {
    if (loss.kind === 'quantile') {
      close('theta', predicted.data);
      close('y', goal.data);
    } else {
      close('log_p_selected', logSoftmax(predicted).data);
      close('projected', goal.data);
      close('q', select(returns.expectation(online.forward(batch.observation)), batch.action).data);
      close('per_sample', returns.loss(predicted, goal).data);
    }
  });
});

function recordedBatch(discount: number, weighted: boolean): Batch {
  return {
    observation: new Tensor(floats('batch/s'), [12, 4]),
    action: array('batch/a').data as Int32Array, // recorded as I32
    reward: floats('batch/r'),
    discount: floats('batch/done').map((done) => discount * (1 - done)),
    nextObservation: new Tensor(floats('batch/s2'), [12, 4]),
    weight: new Tensor(weighted ? floats('batch/is_weight') : new Float32Array(12).fill(1), [12]),
    slot: new Int32Array(12),
  };
}

/** Where one recorded parameter is found in our network: how to put it there, and how to gather its gradient. */
interface Place {
  load(network: Module, values: Float32Array): void;
  read(gradients: ReadonlyMap<string, Float32Array>): Float32Array;
}

const plainPlaces: readonly Place[] = ['torso.1.weight', 'torso.1.bias', 'head.weight', 'head.bias'].map((name) => ({
  load: (network, values) => parameterOf(network, name).data.set(values),
  read: (gradients) => gradients.get(name)!, // the name is one of the network's
}));

/**
 * The recorded dueling network has one hidden layer for both streams; ours has it twice. Twice the same weights give the same
 * values, and the gradient of what is shared is the sum of both.
 */
const duelingPlaces: readonly Place[] = [
  ...['0.weight', '0.bias'].map(
    (name): Place => ({
      load(network, values) {
        for (const stream of ['value', 'advantage']) parameterOf(network, `head.${stream}.${name}`).data.set(values);
      },
      read(gradients) {
        const [value, advantage] = ['value', 'advantage'].map((stream) => gradients.get(`head.${stream}.${name}`)!);
        return value.map((g, i) => g + advantage[i]);
      },
    }),
  ),
  // Output 0 is the value, the others are advantages: columns of the last weight, elements of the last bias.
  ...['1.weight', '1.bias'].map(
    (name): Place => ({
      load(network, values) {
        parameterOf(network, `head.value.${name}`).data.set(values.filter((_, i) => i % 4 === 0));
        parameterOf(network, `head.advantage.${name}`).data.set(values.filter((_, i) => i % 4 !== 0));
      },
      read(gradients) {
        const value = gradients.get(`head.value.${name}`)!;
        const advantage = gradients.get(`head.advantage.${name}`)!;
        return Float32Array.from({ length: 4 * value.length }, (_, i) =>
          i % 4 === 0 ? value[i / 4] : advantage[3 * Math.floor(i / 4) + (i % 4) - 1],
        );
      },
    }),
  ),
];

function load(network: Module, places: readonly Place[], name: string, which: 'online' | 'target'): void {
  for (const [i, place] of places.entries()) place.load(network, toOurLayout(array(`${name}/${which}.${i}`)));
}

const snapshotOf = (network: Module): Map<string, Float32Array> =>
  new Map(Array.from(network.parameters(), ([name, { data }]) => [name, data.slice()]));

/** Recorded weights are [out, in]; ours are [in, out]. */
function toOurLayout({ shape, data }: GoldenArray): Float32Array {
  if (shape.length === 1) return Float32Array.from(data);
  const [rows, columns] = shape;
  return Float32Array.from({ length: data.length }, (_, i) => data[(i % rows) * columns + Math.floor(i / rows)]);
}

function parameterOf(network: Module, name: string): Tensor {
  const parameter = network.parameters().get(name);
  if (parameter === undefined) throw new Error(`no parameter is called ${name}`);
  return parameter;
}

function array(name: string): GoldenArray {
  const found = arrays.get(name);
  if (found === undefined) throw new Error(`no recorded array is called ${name}`);
  return found;
}

const floats = (name: string): Float32Array => Float32Array.from(array(name).data);
