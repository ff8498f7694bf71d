// ConvNetJS: one sample at a time, plain loops over Float64Array. Version 0.3.0 of its trainer has no Adam, so that is written here,
// as its other methods are: one loop over each filter. Its convolution is the textbook's.

import { readFileSync } from 'node:fs';
import convnetjs from 'convnetjs';

const { version } = JSON.parse(readFileSync(new URL('node_modules/convnetjs/package.json', import.meta.url), 'utf8'));

/** @returns {Promise<import('./contestant.ts').Contestant>} */
export async function create() {
  return {
    version,
    prepare(task, inputs) {
      if (task.kind === 'action') return action(task, inputs);
      if (task.kind === 'update') return update(task, inputs);
      return { cannot: 'compared on whole networks only' };
    },
  };
}

/** A network with the parameters of that name. Vols lie [y, x, depth], as images do here. */
function createNetwork({ observationShape, actionCount, conv, hidden }, inputs, prefix) {
  const image = conv.length > 0;
  const [sy, sx, depth] = image ? observationShape : [1, 1, observationShape[0]];
  const network = new convnetjs.Net();
  network.makeLayers([
    { type: 'input', out_sx: sx, out_sy: sy, out_depth: depth },
    ...conv.map(({ filters, kernel, stride }) => ({ type: 'conv', sx: kernel, filters, stride, pad: 0, activation: 'relu' })),
    ...hidden.map((num_neurons) => ({ type: 'fc', num_neurons, activation: 'relu' })),
    { type: 'regression', num_neurons: actionCount },
  ]);
  const layers = network.layers.filter(({ filters }) => filters !== undefined);
  layers.forEach(({ filters, biases }, i) => {
    const [weight, bias] = [inputs[`${prefix}${2 * i}`].data, inputs[`${prefix}${2 * i + 1}`].data];
    // Outputs are the last axis there; here each has a filter of its own.
    for (const [o, { w }] of filters.entries()) for (let at = 0; at < w.length; at++) w[at] = weight[at * filters.length + o];
    biases.w.set(bias);
  });
  return { network, layers };
}

/** Parameters in the order and layout of the task. */
function parametersOf(layers) {
  return layers.flatMap(({ filters, biases }) => {
    const size = filters[0].w.length;
    const weight = new Float64Array(size * filters.length);
    for (const [o, { w }] of filters.entries()) for (let at = 0; at < size; at++) weight[at * filters.length + o] = w[at];
    return [weight, biases.w.slice()];
  });
}

/** One sample of an array of samples as a Vol. */
function volOf(data, shape, at = 0) {
  const [sy, sx, depth] = shape.length === 3 ? shape : [1, 1, shape[0]];
  const vol = new convnetjs.Vol(sx, sy, depth, 0);
  const size = sx * sy * depth;
  for (let i = 0; i < size; i++) vol.w[i] = data[at * size + i];
  return vol;
}

function argmax(values) {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}

function action(task, inputs) {
  const { network } = createNetwork(task.network, inputs, 'parameter');
  const scaled = inputs.observation.data.map((x) => x * inputs.scale.data[0]);
  const act = () => argmax(network.forward(volOf(scaled, task.network.observationShape)).w);
  return { result: () => Float32Array.of(act()), run: () => void act() };
}

function update(task, inputs) {
  const { network, layers } = createNetwork(task.network, inputs, 'parameter');
  const target = createNetwork(task.network, inputs, 'target').network;
  const step = createAdam(network, task.learningRate);
  const { observationShape } = task.network;
  let batch = 0;
  const learn = () => {
    const [observation, next, actions, reward, discount] = ['observation', 'next', 'action', 'reward', 'discount'].map(
      (name) => inputs[`${name}${batch}`].data,
    );
    batch = (batch + 1) % task.batches;
    let loss = 0;
    for (let b = 0; b < task.batchSize; b++) {
      const values = target.forward(volOf(next, observationShape, b)).w;
      const goal = reward[b] + discount[b] * values[argmax(values)];
      const value = network.forward(volOf(observation, observationShape, b), true).w[actions[b]];
      const error = value - goal;
      loss += Math.abs(error) <= 1 ? 0.5 * error * error : Math.abs(error) - 0.5;
      // The layer's gradient is value − val: a val at most 1 away gives Huber's.
      network.backward({ dim: actions[b], val: value - Math.min(1, Math.max(-1, error)) });
    }
    step(task.batchSize);
    return loss / task.batchSize;
  };
  return {
    result() {
      const before = parametersOf(layers);
      const losses = Array.from({ length: task.batches }, learn);
      const moved = parametersOf(layers).flatMap((after, i) => Array.from(after, (p, j) => p - before[i][j]));
      return Float32Array.from(losses.concat(moved));
    },
    run: () => void learn(),
  };
}

/** Adam on the means of the gradients that have been added up, which it sets to zero. */
function createAdam(network, learningRate) {
  const moments = network.getParamsAndGrads().map(({ params }) => [new Float64Array(params.length), new Float64Array(params.length)]);
  let t = 0;
  return (batchSize) => {
    t++;
    const [correction1, correction2] = [1 - 0.9 ** t, 1 - 0.999 ** t];
    network.getParamsAndGrads().forEach(({ params, grads }, n) => {
      const [m, v] = moments[n];
      for (let i = 0; i < params.length; i++) {
        const g = grads[i] / batchSize;
        m[i] = 0.9 * m[i] + 0.1 * g;
        v[i] = 0.999 * v[i] + 0.001 * g * g;
        params[i] -= (learningRate * (m[i] / correction1)) / (Math.sqrt(v[i] / correction2) + 1e-8);
        grads[i] = 0;
      }
    });
  };
}
