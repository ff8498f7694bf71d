// Equal runs write equal bytes, and a run that was saved and resumed anywhere is the run that was never stopped: for a network
// on numbers and for one on pixels, with n-step returns and time limits, in fresh objects and in a fresh process.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  backend,
  CartPole,
  Catch,
  DqnAgent,
  type DqnOptions,
  decodeCheckpoint,
  type Env,
  encodeCheckpoint,
  Rng,
  resumeTraining,
  type StepReport,
  TimeLimit,
  Training,
} from 'deepq';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withBackend } from '../support/double-precision-backend.ts';
import { createPoisonedBackend } from '../support/poisoned-backend.ts';

interface Run {
  readonly environment: 'CartPole' | 'Catch';
  readonly limit: number;
  readonly steps: number;
  readonly options: DqnOptions;
}

const common: DqnOptions = {
  nStep: 3,
  batchSize: 8,
  replayCapacity: 300, // the ring goes round several times
  targetEveryUpdates: 10,
  targetBlend: 0.5,
  epsilon: { kind: 'linear', start: 1, end: 0.1, steps: 1000 },
};
const runs: readonly Run[] = [
  {
    environment: 'CartPole',
    limit: 15, // random play lasts about 20 steps: both endings occur
    steps: 2000,
    options: {
      ...common,
      network: { conv: [], hidden: [12, 12], activation: 'relu', layerNorm: true },
      warmupSteps: 100,
      updateEverySteps: 2,
      learningRate: { kind: 'linear', start: 1e-2, end: 0, steps: 2000 },
    },
  },
  {
    environment: 'Catch',
    limit: 7, // a ball falls for nine steps: every episode is cut
    steps: 2000,
    options: {
      ...common,
      network: { conv: [{ filters: 3, kernel: 3, stride: 2 }], hidden: [8], activation: 'relu', layerNorm: false },
      replayStorage: 'uint8',
      observationScale: 0.5,
      warmupSteps: 100,
      updateEverySteps: 4,
      optimizer: { kind: 'rmsprop', decay: 0.95, epsilon: 0.01, epsilonInside: true, centered: true, momentum: 0.9 },
      learningRate: { kind: 'constant', value: 1e-3 },
    },
  },
];

const createEnv = ({ environment, limit }: Run, rng: Rng): Env =>
  new TimeLimit(environment === 'CartPole' ? new CartPole(rng) : new Catch(rng), limit);

function start(run: Run, seed = 1): Training {
  const env = createEnv(run, new Rng(seed).fork('env'));
  return new Training(env, new DqnAgent(env, { ...run.options, seed }));
}

/** Trains up to a step. */
function trainTo(training: Training, step: number): StepReport[] {
  return [...training.run(step - training.agent.steps)];
}

/** The same 20 random steps at each call. */
function randomCuts(run: Run): number[] {
  const rng = new Rng(2026);
  return Array.from({ length: 20 }, () => rng.integer(1, run.steps)).sort((a, b) => a - b);
}

const bytesOf = (run: Run, training: Training): Buffer => Buffer.from(encodeCheckpoint(run.environment, run.steps, training));

/** The last checkpoint of a run that is never interrupted. */
function wholeRun(run: Run, seed = 1): Buffer {
  const training = start(run, seed);
  trainTo(training, run.steps);
  return bytesOf(run, training);
}

describe.each(runs)('$environment', (run) => {
  let expected: Buffer;
  beforeAll(() => {
    expected = wholeRun(run);
  });

  test('the run is worth the test: it learns, ends episodes both ways, and fills its memory', () => {
    const training = start(run);
    let [terminated, truncated, updates] = [0, 0, 0];
    for (const { episode, update } of training.run(run.steps)) {
      if (episode) episode.length === run.limit ? truncated++ : terminated++;
      if (update) updates++;
    }
    expect(updates).toBeGreaterThan(400);
    expect(truncated).toBeGreaterThan(20);
    if (run.environment === 'CartPole') expect(terminated).toBeGreaterThan(20);
    expect(training.agent.replay.size).toBe(300);
  });

  test('the same seed writes the same bytes, another seed does not', () => {
    expect(wholeRun(run).equals(expected)).toBe(true);
    expect(wholeRun(run, 2).equals(expected)).toBe(false);
  });

  test('nothing is read after its scope closed: with spoilt scratch memory the bytes are the same', () => {
    const bytes = withBackend(createPoisonedBackend(), () => wholeRun(run));
    expect(bytes.equals(expected)).toBe(true);
  });

  test('saved and resumed at 20 random steps, every run ends in the same bytes', () => {
    const training = start(run);
    let inside = 0;
    for (const cut of randomCuts(run)) {
      const reports = trainTo(training, cut);
      if (reports.at(-1)?.episode === undefined) inside++;
      const resumed = resumeTraining(decodeCheckpoint(bytesOf(run, training)), createEnv(run, new Rng(999)));
      trainTo(resumed, run.steps);
      expect(bytesOf(run, resumed).equals(expected)).toBe(true);
    }
    expect(inside).toBeGreaterThanOrEqual(10); // most cuts are inside an episode
    trainTo(training, run.steps);
    expect(bytesOf(run, training).equals(expected)).toBe(true); // saving changed nothing
  });

  test('reports are the same too', () => {
    const training = start(run);
    const whole = trainTo(training, 400);
    const first = start(run);
    const parts = trainTo(first, 171);
    const second = resumeTraining(decodeCheckpoint(bytesOf(run, first)), createEnv(run, new Rng(999)));
    parts.push(...trainTo(second, 400));
    expect(parts).toEqual(whole);
  });
});

describe('in a new process', () => {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), 'deepq-determinism-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  beforeAll(() => {
    execFileSync(process.execPath, [join(root, 'tools/bundle.mjs'), join(folder, 'built')]);
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  });

  test.each(runs)('$environment goes on from each of the 20 steps as if nothing had happened', (run) => {
    const script = fileURLToPath(new URL('../support/resume-process.mjs', import.meta.url));
    const [from, to] = [join(folder, `${run.environment}.from`), join(folder, `${run.environment}.to`)];
    const expected = wholeRun(run);
    const training = start(run);
    for (const cut of randomCuts(run)) {
      trainTo(training, cut);
      writeFileSync(from, bytesOf(run, training));
      execFileSync(process.execPath, [script, join(folder, 'built/index.js'), `${run.limit}`, `${run.steps}`, from, to, backend().name]);
      expect(readFileSync(to).equals(expected)).toBe(true);
    }
  });
});
