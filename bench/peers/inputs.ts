// The arrays that every contestant is given for a workload, and the result that is expected of them: what deepq's plain JavaScript
// kernels, the definition of all others, make of these arrays.

import { agentSpecs, createAgent, randomObservation } from '../../src/cli/bench/agents.ts';
import { type Batch, Rng, readRngState, type Shape, sizeOf, Tensor } from '../../src/index.ts';
import { create } from './engine.ts';
import type { Inputs, Task } from './workload.ts';
import { outSideOf } from './workloads.ts';

export interface Problem {
  readonly inputs: Inputs;
  readonly expected: Float32Array;
}

/** The numbers of an update are few enough, and those of Adam the Nature network's. */
const natureShapes: readonly Shape[] = [[8, 8, 4, 32], [32], [4, 4, 32, 64], [64], [3, 3, 64, 64], [64], [3136, 512], [512], [512, 6], [6]];

/** Runs on the plain kernels, which stay current afterwards. */
export async function createProblem(task: Task): Promise<Problem> {
  const engine = await create('js');
  const inputs = inputsOf(task);
  const prepared = await engine.prepare(task, inputs);
  if ('cannot' in prepared) throw new Error(`deepq: must be able to do every workload; got "${prepared.cannot}" for ${task.kind}`);
  return { inputs, expected: await prepared.result() };
}

function inputsOf(task: Task): Inputs {
  const rng = new Rng(1);
  const uniform = (shape: Shape, scale = 1): Tensor =>
    new Tensor(
      new Float32Array(sizeOf(shape)).map(() => rng.uniform(-scale, scale)),
      shape,
    );
  switch (task.kind) {
    case 'matmul':
      return { a: uniform([task.M, task.K]), b: uniform([task.K, task.N]) };
    case 'conv2d': {
      const { B, side, C, O, kernel } = task.plan;
      const outSide = outSideOf(task.plan);
      const forward = { x: uniform([B, side, side, C]), w: uniform([kernel, kernel, C, O], 0.1), bias: uniform([O]) };
      return task.gradients === 'none' ? forward : { ...forward, dOut: uniform([B, outSide, outSide, O]) };
    }
    case 'map':
      return task.op === 'add' ? { x: uniform(task.shape, 4), y: uniform(task.shape, 4) } : { x: uniform(task.shape, 4) };
    case 'adam':
      return {
        ...numberTensors(
          'parameter',
          natureShapes.map((shape) => uniform(shape, 0.1)),
        ),
        ...numberTensors(
          'gradient',
          natureShapes.map((shape) => uniform(shape, 0.01)),
        ),
      };
    case 'loop':
      return { start: vector([0.01, -0.02, 0.03, 0.04]), actions: vector([1, 0, 0, 1, 1, 0, 1, 0, 1, 0, 0, 1]) };
    case 'action':
      return inputsOfAction(task.agent);
    case 'update':
      return inputsOfUpdate(task.agent, task.batches, task.batchSize);
  }
}

const vector = (numbers: ArrayLike<number>): Tensor => new Tensor(Float32Array.from(numbers), [numbers.length]);

const numberTensors = (prefix: string, tensors: readonly Inputs[string][]): Inputs =>
  Object.fromEntries(tensors.map((tensor, i) => [prefix + i, tensor]));

const specOf = (agent: string): (typeof agentSpecs)[number] => agentSpecs.find(({ name }) => name === agent) ?? agentSpecs[0];

function inputsOfAction(name: string): Inputs {
  const spec = specOf(name);
  const agent = createAgent({ ...spec, transitions: spec.options.batchSize ?? 0 });
  const observation = new Tensor(randomObservation(spec, new Rng(4)), spec.observationShape);
  const scale = vector([agent.config.observationScale]);
  return { ...numberTensors('parameter', [...agent.online.parameters().values()]), observation, scale };
}

/** The batches that the agent will draw, its observations scaled as the network sees them. */
function inputsOfUpdate(name: string, batches: number, batchSize: number): Inputs {
  const agent = createAgent(specOf(name));
  const rng = new Rng(readRngState(agent.state(), 'replayRng'));
  const drawn = Array.from({ length: batches }, (): Batch => agent.replay.sample(batchSize, rng, agent.steps));
  return {
    ...numberTensors('parameter', [...agent.online.parameters().values()]),
    ...numberTensors('target', [...agent.target.parameters().values()]),
    ...numberTensors(
      'observation',
      drawn.map(({ observation }) => observation),
    ),
    ...numberTensors(
      'next',
      drawn.map(({ nextObservation }) => nextObservation),
    ),
    ...numberTensors(
      'action',
      drawn.map(({ action }) => vector(action)),
    ),
    ...numberTensors(
      'reward',
      drawn.map(({ reward }) => vector(reward)),
    ),
    ...numberTensors(
      'discount',
      drawn.map(({ discount }) => vector(discount)),
    ),
  };
}
