// Counts what agents leave on the JavaScript heap, and prints it as JSON: bytes for one update, for one of an agent that learns whole
// distributions, and for one action; the least of several rounds, because engines allocate for themselves while they still compile. Needs --expose-gc and a young generation so large
// that nothing is collected within a round. Arguments: the library's index.js, and the kernel set in use.

import { pathToFileURL } from 'node:url';

const [library, kernels] = process.argv.slice(2);
const { createJsBackend, DqnAgent, Rng, useBackend } = await import(pathToFileURL(library).href);
if (kernels === 'js') useBackend(createJsBackend());

const transitions = 500;
const network = { conv: [], hidden: [16, 16], activation: 'relu', layerNorm: false };
const rng = new Rng(2);
const draw = () => Float32Array.from({ length: 4 }, () => rng.uniform(-1, 1));
const observation = draw();

function createAgent(options) {
  const common = { seed: 1, batchSize: 32, warmupSteps: transitions, updateEverySteps: 1, targetEveryUpdates: 100, network };
  const agent = new DqnAgent({ observationShape: [4], actionCount: 2 }, { ...common, replayCapacity: transitions, ...options });
  for (let i = 0; i < transitions; i++) {
    agent.observe(observation, rng.integer(2), { observation: draw(), reward: rng.uniform(), terminated: i % 9 === 0, truncated: false });
  }
  return agent;
}

function bytesPerCall(work, calls = 1000) {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 12; round++) {
    globalThis.gc();
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < calls; i++) work();
    least = Math.min(least, (process.memoryUsage().heapUsed - before) / calls);
  }
  return least;
}

const agent = createAgent();
const update = bytesPerCall(() => agent.learn());
const action = bytesPerCall(() => agent.greedyAction(observation));
const distributional = createAgent({ loss: { kind: 'categorical', atoms: 51, vMin: -10, vMax: 10 } });
console.log(JSON.stringify({ update, action, distributional: bytesPerCall(() => distributional.learn(), 300) }));
