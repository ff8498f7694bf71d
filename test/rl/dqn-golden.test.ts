// One update of the agent against complete recorded updates: values, goals, errors, loss and every gradient. The agent gets
// the recorded weights and batch; plain gradient descent with rate 1 then moves each weight by exactly its gradient.

import { type Batch, DqnAgent, type DqnOptions, type Module, Tensor } from 'deepq';
import { expect, test } from 'vitest';
import { type GoldenArray, readGoldenArrays, readGoldenJson } from '../support/golden.ts';
import { expectClose, goldenTolerance } from '../support/tolerance.ts';

interface Case {
  readonly name: string;
  readonly loss: number;
  readonly float32_reference_error: Readonly<Record<string, number>>;
}

const { gamma, cases } = readGoldenJson<{ gamma: number; cases: readonly Case[] }>('numerics/dqn_losses.json');
const arrays = readGoldenArrays('numerics/dqn_losses.safetensors');

const variants: Readonly<Record<string, { options: DqnOptions; steps: number; weighted: boolean }>> = {
  dqn_huber: { options: { double: false }, steps: 1, weighted: false },
  dqn_mse: { options: { double: false, loss: { kind: 'mse' } }, steps: 1, weighted: false },
  double_dqn: { options: { double: true }, steps: 1, weighted: false },
  dqn_3step: { options: { double: false }, steps: 3, weighted: false },
  dqn_prioritized: { options: { double: true }, steps: 1, weighted: true },
};

const parameterNames = ['torso.1.weight', 'torso.1.bias', 'head.weight', 'head.bias'];

test.each(Object.keys(variants))('%s', (name) => {
  const { options, steps, weighted } = variants[name];
  const recorded = cases.find((each) => each.name === name);
  if (recorded === undefined) throw new Error(`no recorded case is called ${name}`);
  const agent = new DqnAgent(
    { observationShape: [4], actionCount: 3 },
    {
      ...options,
      network: { conv: [], hidden: [16], activation: 'relu', layerNorm: false },
      optimizer: { kind: 'sgd', momentum: 0 },
      learningRate: { kind: 'constant', value: 1 },
      maxGradientNorm: null,
      batchSize: 12,
      warmupSteps: 12,
      updateEverySteps: 1,
      targetEveryUpdates: 1000,
      targetBlend: 1,
    },
  );
  loadRecorded(agent.online, name, 'online');
  loadRecorded(agent.target, name, 'target');
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
  close('q', q, floats(`${name}/q`));

  const before = parameterNames.map((each) => parameterOf(agent.online, each).data.slice());
  const report = agent.learn();
  if (report === undefined) throw new Error('an update must have been due');
  close('loss', [report.loss], [recorded.loss]);
  close('td_error', seen.priority, floats(`${name}/td_error`).map(Math.abs));
  parameterNames.forEach((each, i) => {
    const after = parameterOf(agent.online, each).data;
    close(
      `grad.${i}`,
      before[i].map((value, j) => value - after[j]),
      toOurLayout(array(`${name}/grad.${i}`)),
    );
  });
  expect(agent.updates).toBe(1);
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

function loadRecorded(network: Module, name: string, which: string): void {
  parameterNames.forEach((each, i) => {
    parameterOf(network, each).data.set(toOurLayout(array(`${name}/${which}.${i}`)));
  });
}

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
