// What was promised of the speed, line by line: who is compared with whom on which workload, the ratio that must be reached and the
// one that is aimed at. A ratio is how many times as fast; against a bound it is the part of the bound that is reached.

import { networkNames } from './workloads.ts';

/** Contestants that are no engines: loops that say what the machine could do. */
export const bounds: readonly string[] = ['mul+add loop', 'FMA loop'];

export interface Claim {
  /** One comparison for each of these workloads. */
  readonly workloads: readonly string[];
  readonly subject: string;
  readonly rival: string;
  /** Null where there is only an aim. */
  readonly must: number | null;
  readonly aim: number | null;
}

const claim = (
  workloads: string | readonly string[],
  rival: string,
  must: number | null,
  aim: number | null = null,
  subject = 'deepq',
): Claim => ({
  workloads: typeof workloads === 'string' ? [workloads] : workloads,
  subject,
  rival,
  must,
  aim,
});

const cubes = (...sides: readonly number[]): string[] => sides.map((side) => `matmul ${side} cubed`);
const layers = (pass: string): string[] => [1, 2, 3].map((layer) => `conv ${layer} ${pass}`);
const [small, control, minAtar, nature] = networkNames;
const fast = 'deepq fastMath';

export const claims: readonly Claim[] = [
  claim(`update ${small}, batch 64`, 'PyTorch', 4, 7),
  claim(`update ${small}, batch 64`, 'tfjs-wasm', 20),
  claim(`update ${control}, batch 128`, 'PyTorch', 1.7, 2.5),
  claim(`update ${control}, batch 128`, 'tfjs-wasm', 8),
  claim(`update ${minAtar}, batch 32`, 'PyTorch', 1.4, 2),
  claim(`update ${minAtar}, batch 32`, 'jax-js', 8),
  claim(`update ${nature}, batch 32`, 'PyTorch', 0.5, 0.7),
  claim(`update ${nature}, batch 32`, 'ConvNetJS', 35),
  claim(`update ${nature}, batch 32`, 'PyTorch', 0.65, 0.9, fast),
  claim('CartPole loop', 'PyTorch', 5, 8),
  claim(`action ${small}`, 'PyTorch', 10, 20),
  claim(`action ${minAtar}`, 'PyTorch', 2.5, 4),
  claim(`action ${nature}`, 'PyTorch', 1.2, 2),
  claim(cubes(64, 128, 256, 512), 'mul+add loop', 0.9, 0.97),
  claim(cubes(64, 128, 256, 512), 'tfjs-wasm', 1.1),
  claim(cubes(64, 128, 256, 512), 'onnxruntime-web', 1),
  claim(cubes(64, 128, 256, 512), 'FMA loop', 0.78, null, fast),
  claim(cubes(8, 16, 32), 'tfjs-wasm', 2),
  claim(cubes(8, 16, 32), 'PyTorch', null, 1),
  claim('matmul 32×3136×512', 'tfjs-wasm', 1.1, 1.4),
  claim(layers('forward'), 'mul+add loop', 0.85, 0.97),
  claim(layers('forward'), 'tfjs-wasm', 1.3),
  claim(layers('forward + backward'), 'mul+add loop', 0.8, 0.95),
  claim(['relu 1M', 'add 1M', 'sum 1M'], 'PyTorch', 0.9, 1),
  claim(['exp 1M', 'softmax 1M'], 'PyTorch', 0.4, 0.6),
  claim(['exp 1M', 'softmax 1M'], 'tfjs-wasm', 1),
  claim('Adam 1.69M', 'PyTorch', 5, 7),
  claim(`update ${nature}, batch 32`, 'deepq', 1.5, 1.8, 'deepq 2 threads'),
  claim(`update ${nature}, batch 32`, 'PyTorch', null, 1, 'deepq 2 threads'),
];
