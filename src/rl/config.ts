// Everything that decides a run, as plain JSON data: a command line, a checkpoint and a link all carry the same object.
// Units are stated on each field: steps are environment steps, updates are gradient steps.

import type { Schedule } from '../nn/index.ts';
import type { BootstrapConfig } from './bootstrap/create-bootstrap.ts';
import { ConfigError, checkConfig } from './config-check.ts';
import type { LossConfig } from './returns/create-return-model.ts';
import type { ReplayStorage } from './transition-ring.ts';

export interface DqnConfig {
  /** Every random number of the run descends from it. */
  readonly seed: number;

  // ---- what is learned ----
  /** γ, what one step of delay multiplies a reward by, in [0, 1]. Mnih 2015: 0.99. */
  readonly gamma: number;
  /** Rewards summed before the bootstrap [Sutton 1988]. Mnih 2015: 1; Hessel 2018: 3. */
  readonly nStep: number;
  /** The online network chooses the next action, the target network values it [van Hasselt 2016]. */
  readonly double: boolean;
  /** What a next state is worth: what its best action is worth, or what a soft policy earns there [Vieillard 2020]. */
  readonly bootstrap: BootstrapConfig;
  /**
   * What is predicted and how its distance from the goal is measured, per sample. An expected return: Mnih 2015 clips the error
   * to ±1, which is huber with delta 1. Or a distribution: categorical [Bellemare 2017] or quantile [Dabney 2018].
   */
  readonly loss: LossConfig;

  // ---- the network ----
  readonly network: NetworkConfig;
  /** A stream for the state's value and one for the actions' advantages, each with the last hidden layer to itself [Wang 2016]. */
  readonly dueling: boolean;
  /** σ₀ of the noise on the weights of every fully connected layer, 0 for none. Fortunato 2018: 0.5. */
  readonly noise: number;
  /** Multiplies every observation before the network sees it; 1/255 for screens stored as bytes. */
  readonly observationScale: number;

  // ---- experience ----
  /** Copies of the environment that are played in turn; steps are counted over all of them. Mnih 2015: 1. */
  readonly envs: number;

  // ---- the memory ----
  /** Transitions. Mnih 2015: 1,000,000. */
  readonly replayCapacity: number;
  readonly replayStorage: ReplayStorage;
  /** Which transitions are drawn: any [Mnih 2015], or rather those that surprised [Schaul 2016]. */
  readonly sampling: SamplingConfig;
  /** Steps of uniformly random play before the first update. Mnih 2015: 50,000. */
  readonly warmupSteps: number;
  /** Steps from one update to the next. Mnih 2015: 4. */
  readonly updateEverySteps: number;
  /** Transitions per update. Mnih 2015: 32. */
  readonly batchSize: number;

  // ---- the target network ----
  /** C, updates from one synchronisation to the next. Mnih 2015: 10,000; 1 with a small blend makes the target follow softly. */
  readonly targetEveryUpdates: number;
  /** τ in target ← target + τ(online − target): 1 copies [Mnih 2015], 0.005 follows softly [Lillicrap 2016]. */
  readonly targetBlend: number;

  // ---- the optimizer ----
  readonly optimizer: OptimizerConfig;
  /** Over environment steps. */
  readonly learningRate: Schedule;
  /** The global gradient norm is cut to this; null leaves it alone. Wang 2016: 10. */
  readonly maxGradientNorm: number | null;

  // ---- exploration ----
  /** The probability of a random action, over environment steps. Mnih 2015: linear from 1 to 0.1 over 1,000,000. */
  readonly epsilon: Schedule;
}

export interface NetworkConfig {
  /** Convolutions before the hidden layers; empty for observations that are no images. */
  readonly conv: readonly ConvConfig[];
  /** Widths of the hidden layers. */
  readonly hidden: readonly number[];
  readonly activation: 'relu' | 'tanh';
  /** Normalise each hidden layer before its activation [Ba 2016]; what it does for stability stands in docs/results.md. */
  readonly layerNorm: boolean;
}

export interface ConvConfig {
  readonly filters: number;
  /** Pixels; kernels are square. */
  readonly kernel: number;
  readonly stride: number;
}

export type SamplingConfig =
  | { readonly kind: 'uniform' }
  | {
      readonly kind: 'prioritized';
      /** How much priorities count. Schaul 2016: 0.6 for proportional priorities; Hessel 2018: 0.5. */
      readonly alpha: number;
      /** How much the weights correct, over environment steps. Schaul 2016: linear from 0.4 to 1 over the run. */
      readonly beta: Schedule;
    };

export type OptimizerConfig =
  | { readonly kind: 'adam'; readonly beta1: number; readonly beta2: number; readonly epsilon: number; readonly weightDecay: number }
  | {
      readonly kind: 'rmsprop';
      readonly decay: number;
      readonly epsilon: number;
      /** ε inside the square root, as in the 2015 agent's code, or after it. */
      readonly epsilonInside: boolean;
      readonly centered: boolean;
      readonly momentum: number;
    }
  | { readonly kind: 'sgd'; readonly momentum: number };

/** Any part of a configuration; what is left out keeps the value of the base. */
export type DqnOptions = Partial<DqnConfig>;

/** Adam as published [Kingma & Ba 2015], without weight decay. */
export const adam: OptimizerConfig = { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };

/**
 * A complete, checked configuration from a base and what should differ from it. Throws ConfigError, naming the field, what it
 * must be and what it is.
 */
export function createConfig(base: DqnConfig, options: DqnOptions = {}): DqnConfig {
  const config = { ...base, ...options };
  checkConfig(config);
  checkTogether(config);
  return config;
}

/** What the rules of single fields cannot say: fields that must fit each other. */
function checkTogether({ batchSize, bootstrap, double, loss, replayCapacity, warmupSteps }: DqnConfig): void {
  if (warmupSteps < batchSize) {
    throw new ConfigError('warmupSteps', `at least batchSize (${batchSize}), to fill the first batch`, warmupSteps);
  }
  if (replayCapacity < batchSize) throw new ConfigError('replayCapacity', `at least batchSize (${batchSize})`, replayCapacity);
  if (double && bootstrap.kind === 'munchausen') {
    throw new ConfigError('double', 'false when bootstrap is munchausen, which averages over all actions: there is none to choose', double);
  }
  if (loss.kind === 'categorical' && loss.vMin >= loss.vMax) {
    throw new ConfigError('loss.vMax', `larger than loss.vMin (${loss.vMin})`, loss.vMax);
  }
}
