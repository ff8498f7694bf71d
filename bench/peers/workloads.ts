// Every workload of the comparison: the sizes of deep Q-learning from control tasks to Atari, and what a network spends its time on.

import { type AgentSpec, agentSpecs } from '../../src/cli/bench/agents.ts';
import type { ConvConfig, Shape } from '../../src/index.ts';
import type { ConvolutionPlan, LoopPlan, NetworkPlan, Task, Workload } from './workload.ts';

/** Short names of the agents of bench/agents.ts, in their order. */
export const networkNames = ['MLP 4-64-64-2', 'MLP 4-120-84-2', 'MinAtar net', 'Nature net'] as const;

/** The convolutions of the Atari network of [Mnih 2015] on a batch of 32. */
const natureLayers: readonly ConvolutionPlan[] = [
  { B: 32, side: 84, C: 4, O: 32, kernel: 8, stride: 4 },
  { B: 32, side: 20, C: 32, O: 64, kernel: 4, stride: 2 },
  { B: 32, side: 9, C: 64, O: 64, kernel: 3, stride: 1 },
];

export const outSideOf = ({ side, kernel, stride }: ConvolutionPlan): number => Math.floor((side - kernel) / stride) + 1;

/** 2²⁰ numbers. */
const million: Shape = [1024, 1024];

const loopPlan: LoopPlan = {
  hidden: [120, 84],
  steps: 250,
  warmupSteps: 1000,
  updateEverySteps: 10,
  targetEveryUpdates: 50,
  batchSize: 128,
  capacity: 10_000,
  epsilon: 0.05,
  gamma: 0.99,
  learningRate: 2.5e-4,
};

export const workloads: readonly Workload[] = [
  ...agentSpecs.map((spec, i): Workload => {
    const batchSize = spec.options.batchSize ?? 0;
    // One update of the largest takes some engines a minute: it is checked on one batch, the others on three.
    const batches = spec.observationShape[0] === 84 ? 1 : 3;
    const task: Task = { kind: 'update', agent: spec.name, network: planOf(spec), batches, batchSize, learningRate: 1e-4 };
    return { name: `update ${networkNames[i]}, batch ${batchSize}`, task, work: { amount: 1, unit: 'updates' }, closeness: 'updates' };
  }),
  { name: 'CartPole loop', task: { kind: 'loop', plan: loopPlan }, work: { amount: loopPlan.steps, unit: 'steps' }, closeness: 1e-5 },
  ...[0, 2, 3].map((i): Workload => {
    const task: Task = { kind: 'action', agent: agentSpecs[i].name, network: planOf(agentSpecs[i]) };
    return { name: `action ${networkNames[i]}`, task, work: { amount: 1, unit: 'actions' }, closeness: 0 };
  }),
  ...[8, 16, 32, 64, 128, 256, 512].map((side) => product(`matmul ${side} cubed`, side, side, side)),
  product('matmul 32×3136×512', 32, 512, 3136),
  ...natureLayers.flatMap((plan, i) => [convolution(i + 1, plan, 'none'), convolution(i + 1, plan, i === 0 ? 'parameters' : 'all')]),
  ...(['relu', 'add', 'sum', 'exp', 'softmax'] as const).map((op): Workload => {
    const buffers = { relu: 2, add: 3, sum: 1, exp: 2, softmax: 2 }[op];
    return {
      name: `${op} 1M`,
      task: { kind: 'map', op, shape: million },
      work: { amount: buffers * 4 * 2 ** 20, unit: 'B' },
      closeness: op === 'sum' ? 1e-3 : 1e-5,
    };
  }),
  {
    name: 'Adam 1.69M',
    task: { kind: 'adam', parameters: 10, steps: 3, learningRate: 1e-3 },
    work: { amount: 1_687_206, unit: 'parameters' },
    closeness: 1e-6,
  },
];

function planOf({ observationShape, actionCount, options }: AgentSpec): NetworkPlan {
  const conv: readonly ConvConfig[] = options.network?.conv ?? [];
  return { observationShape, actionCount, conv, hidden: options.network?.hidden ?? [] };
}

function product(name: string, M: number, N: number, K: number): Workload {
  return { name, task: { kind: 'matmul', M, N, K }, work: { amount: 2 * M * N * K, unit: 'FLOP' }, closeness: 1e-5 };
}

/** Layer 1 learns nothing from its input's gradient, so nobody computes it. */
function convolution(layer: number, plan: ConvolutionPlan, gradients: 'none' | 'parameters' | 'all'): Workload {
  const { B, C, O, kernel } = plan;
  const passes = { none: 1, parameters: 2, all: 3 }[gradients];
  const amount = passes * 2 * B * outSideOf(plan) ** 2 * O * kernel * kernel * C;
  const name = `conv ${layer} ${gradients === 'none' ? 'forward' : 'forward + backward'}`;
  return { name, task: { kind: 'conv2d', plan, gradients }, work: { amount, unit: 'FLOP' }, closeness: 1e-4 };
}
