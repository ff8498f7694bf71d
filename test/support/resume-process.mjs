// Continues a checkpoint to a given step in a process of its own, with the built library, and writes the checkpoint it then has.
// Arguments: the library's index.js, the time limit, the last step, the checkpoint, where to write, and the kernel set in use.

import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [library, limit, lastStep, from, to, kernels] = process.argv.slice(2);
const { CartPole, Catch, createJsBackend, decodeCheckpoint, encodeCheckpoint, Rng, resumeTraining, TimeLimit, useBackend } = await import(
  pathToFileURL(library).href
);
if (kernels === 'js') useBackend(createJsBackend());

const checkpoint = decodeCheckpoint(new Uint8Array(readFileSync(from)));
const Env = { CartPole, Catch }[checkpoint.environment];
const training = resumeTraining(checkpoint, new TimeLimit(new Env(new Rng(0)), Number(limit)));
for (const _ of training.run(Number(lastStep) - training.agent.steps));
writeFileSync(to, encodeCheckpoint(checkpoint.environment, checkpoint.steps, training));
