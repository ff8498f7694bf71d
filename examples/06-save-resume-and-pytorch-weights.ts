// 06 · Save, resume, and weights from PyTorch.
//
// A checkpoint holds everything that decides a run's future, so a run that was saved and resumed equals one that never stopped,
// to the last bit. Weights alone travel in safetensors files, which other frameworks read and write.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createEnv,
  DqnAgent,
  decodeCheckpoint,
  encodeCheckpoint,
  encodeTensors,
  encodeWeights,
  findPreset,
  Linear,
  loadWeights,
  Rng,
  relu,
  resumeTraining,
  Sequential,
  summary,
  Training,
  tensor,
} from 'deepq';

const folder = mkdtempSync(join(tmpdir(), 'deepq-example-'));

// ---- Save in the middle of a run, and go on. -------------------------------------------------------------------------------
const name = 'Catch';
const config = { ...findPreset('steady').config(2000), seed: 5 };
const env = createEnv(name, new Rng(5).fork('env'));
const training = new Training(env, new DqnAgent(env, config));
for (const _ of training.run(1500)); // reports are there to be read; nobody has to

const checkpointPath = join(folder, 'checkpoint.safetensors');
writeFileSync(checkpointPath, encodeCheckpoint(name, 2000, training));
for (const _ of training.run(500));

// ---- As another process would do it: everything from the file. ---------------------------------------------------------------
const checkpoint = decodeCheckpoint(readFileSync(checkpointPath));
const resumed = resumeTraining(checkpoint, createEnv(checkpoint.environment, new Rng(0))); // this generator is replaced too
for (const _ of resumed.run(500));

const bytes = encodeCheckpoint(name, 2000, training);
export const resumedBytes = encodeCheckpoint(name, 2000, resumed);
export const same = bytes.length === resumedBytes.length && bytes.every((byte, i) => byte === resumedBytes[i]);
console.log(`after 2,000 steps the two runs are ${same ? 'equal in all' : 'different in some of'} ${bytes.length} bytes`);

// ---- The weights alone, with a word about them. ------------------------------------------------------------------------------
const weightsPath = join(folder, 'weights.safetensors');
writeFileSync(weightsPath, encodeWeights(training.agent.online, new Map([['environment', name]])));
const player = new DqnAgent(env, config);
export const metadata = loadWeights(player.online, readFileSync(weightsPath));
const observation = env.reset();
export const values = [training.agent.qValues(observation), player.qValues(observation)];
console.log(`weights for ${metadata.get('environment')}; Q by the trained agent and by the one that loaded them:`);
for (const q of values) console.log(`  ${Array.from(q, (value) => value.toFixed(6)).join('  ')}`);

// ---- Weights as PyTorch lays them out. ---------------------------------------------------------------------------------------
// There, nn.Sequential(nn.Linear(3, 2), nn.ReLU(), nn.Linear(2, 1)) computes x · Wᵀ + b and so stores W as [out, in]. Its state
// dictionary, saved as safetensors, has these names and shapes:
const stored = encodeTensors(
  new Map([
    ['0.weight', { data: Float32Array.of(1, 2, 3, -1, -2, -3), shape: [2, 3] }],
    ['0.bias', { data: Float32Array.of(0.5, 0.25), shape: [2] }],
    ['2.weight', { data: Float32Array.of(10, 100), shape: [1, 2] }],
    ['2.bias', { data: Float32Array.of(7), shape: [1] }],
  ]),
);

// The same stack here: layers have the same numbers when relu stands as a layer of its own.
const rng = new Rng(0);
const network = new Sequential([new Linear(3, 2, rng), relu, new Linear(2, 1, rng)]);
loadWeights(network, stored, { layout: 'pytorch' });
console.log(summary(network, [3]));

// By hand for x = (1, 1, 1): relu(1 + 2 + 3 + 0.5) = 6.5 and relu(−1 − 2 − 3 + 0.25) = 0, then 10 · 6.5 + 100 · 0 + 7 = 72.
export const output = network.forward(tensor([[1, 1, 1]])).item();
console.log(`output ${output}, by hand 72`);

rmSync(folder, { recursive: true });
