// A checkpoint: everything a run needs to continue as if it had never stopped, in one file. It holds no time and no path, so
// equal runs write equal bytes.

import {
  type ByteSource,
  decodeSnapshot,
  encodeSnapshot,
  FormatError,
  readCount,
  readSnapshot,
  type Snapshot,
  snapshotPieces,
} from '../nn/index.ts';
import { createConfig, type DqnConfig } from './config.ts';
import { DqnAgent } from './dqn.ts';
import type { Env } from './env.ts';
import { Training } from './train.ts';
import type { VectorEnv } from './vector-env.ts';

/** The form of the file; raised when an older reader could misunderstand it. */
const version = 2;

export interface Checkpoint {
  /** The environment's name, for whoever makes one. */
  readonly environment: string;
  /** Environment steps that the run is planned for. */
  readonly steps: number;
  readonly config: DqnConfig;
  /** Of the Training. */
  readonly state: Snapshot;
}

/** The bytes of a checkpoint, for a run of that many steps in the environment of that name. Throws as Training.state() does. */
export function encodeCheckpoint(environment: string, steps: number, training: Training): Uint8Array {
  return encodeSnapshot(snapshotOf(environment, steps, training));
}

/** As encodeCheckpoint, in pieces to be written one behind the other: a memory of a million screens is longer than one array can be. */
export function checkpointPieces(environment: string, steps: number, training: Training): Uint8Array[] {
  return snapshotPieces(snapshotOf(environment, steps, training));
}

function snapshotOf(environment: string, steps: number, training: Training): Snapshot {
  const config = training.agent.config as unknown as Snapshot; // plain JSON, which is what a snapshot without arrays is
  return { kind: 'deepq-checkpoint', version, environment, steps, config, state: training.state() };
}

/** Reads a checkpoint, from memory or a piece at a time. Throws FormatError or ConfigError when it is none. */
export function decodeCheckpoint(bytes: Uint8Array | ByteSource): Checkpoint {
  const file = decodeSnapshot(bytes);
  if (file['kind'] !== 'deepq-checkpoint')
    throw new FormatError('checkpoint: the file must be a checkpoint of deepq; it is another snapshot');
  if (file['version'] !== version) throw new FormatError(`checkpoint: version must be ${version}; got ${JSON.stringify(file['version'])}`);
  const environment = file['environment'];
  if (typeof environment !== 'string') throw new FormatError('checkpoint: "environment" must be a name');
  return {
    environment,
    steps: readCount(file, 'steps'),
    config: createConfig(readSnapshot(file, 'config') as unknown as DqnConfig), // createConfig checks every field
    state: readSnapshot(file, 'state'),
  };
}

/** A training that continues a checkpoint in an environment of the same kind. Throws FormatError when the two do not fit. */
export function resumeTraining(checkpoint: Checkpoint, env: Env | VectorEnv): Training {
  const training = new Training(env, new DqnAgent(env, checkpoint.config));
  training.restore(checkpoint.state);
  return training;
}
