// The agents whose updates and actions are timed: four networks from the literature, each with a memory of random transitions.
// Everything else is deep Q-learning as first published, with Adam.

import { adam, DqnAgent, type DqnOptions, Rng, type Shape, sizeOf } from '../../index.ts';

export interface AgentSpec {
  readonly name: string;
  readonly observationShape: Shape;
  readonly actionCount: number;
  /** What an observation is made of: numbers in [−1, 1), zeros and ones, or whole numbers 0…255. */
  readonly values: 'real' | 'bit' | 'byte';
  /** Transitions in memory: enough that a batch is not found in a cache near the processor. */
  readonly transitions: number;
  readonly options: DqnOptions;
}

const published: DqnOptions = {
  seed: 1,
  gamma: 0.99,
  nStep: 1,
  double: false,
  loss: { kind: 'huber', delta: 1 },
  updateEverySteps: 1,
  targetEveryUpdates: 250,
  targetBlend: 1,
  optimizer: adam,
  learningRate: { kind: 'constant', value: 1e-4 },
  maxGradientNorm: null,
  epsilon: { kind: 'constant', value: 0 },
};

const mlp = (hidden: readonly number[], batchSize: number): AgentSpec => ({
  name: `MLP 4-${hidden.join('-')}-2, batch ${batchSize}`,
  observationShape: [4],
  actionCount: 2,
  values: 'real',
  transitions: 50_000,
  options: { ...published, batchSize, network: { conv: [], hidden, activation: 'relu', layerNorm: false } },
});

export const agentSpecs: readonly AgentSpec[] = [
  mlp([64, 64], 64),
  mlp([120, 84], 128),
  {
    name: 'MinAtar CNN 10×10×4, batch 32',
    observationShape: [10, 10, 4],
    actionCount: 6,
    values: 'bit',
    transitions: 50_000,
    options: {
      ...published,
      batchSize: 32,
      replayStorage: 'uint8',
      network: { conv: [{ filters: 16, kernel: 3, stride: 1 }], hidden: [128], activation: 'relu', layerNorm: false },
    },
  },
  {
    name: 'Atari CNN 84×84×4, batch 32',
    observationShape: [84, 84, 4],
    actionCount: 6,
    values: 'byte',
    transitions: 2000,
    options: {
      ...published,
      batchSize: 32,
      replayStorage: 'uint8',
      observationScale: 1 / 255,
      network: {
        conv: [
          { filters: 32, kernel: 8, stride: 4 },
          { filters: 64, kernel: 4, stride: 2 },
          { filters: 64, kernel: 3, stride: 1 },
        ],
        hidden: [512],
        activation: 'relu',
        layerNorm: false,
      },
    },
  },
];

/** An agent with a full memory, due for an update whenever it is asked. */
export function createAgent(spec: AgentSpec): DqnAgent {
  const { observationShape, actionCount, transitions } = spec;
  const options = { ...spec.options, replayCapacity: transitions, warmupSteps: transitions };
  const agent = new DqnAgent({ observationShape, actionCount }, options);
  const rng = new Rng(2);
  let observation = randomObservation(spec, rng);
  for (let i = 0; i < transitions; i++) {
    const next = randomObservation(spec, rng);
    const reward = rng.uniform(-1, 1);
    agent.observe(observation, rng.integer(actionCount), { observation: next, reward, terminated: i % 50 === 49, truncated: false });
    observation = next;
  }
  return agent;
}

export function randomObservation({ observationShape, values }: AgentSpec, rng: Rng): Float32Array {
  const draw = { real: () => rng.uniform(-1, 1), bit: () => rng.integer(2), byte: () => rng.integer(256) }[values];
  return new Float32Array(sizeOf(observationShape)).map(draw);
}
