// deepq itself as a contestant, through the interface that a user has: ops on tensors, Adam, DqnAgent, train(). An update is
// DqnAgent.learn(), which also draws its batch from the replay memory; the others are handed theirs.

import { agentSpecs, createAgent } from '../../src/cli/bench/agents.ts';
import {
  Adam,
  add,
  CartPole,
  type Conv2dParams,
  conv2d,
  conv2dOp,
  createEnv,
  createJsBackend,
  createWasmBackend,
  backend as current,
  DqnAgent,
  exp,
  matmul,
  Parameter,
  Rng,
  relu,
  softmax,
  sum,
  Tensor,
  train,
  useBackend,
  type WasmBackend,
} from '../../src/index.ts';
import type { Contestant, Prepared, Unable } from './contestant.ts';
import { type Inputs, type LoopPlan, numbered, type Task } from './workload.ts';

/** Which kernels work: the plain ones, the emitted ones, those with fused multiplication and addition, or two threads of emitted ones. */
const backends = {
  js: () => createJsBackend(),
  wasm: () => createWasmBackend(),
  fast: () => createWasmBackend({ fastMath: true }),
  threads: createThreads,
} as const;

/** Throws Error where the machine cannot run the kernels, or has no fused ones. */
export async function create(kernels = 'wasm'): Promise<Contestant> {
  const backend = await backends[kernels as keyof typeof backends](); // a name from contestants.ts
  if (backend === null) throw new Error('this machine has no WebAssembly SIMD');
  if (kernels === 'fast' && backend.name !== 'wasm-relaxed') throw new Error('this engine has no relaxed SIMD');
  useBackend(backend);
  return { version: backend.name, prepare };
}

/** Two threads, once the second has started. */
async function createThreads(): Promise<WasmBackend | null> {
  const backend = createWasmBackend({ threads: 2 });
  await backend?.ready;
  const refused = backend?.threads().refused ?? null;
  if (refused !== null) throw new Error(`no second thread: ${refused}`);
  return backend;
}

function prepare(task: Task, inputs: Inputs): Prepared | Unable {
  switch (task.kind) {
    case 'matmul': {
      const [a, b] = [own(inputs['a']), own(inputs['b'])];
      return fromOp(() => matmul(a, b));
    }
    case 'map': {
      const x = own(inputs['x']);
      const y = 'y' in inputs ? own(inputs['y']) : x;
      return fromOp(
        { relu: () => relu(x), add: () => add(x, y), sum: () => sum(x), exp: () => exp(x), softmax: () => softmax(x) }[task.op],
      );
    }
    case 'conv2d':
      return task.gradients === 'none' ? convolution(task.plan.stride, inputs) : convolutionGradients(task, inputs);
    case 'action':
      return action(task.agent, inputs['observation'].data);
    case 'update':
      return update(task.agent, task.batches);
    case 'adam':
      return adamSteps(task, inputs);
    case 'loop':
      return loop(task.plan, inputs);
  }
}

/** A copy on the current backend. */
function own({ data, shape }: Inputs[string]): Tensor {
  const copy = current().alloc(data.length);
  copy.set(data);
  return new Tensor(copy, shape);
}

function fromOp(op: () => Tensor): Prepared {
  const scope = (use: (out: Tensor) => void): void => current().scope(() => use(op()));
  let copy = new Float32Array(0);
  return {
    result() {
      scope((out) => {
        copy = Float32Array.from(out.data);
      });
      return copy;
    },
    run: () => scope(() => {}),
  };
}

function convolution(stride: number, inputs: Inputs): Prepared {
  const [x, w, bias] = [own(inputs['x']), own(inputs['w']), own(inputs['bias'])];
  return fromOp(() => conv2d(x, w, bias, { stride }));
}

/** Forward and backward as the tape does it: gradients are zeroed, then added to. */
function convolutionGradients({ plan, gradients }: Extract<Task, { kind: 'conv2d' }>, inputs: Inputs): Prepared {
  const [x, w, bias, dOut] = ['x', 'w', 'bias', 'dOut'].map((name) => own(inputs[name]));
  const params: Conv2dParams = { stride: plan.stride, padding: 0, activation: 'none' };
  const { alloc, kernels } = current();
  const [dx, dw, dBias] = [gradients === 'all' ? alloc(x.data.length) : null, alloc(w.data.length), alloc(bias.data.length)];
  const run = (): void =>
    current().scope(() => {
      const output = conv2d(x, w, bias, params);
      for (const gradient of [dx, dw, dBias]) gradient?.fill(0);
      const call = { op: conv2dOp, inputs: [x, w, bias], params, output, saved: undefined };
      conv2dOp.backward(kernels, [dx, dw, dBias], dOut.data, call);
    });
  return {
    result() {
      run();
      return joined(dx === null ? [dw, dBias] : [dw, dBias, dx]);
    },
    run,
  };
}

const joined = (arrays: readonly ArrayLike<number>[]): Float32Array => Float32Array.from(arrays.flatMap((array) => Array.from(array)));

function specOf(name: string): (typeof agentSpecs)[number] {
  const spec = agentSpecs.find((one) => one.name === name);
  if (spec === undefined) throw new Error(`deepq: the agent must be one of bench/agents.ts; got ${name}`);
  return spec;
}

function action(name: string, observation: Float32Array): Prepared {
  const spec = specOf(name);
  const agent = createAgent({ ...spec, transitions: spec.options.batchSize ?? 0 });
  return { result: () => Float32Array.of(agent.greedyAction(observation)), run: () => void agent.greedyAction(observation) };
}

function update(name: string, batches: number): Prepared {
  const agent = createAgent(specOf(name));
  const learn = (): number => agent.learn()?.loss ?? Number.NaN;
  return {
    result() {
      const parameters = Array.from(agent.online.parameters().values(), ({ data }) => data);
      const before = parameters.map((data) => Float32Array.from(data));
      const losses = Array.from({ length: batches }, learn);
      return joined([losses, ...parameters.map((data, i) => data.map((p, j) => p - before[i][j]))]);
    },
    run: () => void learn(),
  };
}

function adamSteps({ steps, learningRate }: Extract<Task, { kind: 'adam' }>, inputs: Inputs): Prepared {
  const tensors = numbered(inputs, 'parameter').map(own);
  const parameters = new Map(tensors.map(({ data, shape }, i) => [`parameter${i}`, new Parameter(data, shape)]));
  const gradients = numbered(inputs, 'gradient').map((gradient) => own(gradient).data);
  const optimizer = new Adam(parameters, { learningRate });
  const run = (): void => optimizer.step(new Map([...parameters.values()].map((parameter, i) => [parameter, gradients[i]])));
  return {
    result() {
      for (let i = 0; i < steps; i++) run();
      return joined([...parameters.values()].map(({ data }) => data));
    },
    run,
  };
}

function loop(plan: LoopPlan, inputs: Inputs): Prepared {
  const env = createEnv('CartPole-v1', new Rng(1));
  const agent = new DqnAgent(env, {
    seed: 1,
    gamma: plan.gamma,
    nStep: 1,
    double: false,
    network: { conv: [], hidden: plan.hidden, activation: 'relu', layerNorm: false },
    replayCapacity: plan.capacity,
    warmupSteps: plan.warmupSteps,
    updateEverySteps: plan.updateEverySteps,
    batchSize: plan.batchSize,
    targetEveryUpdates: plan.targetEveryUpdates,
    targetBlend: 1,
    learningRate: { kind: 'constant', value: plan.learningRate },
    maxGradientNorm: null,
    epsilon: { kind: 'constant', value: plan.epsilon },
  });
  const reports = train(env, agent, Number.POSITIVE_INFINITY);
  const play = (steps: number): void => {
    for (let i = 0; i < steps; i++) reports.next();
  };
  return {
    result() {
      play(plan.warmupSteps);
      return trajectory(inputs);
    },
    run: () => play(plan.steps),
  };
}

/** The observations after each of the actions, from the given start. */
function trajectory(inputs: Inputs): Float32Array {
  const rng = new Rng(1);
  const env = new CartPole(rng);
  env.restore({ state: Array.from(inputs['start'].data), running: true, rng: rng.state() });
  return joined(Array.from(inputs['actions'].data, (one) => env.step(one).observation));
}
