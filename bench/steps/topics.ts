// What can be measured step by step: a topic is a list of steps, and the sizes at which each of them is timed.

import type { Window } from '../../src/index.ts';
import { type Case, checkClose } from '../case.ts';
import { fillWithIntegers, overConvolutionProducts, overMatrixProducts } from '../reference.ts';
import type { Convolve } from './conv2d/convolve.ts';
import { convolveSteps } from './conv2d/steps.ts';
import type { Matmul } from './matmul/matmul.ts';
import { matmulSteps } from './matmul/steps.ts';
import { type Layer, storeSteps } from './matmul/store.ts';
import { tiles } from './matmul/tiles.ts';
import { createPeak } from './peak.ts';
import type { Step } from './step.ts';

export interface Topic {
  readonly name: string;
  readonly description: string;
  /** The names of the steps, in order. */
  readonly steps: readonly string[];
  readonly problems: readonly Problem[];
}

/** Sizes, and how to build anew what is timed at them: the peak loop, then every step. */
interface Problem {
  readonly name: string;
  readonly createCases: () => Case[];
}

interface Product {
  readonly name: string;
  readonly M: number;
  readonly N: number;
  readonly K: number;
}

interface Convolution {
  readonly name: string;
  readonly window: Window;
  readonly O: number;
}

const product = (name: string, M: number, K: number, N: number): Product => ({ name, M, K, N });
const cube = (side: number): Product => product(`${side}³`, side, side, side);

/** A batch of 32 square images, without padding. */
function convolution(name: string, side: number, C: number, O: number, kernel: number, stride: number): Convolution {
  const out = Math.floor((side - kernel) / stride) + 1;
  const sizes = { B: 32, H: side, W: side, C, outH: out, outW: out };
  const window = { ...sizes, kernelH: kernel, kernelW: kernel, strideH: stride, strideW: stride, padH: 0, padW: 0 };
  return { name, window, O };
}

/** One of a problem's steps. Its inputs are the same as any other's, and so is what must come out. */
function createCase(name: string, amount: number, out: Float32Array, wanted: () => ArrayLike<number>, compute: () => void): Case {
  return {
    name,
    work: { amount, unit: 'FLOP' },
    check() {
      compute();
      checkClose(name, out, wanted(), 0);
    },
    run() {
      compute();
      return out[out.length - 1];
    },
  };
}

type Alloc = (length: number) => Float32Array;
const newArray: Alloc = (length) => new Float32Array(length);

const matrices = (alloc: Alloc, { M, N, K }: Product): Float32Array[] => [
  fillWithIntegers(alloc(M * K), 1),
  fillWithIntegers(alloc(K * N), 2),
  fillWithIntegers(alloc(N), 3),
];

function productProblem(steps: readonly Step<Matmul>[], sizes: Product): Problem {
  const { name, M, N, K } = sizes;
  const createCases = (): Case[] => {
    const wanted = once(() => sumsOf(matrices(newArray, sizes), sizes));
    return steps.map((step) => {
      const { loop, alloc } = step.make();
      const [[a, b], out] = [matrices(alloc, sizes), alloc(M * N)];
      return createCase(step.name, 2 * M * N * K, out, wanted, () => loop(out, a, b, M, N, K));
    });
  };
  return { name, createCases: () => [createPeak(), ...createCases()] };
}

function layerProblem(steps: readonly Step<Layer>[], sizes: Product): Problem {
  const { name, M, N, K } = sizes;
  const createCases = (): Case[] => {
    const inputs = matrices(newArray, sizes);
    const wanted = once(() => sumsOf(inputs, sizes).map((sum, i) => Math.max(0, sum + inputs[2][i % N])));
    return steps.map((step) => {
      const { loop, alloc } = step.make();
      const [[x, w, bias], out] = [matrices(alloc, sizes), alloc(M * N)];
      return createCase(step.name, 2 * M * N * K, out, wanted, () => loop(out, x, w, bias, M, N, K));
    });
  };
  return { name, createCases: () => [createPeak(), ...createCases()] };
}

function sumsOf([a, b]: readonly Float32Array[], { M, N, K }: Product): Float64Array {
  const sums = new Float64Array(M * N);
  overMatrixProducts(M, N, K, (aAt, bAt, outAt) => {
    sums[outAt] += a[aAt] * b[bAt];
  });
  return sums;
}

function convolutionProblem(steps: readonly Step<Convolve>[], { name, window, O }: Convolution): Problem {
  const { B, H, W, C, kernelH, kernelW, outH, outW } = window;
  const outLength = B * outH * outW * O;
  const inputs = (alloc: Alloc): Float32Array[] => [
    fillWithIntegers(alloc(B * H * W * C), 1),
    fillWithIntegers(alloc(kernelH * kernelW * C * O), 2),
  ];
  const createCases = (): Case[] => {
    const wanted = once(() => {
      const [x, w] = inputs(newArray);
      const sums = new Float64Array(outLength);
      overConvolutionProducts(window, O, (xAt, wAt, outAt) => {
        sums[outAt] += x[xAt] * w[wAt];
      });
      return sums;
    });
    return steps.map((step) => {
      const { loop, alloc } = step.make();
      const [[x, w], out] = [inputs(alloc), alloc(outLength)];
      return createCase(step.name, 2 * outLength * kernelH * kernelW * C, out, wanted, () => loop(out, x, w, window, O));
    });
  };
  return { name, createCases: () => [createPeak(), ...createCases()] };
}

function once<T>(compute: () => T): () => T {
  let found: T | undefined;
  return () => {
    found ??= compute();
    return found;
  };
}

const namesOf = (steps: readonly { readonly name: string }[]): string[] => steps.map(({ name }) => name);

export const topics: readonly Topic[] = [
  {
    name: 'matmul',
    description: 'a[M,K] · b[K,N], three cubes and the dense layer of the Atari network',
    steps: namesOf(matmulSteps),
    problems: [cube(64), cube(256), cube(512), product('32·3136×512', 32, 3136, 512)].map((sizes) => productProblem(matmulSteps, sizes)),
  },
  {
    name: 'tiles',
    description: 'step 7 with tiles of other sizes, and with the loop over k written out',
    steps: namesOf(tiles),
    problems: [cube(96), cube(192)].map((sizes) => productProblem(tiles, sizes)),
  },
  {
    name: 'store',
    description: 'relu(x · w + bias), in three kernels or in one',
    steps: namesOf(storeSteps),
    problems: [product('64·64×64', 64, 64, 64), product('128·120×84', 128, 120, 84), product('32·3136×512', 32, 3136, 512)].map((sizes) =>
      layerProblem(storeSteps, sizes),
    ),
  },
  {
    name: 'conv2d',
    description: 'the layers of the Atari and of the MinAtar network, batch 32',
    steps: namesOf(convolveSteps),
    problems: [
      convolution('84×84×4 ⋆ 8×8×32', 84, 4, 32, 8, 4),
      convolution('20×20×32 ⋆ 4×4×64', 20, 32, 64, 4, 2),
      convolution('9×9×64 ⋆ 3×3×64', 9, 64, 64, 3, 1),
      convolution('10×10×4 ⋆ 3×3×16', 10, 4, 16, 3, 1),
    ].map((sizes) => convolutionProblem(convolveSteps, sizes)),
  },
];
