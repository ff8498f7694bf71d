// jax-js on its WebAssembly backend. Functions are compiled with jit(), as its documentation advises. In Node, where there is no
// global Worker, it works on one thread. Its arrays are owned: passing one gives it away, `.ref` keeps it.

import { readFileSync } from 'node:fs';
import { defaultDevice, init, jit, lax, nn, numpy as np, valueAndGrad } from '@jax-js/jax';
import { filtersFirst, filtersLast, imagesFirst, imagesLast, numbered, parametersFirst, parametersLast } from './layouts.mjs';

const { version } = JSON.parse(readFileSync(new URL('node_modules/@jax-js/jax/package.json', import.meta.url), 'utf8'));

/** @returns {Promise<import('./contestant.ts').Contestant>} */
export async function create() {
  await init('wasm');
  defaultDevice('wasm');
  const build = { matmul, map, conv2d, action, update };
  return {
    version,
    prepare: (task, inputs) => build[task.kind]?.(task, inputs) ?? { cannot: 'nothing was written for it' },
  };
}

const own = ({ data, shape }) => np.array(data.slice()).reshape([...shape]);
const flat = (arrays) => Float32Array.from(arrays.flatMap((data) => Array.from(data)));

/** A prepared task from a compiled function that gives one array. */
function fromFunction(compiled, parameters, finish = (data) => data) {
  const call = () => compiled(...parameters.map((parameter) => parameter.ref));
  return {
    result: async () => finish(await call().data()),
    async run() {
      const out = call();
      await out.blockUntilReady();
      out.dispose();
    },
    dispose: () => void parameters.map((parameter) => parameter.dispose()),
  };
}

const matmul = (_task, { a, b }) =>
  fromFunction(
    jit((x, y) => np.matmul(x, y)),
    [own(a), own(b)],
  );

function map({ op }, { x, y }) {
  const functions = {
    relu: (x) => nn.relu(x),
    add: (x, y) => np.add(x, y),
    sum: (x) => np.sum(x),
    exp: (x) => np.exp(x),
    softmax: (x) => nn.softmax(x, -1),
  };
  return fromFunction(jit(functions[op]), y ? [own(x), own(y)] : [own(x)]);
}

/** Images [B, C, H, W]; the bias is added to every pixel. */
const convolution = (x, w, bias, stride) => lax.conv(x, w, [stride, stride], 'VALID').add(bias.reshape([1, -1, 1, 1]));

function conv2d({ plan, gradients }, inputs) {
  const [x, w, bias] = [own(imagesFirst(inputs.x)), own(filtersFirst(inputs.w)), own(inputs.bias)];
  const outSide = Math.floor((plan.side - plan.kernel) / plan.stride) + 1;
  if (gradients === 'none') {
    const shape = [plan.B, plan.O, outSide, outSide];
    return fromFunction(
      jit((x, w, bias) => convolution(x, w, bias, plan.stride)),
      [x, w, bias],
      (data) => imagesLast({ data, shape }).data,
    );
  }
  const dOut = own(imagesFirst(inputs.dOut));
  const weighted = (w, bias, x, dOut) => convolution(x, w, bias, plan.stride).mul(dOut).sum();
  const compiled = jit(
    (w, bias, x, dOut) => valueAndGrad(weighted, { argnums: gradients === 'all' ? [0, 1, 2] : [0, 1] })(w, bias, x, dOut)[1],
  );
  const call = () => compiled(w.ref, bias.ref, x.ref, dOut.ref);
  return {
    async result() {
      const [dw, dBias, dx] = await Promise.all(call().map((gradient) => gradient.data()));
      const { kernel, C, O, B, side } = plan;
      const parts = [filtersLast({ data: dw, shape: [O, C, kernel, kernel] }).data, dBias];
      return flat(dx ? [...parts, imagesLast({ data: dx, shape: [B, C, side, side] }).data] : parts);
    },
    async run() {
      for (const gradient of call()) {
        await gradient.blockUntilReady();
        gradient.dispose();
      }
    },
    dispose: () => void [x, w, bias, dOut].map((array) => array.dispose()),
  };
}

/** Values of all actions, [B, A]. Takes what it is given. */
function forward({ conv }, parameters, x) {
  const layers = parameters.length / 2;
  let value = x;
  for (let i = 0; i < layers; i++) {
    const [weight, bias] = [parameters[2 * i], parameters[2 * i + 1]];
    if (i < conv.length) value = convolution(value, weight, bias, conv[i].stride);
    else {
      if (i === conv.length && i > 0) value = value.reshape([value.shape[0], -1]);
      value = np.matmul(value, weight).add(bias);
    }
    if (i < layers - 1) value = nn.relu(value);
  }
  return value;
}

function action({ network }, inputs) {
  const parameters = parametersFirst(network, numbered(inputs, 'parameter')).map(own);
  const { data, shape } = inputs.observation;
  const scale = inputs.scale.data[0];
  const compiled = jit((parameters, x) => forward(network, parameters, x.mul(scale)));
  const act = async () => {
    const observation = own(imagesFirst({ data, shape: [1, ...shape] }));
    const values = await compiled(
      parameters.map((parameter) => parameter.ref),
      observation,
    ).data();
    return values.indexOf(Math.max(...values));
  };
  return {
    result: async () => Float32Array.of(await act()),
    run: async () => void (await act()),
    dispose: () => void parameters.map((parameter) => parameter.dispose()),
  };
}

/** Mean Huber loss: ½·inside² + (size − inside), where inside = min(|error|, 1). */
function lossOf(network, parameters, { observation, chosen, goal }) {
  const value = forward(network, parameters, observation).mul(chosen).sum(1);
  const size = np.abs(value.sub(goal));
  const inside = np.minimum(size.ref, 1);
  return np.mean(np.square(inside.ref).mul(0.5).add(size.sub(inside)));
}

function update({ network, batches, learningRate }, inputs) {
  let state = { parameters: parametersFirst(network, numbered(inputs, 'parameter')).map(own) };
  const shapes = state.parameters.map(({ shape }) => shape);
  state = { ...state, m: shapes.map((shape) => np.zeros(shape)), v: shapes.map((shape) => np.zeros(shape)) };
  const target = parametersFirst(network, numbered(inputs, 'target')).map(own);
  const drawn = Array.from({ length: batches }, (_, i) => ({
    observation: own(imagesFirst(inputs[`observation${i}`])),
    next: own(imagesFirst(inputs[`next${i}`])),
    chosen: nn.oneHot(np.array(Int32Array.from(inputs[`action${i}`].data), { dtype: np.int32 }), network.actionCount),
    reward: own(inputs[`reward${i}`]),
    discount: own(inputs[`discount${i}`]),
  }));
  /** `corrections` holds 1 − β₁ᵗ and 1 − β₂ᵗ. */
  const step = jit(({ parameters, m, v }, target, { observation, next, chosen, reward, discount }, corrections) => {
    const goal = reward.add(discount.mul(np.max(forward(network, target, next), 1)));
    const loss = valueAndGrad((parameters, batch) => lossOf(network, parameters, batch));
    const [value, gradients] = loss(
      parameters.map((p) => p.ref),
      { observation, chosen, goal },
    );
    const [correction1, correction2] = [corrections.ref.slice(0), corrections.slice(1)];
    const moments = gradients.map((g, i) => ({
      m: m[i].mul(0.9).add(g.ref.mul(0.1)),
      v: v[i].mul(0.999).add(np.square(g).mul(0.001)),
    }));
    const moved = parameters.map((p, i) => {
      const mean = moments[i].m.ref.div(correction1.ref);
      const root = np.sqrt(moments[i].v.ref.div(correction2.ref)).add(1e-8);
      return p.sub(mean.div(root).mul(learningRate));
    });
    correction1.dispose();
    correction2.dispose();
    return [value, { parameters: moved, m: moments.map(({ m }) => m), v: moments.map(({ v }) => v) }];
  });
  let t = 0;
  const refs = (batch) => Object.fromEntries(Object.entries(batch).map(([name, array]) => [name, array.ref]));
  const learn = async () => {
    const batch = refs(drawn[t % batches]);
    t++;
    const corrections = np.array([1 - 0.9 ** t, 1 - 0.999 ** t]);
    const [loss, next] = step(
      state,
      target.map((p) => p.ref),
      batch,
      corrections,
    );
    state = next;
    for (const p of state.parameters) await p.blockUntilReady();
    return (await loss.data())[0];
  };
  const exported = async () => {
    const arrays = await Promise.all(state.parameters.map(async (p, i) => ({ data: await p.ref.data(), shape: shapes[i] })));
    return parametersLast(network, arrays).map(({ data }) => data);
  };
  return {
    async result() {
      const before = await exported();
      const losses = [];
      for (let i = 0; i < batches; i++) losses.push(await learn());
      const after = await exported();
      return flat([losses, ...after.map((data, i) => data.map((p, j) => p - before[i][j]))]);
    },
    run: async () => void (await learn()),
    dispose() {
      for (const array of [...Object.values(state).flat(), ...target, ...drawn.flatMap((batch) => Object.values(batch))]) array.dispose();
    },
  };
}
