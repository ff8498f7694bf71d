// Runs long enough for a leak to show: a million updates, hundreds of backends, and a memory that is too small. Prints a table in
// Markdown, as docs/benchmarks.md holds it, and exits with 1 when something does not hold.
//
//   npm run test:soak                      a million updates
//   npm run test:soak -- --updates 200000  fewer; the slope is then less certain

import { createWasmBackend, DqnAgent, Rng, useBackend } from '../../dist/index.js';

const MiB = 2 ** 20;
const at = process.argv.indexOf('--updates');
const updates = at < 0 ? 1_000_000 : Number(process.argv[at + 1]);
if (!Number.isInteger(updates) || updates < 1000)
  throw new RangeError(`soak: --updates must be a whole number of at least 1000; got ${updates}`);

/** An agent with a full memory, due for an update whenever it is asked. */
function createAgent(options = {}) {
  const spaces = { observationShape: [4], actionCount: 2 };
  const network = { conv: [], hidden: [64, 64], activation: 'relu', layerNorm: false };
  const transitions = 1000;
  const common = { seed: 1, batchSize: 64, warmupSteps: transitions, replayCapacity: transitions, updateEverySteps: 1 };
  const agent = new DqnAgent(spaces, { ...common, targetEveryUpdates: 250, network, ...options });
  const rng = new Rng(2);
  const draw = () => Float32Array.from({ length: 4 }, () => rng.uniform(-1, 1));
  let observation = draw();
  for (let i = 0; i < transitions; i++) {
    const next = draw();
    agent.observe(observation, rng.integer(2), {
      observation: next,
      reward: rng.uniform(-1, 1),
      terminated: i % 50 === 49,
      truncated: false,
    });
    observation = next;
  }
  return agent;
}

const collected = async () => {
  for (let i = 0; i < 4; i++) {
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 10)); // finalizers run between tasks
  }
};

/** The slope of y over x by least squares. */
function slopeOf(points) {
  const mean = (of) => points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x0, y0] = [mean(([x]) => x), mean(([, y]) => y)];
  return mean(([x, y]) => (x - x0) * (y - y0)) / mean(([x]) => (x - x0) ** 2);
}

const results = [];
const expectThat = (what, got, holds) => {
  results.push(holds);
  console.log(`| ${what} | ${got} | ${holds ? 'holds' : '**does not hold**'} |`);
};

/** Resident memory as updates go on, each reading after a collection, and without the first fifth. */
async function soak() {
  const agent = createAgent();
  const readings = [];
  const each = updates / 100;
  const start = performance.now();
  for (let reading = 1; reading <= 100; reading++) {
    for (let done = Math.round((reading - 1) * each); done < Math.round(reading * each); done++) agent.learn();
    await collected();
    if (reading > 20) readings.push([(reading * each) / 1e6, process.memoryUsage.rss() / MiB]);
  }
  const seconds = (performance.now() - start) / 1000;
  const slope = slopeOf(readings);
  const [first, last] = [readings[0][1], readings.at(-1)[1]].map((size) => size.toFixed(1));
  const what = `${updates.toLocaleString('en')} updates of the 4-64-64-2 network in ${seconds.toFixed(0)} s: growth of resident memory at most 1 MiB a million`;
  expectThat(what, `${slope.toFixed(2)} MiB a million, ${first} → ${last} MiB`, slope <= 1);
}

/** Backends that were used and dropped, and their memories, are collected. */
async function dropBackends() {
  const count = 200;
  let gone = 0;
  const registry = new FinalizationRegistry(() => void gone++);
  const use = () => {
    const made = createWasmBackend({ memoryBytes: 16 * MiB });
    const previous = useBackend(made);
    createAgent({ replayCapacity: 1000 }).learn();
    useBackend(previous);
    registry.register(made, undefined);
    registry.register(made.alloc(1).buffer, undefined); // all of its memory
  };
  for (let i = 0; i < 20; i++) use(); // what the engine keeps for itself is there after these
  await collected();
  const before = process.memoryUsage.rss() / MiB;
  for (let i = 20; i < count; i++) {
    use();
    if (i % 20 === 0) await collected();
  }
  await collected();
  const growth = process.memoryUsage.rss() / MiB - before;
  expectThat(
    `${count} backends made, used and dropped: all are collected, with their memories`,
    `${gone / 2} of ${count}`,
    gone === 2 * count,
  );
  expectThat('resident memory grew meanwhile by less than 16 MiB, one of them', `${growth.toFixed(1)} MiB`, growth < 16);
}

/** The losses of an agent on a backend with so much memory, and that backend's statistics. */
function train(memoryBytes, stagingBytes) {
  const made = createWasmBackend({ memoryBytes, stagingBytes });
  const previous = useBackend(made);
  const agent = createAgent();
  const losses = Array.from({ length: 1000 }, () => agent.learn().loss);
  useBackend(previous);
  return { losses, stats: made.stats() };
}

function exhaust() {
  const roomy = train(64 * MiB, 8 * MiB);
  const tight = train(MiB, MiB / 4);
  const same = roomy.losses.every((loss, i) => loss === tight.losses[i]);
  expectThat(
    'a linear memory that is too small spills, and says so',
    `${tight.stats.spills} spills, ${tight.stats.stagedCalls} staged calls`,
    tight.stats.spills > 0 && roomy.stats.spills === 0,
  );
  expectThat('1,000 updates with and without spills have the same losses', same ? 'the same' : 'different', same);
}

if (createWasmBackend() === null) throw new Error('soak: needs the emitted kernels; this engine has no SIMD');
console.log('| what | measured | |\n|---|--:|---|');
exhaust();
await dropBackends();
await soak();
process.exitCode = results.every(Boolean) ? 0 : 1;
