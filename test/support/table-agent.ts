// A DQN agent whose network is a table: observations are one-hot and there is no hidden layer, so Q(s, a) is a weight plus a
// bias and every update can be followed with a pencil. It remembers one transition, and so learns from the last one.

import { DqnAgent, type DqnConfig, type DqnOptions, type Module, type Parameter, type Step } from 'deepq';

const tableStates = 3;
export const tableActions = 2;

/** Plain gradient descent with rate 0.1 on ½·error², nothing soft, nothing clipped; options say what should differ. */
const pencil: DqnConfig = {
  seed: 1,
  gamma: 0.9,
  nStep: 1,
  double: false,
  bootstrap: { kind: 'greedy' },
  loss: { kind: 'huber', delta: 100 },
  network: { conv: [], hidden: [], activation: 'relu', layerNorm: false },
  dueling: false,
  noise: 0,
  observationScale: 1,
  envs: 1,
  replayCapacity: 1,
  replayStorage: 'float32',
  sampling: { kind: 'uniform' },
  warmupSteps: 1,
  updateEverySteps: 1,
  batchSize: 1,
  targetEveryUpdates: 1000,
  targetBlend: 1,
  optimizer: { kind: 'sgd', momentum: 0 },
  learningRate: { kind: 'constant', value: 0.1 },
  maxGradientNorm: null,
  epsilon: { kind: 'constant', value: 0 },
};

export const createTableAgent = (options: DqnOptions = {}): DqnAgent =>
  new DqnAgent({ observationShape: [tableStates], actionCount: tableActions }, { ...pencil, ...options });

export const oneHot = (state: number): Float32Array => Float32Array.from({ length: tableStates }, (_, i) => (i === state ? 1 : 0));

/** What followed: the state reached, the reward, and how the episode ended, if it did. */
export function stepTo(state: number, reward: number, ending: 'terminated' | 'truncated' | 'both' | 'none' = 'none'): Step {
  return {
    observation: oneHot(state),
    reward,
    terminated: ending === 'terminated' || ending === 'both',
    truncated: ending === 'truncated' || ending === 'both',
  };
}

/** Makes Q(s, a) = rows[s][a], by the weights alone: the bias becomes 0. */
export function setTable(network: Module, rows: readonly (readonly number[])[]): void {
  parameterOf(network, 'head.weight').data.set(rows.flat());
  parameterOf(network, 'head.bias').data.fill(0);
}

/** The weights, one row for each state. A table's update moves the bias of the taken action by as much as its weight. */
export const weightsOf = (network: Module): number[][] => {
  const { data } = parameterOf(network, 'head.weight');
  return Array.from({ length: tableStates }, (_, state) => [...data.subarray(state * tableActions, (state + 1) * tableActions)]);
};

/** The parameter of that name. */
export function parameterOf(network: Module, name: string): Parameter {
  const parameter = network.parameters().get(name);
  if (parameter === undefined) throw new Error(`no parameter is called ${name}; there are ${[...network.parameters().keys()].join(', ')}`);
  return parameter;
}

/** Every parameter's numbers, in order. */
export const numbersOf = (network: Module): number[] => [...network.parameters().values()].flatMap(({ data }) => [...data]);
