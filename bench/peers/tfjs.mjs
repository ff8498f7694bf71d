// TensorFlow.js on its cpu and WebAssembly backends, run eagerly as its documentation shows: tidy() around each step, and its own
// optimizer. In Node its WebAssembly backend works on one thread.

import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';

/** @returns {Promise<import('./contestant.ts').Contestant>} */
export async function create(backend) {
  setWasmPaths(fileURLToPath(new URL('node_modules/@tensorflow/tfjs-backend-wasm/dist/', import.meta.url)));
  if (!(await tf.setBackend(backend))) throw new Error(`tfjs: the ${backend} backend does not start`);
  await tf.ready();
  const hasConvolutionGradient = tf.getKernel('Conv2DBackpropFilter', backend) !== undefined;
  return {
    version: tf.version_core,
    prepare(task, inputs) {
      const convolves = task.kind === 'conv2d' ? task.gradients !== 'none' : task.kind === 'update' && task.network.conv.length > 0;
      if (convolves && !hasConvolutionGradient) return { cannot: 'has no gradient of a convolution in its filters' };
      const build = { matmul, map, conv2d, action, update, adam }[task.kind];
      if (build === undefined) return { cannot: 'no loop was written for it' };
      const held = [];
      const own = ({ data, shape }) => {
        const tensor = tf.tensor(data, [...shape]);
        held.push(tensor);
        return tensor;
      };
      const dispose = () => {
        tf.dispose(held);
        tf.disposeVariables();
      };
      return { ...build(task, inputs, own), dispose };
    },
  };
}

/** A prepared task from an operation that gives a tensor. Its kernels have run when it returns. */
const fromOp = (op) => ({
  result: () => tf.tidy(() => Float32Array.from(op().dataSync())),
  run: () => op().dispose(),
});

function matmul(_task, { a, b }, own) {
  const [left, right] = [own(a), own(b)];
  return fromOp(() => tf.matMul(left, right));
}

function map(task, inputs, own) {
  const x = own(inputs.x);
  const y = inputs.y && own(inputs.y);
  return fromOp(
    {
      relu: () => tf.relu(x),
      add: () => tf.add(x, y),
      sum: () => tf.tidy(() => tf.sum(x)),
      exp: () => tf.exp(x),
      softmax: () => tf.softmax(x),
    }[task.op],
  );
}

function conv2d(task, inputs, own) {
  const [x, w, bias] = [own(inputs.x), own(inputs.w), own(inputs.bias)];
  const { stride } = task.plan;
  const forward = () => tf.fused.conv2d({ x, filter: w, strides: stride, pad: 'valid', bias });
  if (task.gradients === 'none') return fromOp(forward);
  const dOut = own(inputs.dOut);
  const gradients =
    task.gradients === 'all'
      ? () => tf.grads((w, bias, x) => tf.add(tf.conv2d(x, w, stride, 'valid'), bias))([w, bias, x], dOut)
      : () => tf.grads((w, bias) => tf.add(tf.conv2d(x, w, stride, 'valid'), bias))([w, bias], dOut);
  return {
    result: () => tf.tidy(() => joined(gradients())),
    run: () => tf.tidy(() => void gradients()),
  };
}

const joined = (tensors) => Float32Array.from(tensors.flatMap((tensor) => Array.from(tensor.dataSync())));

function numbered(inputs, prefix) {
  const found = [];
  while (`${prefix}${found.length}` in inputs) found.push(inputs[`${prefix}${found.length}`]);
  return found;
}

/** The network as a function: bias and relu fused into the product, as this library offers. */
function forward({ conv }, parameters, x) {
  const layers = parameters.length / 2;
  let value = x;
  for (let i = 0; i < layers; i++) {
    const [weight, bias] = [parameters[2 * i], parameters[2 * i + 1]];
    const activation = i < layers - 1 ? 'relu' : 'linear';
    if (i < conv.length) value = tf.fused.conv2d({ x: value, filter: weight, strides: conv[i].stride, pad: 'valid', bias, activation });
    else value = tf.fused.matMul({ a: tf.reshape(value, [value.shape[0], -1]), b: weight, bias, activation });
  }
  return value;
}

function action({ network }, inputs, own) {
  const parameters = numbered(inputs, 'parameter').map(own);
  const { data, shape } = inputs.observation;
  const scale = inputs.scale.data[0];
  const values = () =>
    tf.tidy(() => {
      const observation = tf.tensor(data, [1, ...shape]);
      return forward(network, parameters, scale === 1 ? observation : tf.mul(observation, scale)).dataSync();
    });
  const act = () => {
    const found = values();
    return found.indexOf(Math.max(...found));
  };
  return { result: () => Float32Array.of(act()), run: () => void act() };
}

function update({ network, batches, learningRate }, inputs, own) {
  const parameters = numbered(inputs, 'parameter').map(({ data, shape }) => tf.variable(tf.tensor(data, [...shape])));
  const target = numbered(inputs, 'target').map(own);
  const drawn = Array.from({ length: batches }, (_, i) => ({
    ...Object.fromEntries(['observation', 'next', 'reward', 'discount'].map((name) => [name, own(inputs[`${name}${i}`])])),
    action: tf.tensor1d(Int32Array.from(inputs[`action${i}`].data), 'int32'),
  }));
  const optimizer = tf.train.adam(learningRate, 0.9, 0.999, 1e-8);
  let turn = 0;
  const learn = () =>
    tf.tidy(() => {
      const { observation, next, action, reward, discount } = drawn[turn];
      turn = (turn + 1) % batches;
      const goal = tf.add(reward, tf.mul(discount, tf.max(forward(network, target, next), 1)));
      return optimizer
        .minimize(
          () => {
            const values = forward(network, parameters, observation);
            const value = tf.sum(tf.mul(values, tf.oneHot(action, values.shape[1])), 1);
            const size = tf.abs(tf.sub(value, goal));
            const inside = tf.minimum(size, 1); // Huber: ½·inside² + (size − inside)
            return tf.mean(tf.add(tf.mul(0.5, tf.square(inside)), tf.sub(size, inside)));
          },
          true,
          parameters,
        )
        .dataSync()[0];
    });
  return {
    result() {
      const before = parameters.map((parameter) => parameter.dataSync().slice());
      const losses = Array.from({ length: batches }, learn);
      return Float32Array.from([losses, ...parameters.map((p, i) => Array.from(p.dataSync(), (x, j) => x - before[i][j]))].flat());
    },
    run: () => void learn(),
  };
}

function adam({ steps, learningRate }, inputs, own) {
  const parameters = numbered(inputs, 'parameter').map(({ data, shape }) => tf.variable(tf.tensor(data, [...shape])));
  const gradients = Object.fromEntries(numbered(inputs, 'gradient').map((gradient, i) => [parameters[i].name, own(gradient)]));
  const optimizer = tf.train.adam(learningRate, 0.9, 0.999, 1e-8);
  const run = () => tf.tidy(() => void optimizer.applyGradients(gradients));
  return {
    result() {
      for (let i = 0; i < steps; i++) run();
      return joined(parameters);
    },
    run,
  };
}
