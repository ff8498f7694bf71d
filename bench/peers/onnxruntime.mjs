// onnxruntime-web on its WebAssembly backend, one thread. It runs models and does not train them: products, convolutions forward,
// single operations and actions.

import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-web/wasm';
import { filtersFirst, imagesFirst, imagesLast, numbered, parametersFirst } from './layouts.mjs';
import { encodeModel } from './onnx-model.mjs';

const { version } = JSON.parse(readFileSync(new URL('node_modules/onnxruntime-web/package.json', import.meta.url), 'utf8'));

/** @returns {Promise<import('./contestant.ts').Contestant>} */
export async function create() {
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'error';
  return {
    version,
    async prepare(task, inputs) {
      if (task.kind === 'conv2d' && task.gradients !== 'none') return { cannot: 'does not train' };
      const build = { matmul, map, conv2d, action }[task.kind];
      return build === undefined ? { cannot: 'does not train' } : build(task, inputs);
    },
  };
}

/** A session that is fed the same arrays every time. `finish` takes the first output. */
async function session(model, arrays, finish = ({ data }) => data) {
  const running = await ort.InferenceSession.create(encodeModel(model), { executionProviders: ['wasm'], graphOptimizationLevel: 'all' });
  const feeds = Object.fromEntries(Object.entries(arrays).map(([name, { data, shape }]) => [name, new ort.Tensor('float32', data, shape)]));
  const output = model.outputs[0].name;
  return {
    result: async () => finish((await running.run(feeds))[output]),
    run: async () => void (await running.run(feeds)),
    dispose: () => void running.release(),
  };
}

const named = (name, { shape, data }) => ({ name, shape, data });

function matmul({ M, N }, { a, b }) {
  const nodes = [{ op: 'MatMul', inputs: ['a', 'b'], output: 'out' }];
  return session({ inputs: [named('a', a), named('b', b)], outputs: [{ name: 'out', shape: [M, N] }], nodes }, { a, b });
}

function map({ op, shape }, { x, y }) {
  const names = { relu: 'Relu', add: 'Add', sum: 'ReduceSum', exp: 'Exp', softmax: 'Softmax' };
  const attributes = { sum: { keepdims: 0 }, softmax: { axis: 1 } }[op];
  const inputs = y ? ['x', 'y'] : ['x'];
  const nodes = [{ op: names[op], inputs, output: 'out', attributes }];
  const arrays = y ? { x, y } : { x };
  const model = {
    inputs: inputs.map((name) => named(name, arrays[name])),
    outputs: [{ name: 'out', shape: op === 'sum' ? [] : shape }],
    nodes,
  };
  return session(model, arrays);
}

function conv2d({ plan }, inputs) {
  const x = imagesFirst(inputs.x);
  const outSide = Math.floor((plan.side - plan.kernel) / plan.stride) + 1;
  const shape = [plan.B, plan.O, outSide, outSide];
  const model = {
    inputs: [named('x', x)],
    outputs: [{ name: 'out', shape }],
    constants: [named('w', filtersFirst(inputs.w)), named('bias', inputs.bias)],
    nodes: [convolution('x', 'w', 'bias', 'out', plan)],
  };
  return session(model, { x }, ({ data }) => imagesLast({ data, shape }).data);
}

const convolution = (x, w, bias, output, { kernel, stride }) => ({
  op: 'Conv',
  inputs: [x, w, bias],
  output,
  attributes: { kernel_shape: [kernel, kernel], strides: [stride, stride] },
});

function action({ network }, inputs) {
  const parameters = parametersFirst(network, numbered(inputs, 'parameter'));
  const constants = [...parameters.map((array, i) => named(`p${i}`, array)), named('scale', { data: inputs.scale.data, shape: [1] })];
  const nodes = [{ op: 'Mul', inputs: ['x', 'scale'], output: 'scaled' }];
  const layers = parameters.length / 2;
  let value = 'scaled';
  for (let i = 0; i < layers; i++) {
    if (i === network.conv.length && i > 0) {
      nodes.push({ op: 'Flatten', inputs: [value], output: 'flat', attributes: { axis: 1 } });
      value = 'flat';
    }
    const [weight, bias, output] = [`p${2 * i}`, `p${2 * i + 1}`, i === layers - 1 ? 'out' : `layer${i}`];
    if (i < network.conv.length) nodes.push(convolution(value, weight, bias, output, network.conv[i]));
    else nodes.push({ op: 'Gemm', inputs: [value, weight, bias], output });
    value = output;
    if (i === layers - 1) break;
    value = `relu${i}`;
    nodes.push({ op: 'Relu', inputs: [output], output: value });
  }
  const { data, shape } = inputs.observation;
  const x = imagesFirst({ data, shape: [1, ...shape] });
  const model = { inputs: [named('x', x)], outputs: [{ name: 'out', shape: [1, network.actionCount] }], constants, nodes };
  return session(model, { x }, ({ data: values }) => Float32Array.of(values.indexOf(Math.max(...values))));
}
