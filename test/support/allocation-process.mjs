// Counts what one agent leaves on the JavaScript heap, and prints it as JSON: bytes for an update, an ε-greedy action and a greedy one.
// Arguments: the library's index.js, the kernel set in use, and the agent's name below. It needs --expose-gc, and a young generation
// so large that nothing is collected within a round. Before a round only the young objects are: after a full collection engines
// forget some of what they know about the program, and allocate while they learn it again. With --single-threaded all of this happens
// at the same point of every run, whatever else the machine does.

import { pathToFileURL } from 'node:url';

const [library, kernels, name] = process.argv.slice(2);
const { createJsBackend, DqnAgent, Rng, sizeOf, useBackend } = await import(pathToFileURL(library).href);
if (kernels === 'js') useBackend(createJsBackend());

const mlp = { conv: [], hidden: [16, 16], activation: 'relu', layerNorm: false };
const cnn = { conv: [{ filters: 4, kernel: 3, stride: 1 }], hidden: [16], activation: 'relu', layerNorm: false };
const prioritized = { kind: 'prioritized', alpha: 0.5, beta: { kind: 'linear', start: 0.4, end: 1, steps: 10_000 } };
const categorical = { kind: 'categorical', atoms: 51, vMin: -10, vMax: 10 };
const agents = {
  plain: { network: mlp },
  images: { network: cnn, replayStorage: 'uint8' },
  prioritized: { network: mlp, sampling: prioritized, nStep: 3, dueling: true, double: true },
  categorical: { network: mlp, loss: categorical },
  noisy: { network: mlp, noise: 0.5 },
  rainbow: { network: mlp, sampling: prioritized, nStep: 3, dueling: true, double: true, loss: categorical, noise: 0.5 },
};

const transitions = 200;
const observationShape = agents[name].network === cnn ? [6, 6, 2] : [4];
const common = { seed: 1, batchSize: 32, updateEverySteps: 1, warmupSteps: transitions, replayCapacity: transitions };
const epsilon = { kind: 'constant', value: 0.1 };
const agent = new DqnAgent({ observationShape, actionCount: 2 }, { ...common, epsilon, targetEveryUpdates: 100, ...agents[name] });
const rng = new Rng(2);
const draw = () => Float32Array.from({ length: sizeOf(observationShape) }, () => rng.integer(2));
const observation = draw();
for (let i = 0; i < transitions; i++) {
  agent.observe(observation, rng.integer(2), { observation: draw(), reward: rng.uniform(), terminated: i % 9 === 0, truncated: false });
}

/** The least of some rounds, after as many calls as it takes to have everything compiled. */
function bytesPerCall(work, calls = 300) {
  for (let i = 0; i < 8 * calls; i++) work();
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 4; round++) {
    globalThis.gc({ type: 'minor' });
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < calls; i++) work();
    least = Math.min(least, (process.memoryUsage().heapUsed - before) / calls);
  }
  return least;
}

const update = bytesPerCall(() => agent.learn());
const action = bytesPerCall(() => agent.act(observation));
const greedyAction = bytesPerCall(() => agent.greedyAction(observation));
console.log(JSON.stringify({ update, action, greedyAction }));
