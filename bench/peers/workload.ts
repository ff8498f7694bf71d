// What all contestants are asked to do, as plain data: it crosses process boundaries and languages as JSON, and the arrays it works
// on go beside it in a safetensors file. The list of workloads is in workloads.ts.

import type { ConvConfig, Shape } from '../../src/index.ts';

/** A Q-network's form: convolutions without padding, hidden layers, one output for each action, relu between layers. */
export interface NetworkPlan {
  readonly observationShape: Shape;
  readonly actionCount: number;
  readonly conv: readonly ConvConfig[];
  readonly hidden: readonly number[];
}

/** Images are [B, side, side, C], filters [kernel, kernel, C, O], no padding. */
export interface ConvolutionPlan {
  readonly B: number;
  readonly side: number;
  readonly C: number;
  readonly O: number;
  readonly kernel: number;
  readonly stride: number;
}

/**
 * The task, with the names of its arrays and what the result is. Parameters of networks are `parameter0`, `parameter1`, …: weight
 * and bias of one layer after another, weights as [inputs, outputs] or [kernel, kernel, C, O].
 */
export type Task =
  /** a[M,K] · b[K,N]; result: the product. */
  | { readonly kind: 'matmul'; readonly M: number; readonly N: number; readonly K: number }
  /** x, w, bias, and for gradients dOut; result: the output, or dw, dbias and, of all, dx, one behind another. */
  | { readonly kind: 'conv2d'; readonly plan: ConvolutionPlan; readonly gradients: 'none' | 'parameters' | 'all' }
  /** x, and y for add; softmax is over the last axis. Result: the output. */
  | { readonly kind: 'map'; readonly op: 'relu' | 'add' | 'sum' | 'exp' | 'softmax'; readonly shape: Shape }
  /** The network and one observation, before any scaling; `agent` is its name in bench/agents.ts. Result: the action of the largest value. */
  | { readonly kind: 'action'; readonly agent: string; readonly network: NetworkPlan }
  /**
   * The network twice, `parameter…` and `target…`, and batches: observation0, next0, action0, reward0, discount0, observation1, …
   * One update: largest target value of the next observation, forward, value of the action, mean Huber loss, backward, Adam.
   * Result: the loss of each of the batches, then how far every parameter moved over these updates.
   */
  | {
      readonly kind: 'update';
      readonly agent: string;
      readonly network: NetworkPlan;
      readonly batches: number;
      readonly batchSize: number;
      readonly learningRate: number;
    }
  /** Parameters and their gradients, `gradient…`; result: the parameters after the given number of steps. */
  | { readonly kind: 'adam'; readonly parameters: number; readonly steps: number; readonly learningRate: number }
  /**
   * Deep Q-learning on CartPole, `steps` environment steps a run; result: the observations that follow `start` under `actions`, so
   * that what is checked is the environment. The configuration is fixed: see LoopPlan.
   */
  | { readonly kind: 'loop'; readonly plan: LoopPlan };

/** Sizes and constants of the training loop, which every contestant must use. */
export interface LoopPlan {
  readonly hidden: readonly number[];
  /** Environment steps in one timed run. */
  readonly steps: number;
  readonly warmupSteps: number;
  readonly updateEverySteps: number;
  readonly targetEveryUpdates: number;
  readonly batchSize: number;
  readonly capacity: number;
  readonly epsilon: number;
  readonly gamma: number;
  readonly learningRate: number;
}

/** How close results must be: each number to this part of the largest expected one; or see `updates`. */
export type Closeness = number | 'updates';

export interface Workload {
  readonly name: string;
  readonly task: Task;
  /** Operations in one run, where a percentage of the peak loop means something; or the number of things, and their name. */
  readonly work: { readonly amount: number; readonly unit: string };
  readonly closeness: Closeness;
}

/** An array of a workload, by its name. */
export type Inputs = Readonly<Record<string, { readonly data: Float32Array; readonly shape: Shape }>>;

/** The arrays `<prefix>0`, `<prefix>1`, … in order. */
export function numbered(inputs: Inputs, prefix: string): Inputs[string][] {
  const found: Inputs[string][] = [];
  for (let i = 0; `${prefix}${i}` in inputs; i++) found.push(inputs[`${prefix}${i}`]);
  return found;
}
