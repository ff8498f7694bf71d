// What every engine is asked to compute: short runs of training, whose checkpoints are compared byte by byte, and each function
// that is more than + − × ÷ √, alone, which tells where a difference comes from. Nothing here knows which engine it runs in.

/** Name → (deepq) → bytes, on the backend in use. */
export const workloads = new Map([
  ['CartPole-v1 with an MLP', (deepq) => trained(deepq, 'CartPole-v1', 1200, { layerNorm: true })],
  ['Acrobot-v1 with tanh', (deepq) => trained(deepq, 'Acrobot-v1', 1200, { activation: 'tanh' })],
  ...['rainbow', 'qr-dqn', 'munchausen'].map((preset) => [
    `CartPole-v1 with ${preset}`,
    (deepq) => trained(deepq, 'CartPole-v1', 500, {}, { ...deepq.findPreset(preset).config(500), ...common }),
  ]),
  ['Catch with a CNN', (deepq) => trained(deepq, 'Catch', 800, { conv: [{ filters: 6, kernel: 3, stride: 2 }] }, pixels)],
  ['a network of every function', everyFunction],
  ['random normals', normals],
  ...['exp', 'log', 'tanh', 'sigmoid', 'gelu', 'geluTanh', 'softmax', 'logSoftmax', 'crossEntropy'].map((name) => [
    name,
    (deepq) => valueAndDerivative(deepq, functions[name], name === 'log'),
  ]),
]);

/** Settings under which chance, schedules, clipping and both optimizers matter after a few hundred steps. */
const common = {
  seed: 7,
  nStep: 3,
  batchSize: 16,
  replayCapacity: 500,
  warmupSteps: 100,
  updateEverySteps: 2,
  targetEveryUpdates: 10,
  targetBlend: 0.5,
  epsilon: { kind: 'exponential', start: 1, end: 0.05, decay: 0.997 },
  learningRate: { kind: 'cosine', start: 3e-3, end: 1e-4, steps: 1200 },
};
const pixels = {
  replayStorage: 'uint8',
  optimizer: { kind: 'rmsprop', decay: 0.95, epsilon: 0.01, epsilonInside: true, centered: true, momentum: 0.9 },
};

/** The checkpoint after so many steps. */
function trained({ createEnv, DqnAgent, encodeCheckpoint, Rng, Training }, name, steps, network, options = {}) {
  const env = createEnv(name, new Rng(common.seed).fork('env'));
  const whole = { conv: [], hidden: [32, 32], activation: 'relu', layerNorm: false, ...network };
  const training = new Training(env, new DqnAgent(env, { ...common, ...options, network: whole }));
  for (const _ of training.run(steps));
  return encodeCheckpoint(name, steps, training);
}

/** A network in which every function has a place, trained to agree with random probabilities: its parameters. */
function everyFunction(deepq) {
  const { Adam, add, clipByNorm, crossEntropy, exp, gelu, heNormal, layerNorm, Linear, log, logSoftmax } = deepq;
  const { mean, orthogonal, parameter, Rng, Sequential, sigmoid, softmax, square, Tape, tanh, tensor } = deepq;
  const rng = new Rng(11);
  const random = (...shape) =>
    tensor(
      Array.from({ length: shape.reduce((a, b) => a * b) }, () => rng.normal()),
      shape,
    );
  const first = new Linear(8, 24, rng, { weight: heNormal });
  const second = new Linear(24, 6, rng, { weight: orthogonal(1) });
  const gain = parameter(Array(24).fill(1));
  const bias = parameter(Array(24).fill(0));
  const network = new Sequential([first, second]);
  const parameters = new Map([...network.parameters(), ['gain', gain], ['bias', bias]]);
  const optimizer = new Adam(parameters, { learningRate: 0.01 });
  const x = random(40, 8);
  const goal = softmax(random(40, 6));
  for (let update = 0; update < 300; update++) {
    const tape = new Tape();
    const loss = tape.record(() => {
      const hidden = layerNorm(tanh(first.forward(x)), gain, bias);
      const bent = add(gelu(hidden), add(gelu(sigmoid(hidden), 'tanh'), log(add(exp(tanh(hidden)), square(hidden)))));
      const logits = second.forward(bent);
      return add(mean(crossEntropy(logits, goal)), mean(square(logSoftmax(logits))));
    });
    const gradients = tape.gradients(loss);
    clipByNorm(gradients, parameters, 1);
    optimizer.step(gradients);
  }
  return bytesOf(...[...parameters.values()].map(({ data }) => data));
}

function normals({ Rng }) {
  const rng = new Rng(1);
  return bytesOf(Float32Array.from({ length: 200_000 }, () => rng.normal()));
}

const functions = {
  exp: ({ exp }, x) => exp(x),
  log: ({ log }, x) => log(x),
  tanh: ({ tanh }, x) => tanh(x),
  sigmoid: ({ sigmoid }, x) => sigmoid(x),
  gelu: ({ gelu }, x) => gelu(x),
  geluTanh: ({ gelu }, x) => gelu(x, 'tanh'),
  softmax: ({ softmax }, x) => softmax(x),
  logSoftmax: ({ logSoftmax }, x) => logSoftmax(x),
  crossEntropy: ({ crossEntropy, tensor }, x) => crossEntropy(x, tensor(new Float32Array(x.data.length).fill(1 / 8), x.shape)),
};

/** A function at 40,000 places in −8…8, or 0…16 for the logarithm, and the derivative of a sum of its values there. */
function valueAndDerivative(deepq, apply, positive) {
  const { mul, parameter, Rng, sum, Tape, tensor } = deepq;
  const rng = new Rng(5);
  const from = positive ? 0 : -8;
  const x = parameter(
    Array.from({ length: 40_000 }, () => rng.uniform(from, from + 16)),
    [5000, 8],
  );
  const tape = new Tape();
  const value = tape.record(() => apply(deepq, x));
  const weights = tensor(
    Array.from(value.data, () => rng.uniform(-1, 1)),
    value.shape,
  );
  const total = tape.record(() => sum(mul(value, weights)));
  return bytesOf(value.data, tape.gradients(total).get(x));
}

/** The bytes of several arrays, one after another. */
function bytesOf(...arrays) {
  const bytes = new Uint8Array(arrays.reduce((length, { byteLength }) => length + byteLength, 0));
  let at = 0;
  for (const { buffer, byteOffset, byteLength } of arrays) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += byteLength;
  }
  return bytes;
}
