// What the configuration's fields mean, in a few words each, for help; config.ts says it in full. The compiler requires an entry for
// every field, so none can be forgotten here.

import type { DqnConfig, NetworkConfig } from '../index.ts';

type Field = keyof DqnConfig | `network.${keyof NetworkConfig}`;

export const meanings: { readonly [Name in Field]: string } = {
  seed: 'decides every random number of the run',
  gamma: 'what one step of delay multiplies a reward by',
  nStep: 'rewards that are summed before the value of the state that follows',
  double: 'the online network chooses the next action, the target network values it',
  bootstrap: 'what a next state is worth',
  loss: 'what is predicted, and how errors count',
  network: 'the form of the network',
  'network.conv': 'convolutions before the hidden layers, as JSON',
  'network.hidden': 'widths of the hidden layers',
  'network.activation': 'relu|tanh',
  'network.layerNorm': 'normalise each hidden layer',
  dueling: 'a stream for the state and one for its actions',
  noise: 'noise on the weights, to explore by',
  observationScale: 'multiplies every observation',
  envs: 'copies of the environment, played in turn',
  replayCapacity: 'transitions in the memory',
  replayStorage: 'float32|uint8|frames, the last for stacks of screens',
  sampling: 'which transitions are learned from',
  warmupSteps: 'steps of random play before the first update',
  updateEverySteps: 'steps from one update to the next',
  batchSize: 'transitions in an update',
  targetEveryUpdates: 'updates from one synchronisation of the target network to the next',
  targetBlend: 'how far the target network then moves to the online one, 1 being all the way',
  optimizer: 'how gradients become steps',
  learningRate: 'how large these steps are',
  maxGradientNorm: 'longer gradients are cut to this, unless it is null',
  epsilon: 'the probability of a random action',
};
