// The few cases that say how fast this machine is with deepq: whole updates and actions, and the products and the convolution that
// they are made of. bench/ measures much more, and checks every result first.

import { backend, type GemmOptions, type LimitLoop, Rng, type Window } from '../../index.ts';
import { type AgentSpec, agentSpecs, createAgent, randomObservation } from './agents.ts';
import { multiplyAddCeilings } from './ceilings.ts';
import type { Work } from './units.ts';

export interface HeadlineCase {
  readonly name: string;
  readonly work: Work;
  /** Does the work once. The number depends on the result. */
  run(): number;
}

/** The loops that bound the rest; the fastest of them is the peak. */
export const peakCases = (): HeadlineCase[] =>
  multiplyAddCeilings().map(({ name, amount, unit, run }: LimitLoop) => ({ name, work: { amount, unit }, run }));

/** Each case is built when its turn comes, for the memories of the agents are large. */
export const headlineCases: readonly (() => HeadlineCase)[] = [
  ...[agentSpecs[0], agentSpecs[1], agentSpecs[3]].map((spec) => () => update(spec)),
  ...[agentSpecs[0], agentSpecs[3]].map((spec) => () => action(spec)),
  () => product(64, 64, 64),
  () => product(256, 256, 256),
  () => product(32, 512, 3136),
  convolution,
];

function update(spec: AgentSpec): HeadlineCase {
  // A batch or two in memory are enough to learn from; a full one would take longer to fill than to measure.
  const agent = createAgent({ ...spec, transitions: 2 * (spec.options.batchSize ?? 32) });
  return { name: `update, ${spec.name}`, work: { amount: 1, unit: 'updates' }, run: () => agent.learn()?.loss ?? Number.NaN };
}

function action(spec: AgentSpec): HeadlineCase {
  const agent = createAgent({ ...spec, transitions: spec.options.batchSize ?? 32 });
  const observation = randomObservation(spec, new Rng(4));
  const name = `action, ${spec.name.replace(/, batch.*/, '')}`;
  return { name, work: { amount: 1, unit: 'actions' }, run: () => agent.greedyAction(observation) };
}

const plain: GemmOptions = { transposeA: false, transposeB: false, accumulate: false };

function product(M: number, N: number, K: number): HeadlineCase {
  const { kernels } = backend();
  const [a, b, out] = [filled(M * K, 1), filled(K * N, 2), filled(M * N, 3)];
  return {
    name: `product ${M}×${K} · ${K}×${N}`,
    work: { amount: 2 * M * N * K, unit: 'FLOP' },
    run() {
      kernels.gemm(out, a, b, M, N, K, plain);
      return out[0];
    },
  };
}

/** The second layer of the Atari network on a batch of 32. */
function convolution(): HeadlineCase {
  const { kernels } = backend();
  const sizes = { B: 32, H: 20, W: 20, C: 32, outH: 9, outW: 9 };
  const window: Window = { ...sizes, kernelH: 4, kernelW: 4, strideH: 2, strideW: 2, padH: 0, padW: 0 };
  const [x, w, bias, out] = [32 * 20 * 20 * 32, 4 * 4 * 32 * 64, 64, 32 * 9 * 9 * 64].map(filled);
  return {
    name: 'convolution 20×20×32 ⋆ 4×4×64, batch 32',
    work: { amount: 2 * out.length * 4 * 4 * 32, unit: 'FLOP' },
    run() {
      kernels.conv2d(out, x, w, bias, window, 64, 'none');
      return out[0];
    },
  };
}

function filled(length: number, seed: number): Float32Array {
  const rng = new Rng(seed);
  const buffer = backend().alloc(length);
  for (let i = 0; i < length; i++) buffer[i] = rng.uniform(-1, 1);
  return buffer;
}
