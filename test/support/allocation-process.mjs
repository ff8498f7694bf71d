// Counts what an agent leaves on the JavaScript heap, and prints it as JSON: bytes for one update and for one action, the least of
// several rounds, because engines allocate for themselves while they still compile. Needs --expose-gc and a young generation so large
// that nothing is collected within a round. Arguments: the library's index.js, and the kernel set in use.

import { pathToFileURL } from 'node:url';

const [library, kernels] = process.argv.slice(2);
const { createJsBackend, DqnAgent, Rng, useBackend } = await import(pathToFileURL(library).href);
if (kernels === 'js') useBackend(createJsBackend());

const transitions = 500;
const network = { conv: [], hidden: [16, 16], activation: 'relu', layerNorm: false };
const agent = new DqnAgent(
  { observationShape: [4], actionCount: 2 },
  { seed: 1, batchSize: 32, warmupSteps: transitions, updateEverySteps: 1, targetEveryUpdates: 100, replayCapacity: transitions, network },
);
const rng = new Rng(2);
const draw = () => Float32Array.from({ length: 4 }, () => rng.uniform(-1, 1));
const observation = draw();
for (let i = 0; i < transitions; i++) {
  agent.observe(observation, rng.integer(2), { observation: draw(), reward: rng.uniform(), terminated: i % 9 === 0, truncated: false });
}

function bytesPerCall(work) {
  const calls = 1000;
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 12; round++) {
    globalThis.gc();
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < calls; i++) work();
    least = Math.min(least, (process.memoryUsage().heapUsed - before) / calls);
  }
  return least;
}

console.log(JSON.stringify({ update: bytesPerCall(() => agent.learn()), action: bytesPerCall(() => agent.greedyAction(observation)) }));
