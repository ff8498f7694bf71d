// What an environment is to an agent. The two endings of an episode are separate everywhere: `terminated` means that the world
// ended and nothing can be earned after it; `truncated` means that we stopped watching, so the future still has a value.

import type { Snapshot } from '../nn/index.ts';
import { type Shape, sizeOf } from '../tensor/index.ts';

export interface Env {
  readonly observationShape: Shape;
  /** Actions are 0 … actionCount − 1. */
  readonly actionCount: number;
  /** Begins an episode and returns its first observation. The caller owns it, as with `step`. */
  reset(): Float32Array;
  /**
   * Takes one step. The caller owns the returned observation: the environment never writes to it again.
   * Throws RangeError for an unknown action, Error when no episode is running.
   */
  step(action: number): Step;
  /** Everything that decides the future, random generator included. An environment without it cannot be checkpointed. */
  state?(): Snapshot;
  /** Continues exactly where `state()` was taken. Throws FormatError. */
  restore?(snapshot: Snapshot): void;
  /** The present situation drawn as lines of text. */
  render?(): string;
  /** The present situation as a picture; undefined from a wrapper around an environment without one. */
  image?(): Image | undefined;
}

/** A picture, row by row. */
export interface Image {
  readonly width: number;
  readonly height: number;
  /** [height, width, 3]: red, green and blue, 0…255. The caller owns it. */
  readonly rgb: Uint8Array;
}

export interface Step {
  readonly observation: Float32Array;
  readonly reward: number;
  /** The task itself ended: no value follows. */
  readonly terminated: boolean;
  /** A limit cut the episode: bootstrap from the observation as usual. Both flags may be set in one step. */
  readonly truncated: boolean;
}

/** What every `step` asks first. Throws Error when no episode is running, RangeError unless the action is one of the environment's. */
export function checkStep(who: string, running: boolean, action: number, actionCount: number): void {
  if (!running) throw new Error(`${who}: an episode must be running; got a step outside of one. Call reset() first`);
  checkAction(who, action, actionCount);
}

/** Throws RangeError unless the action is one of the environment's. */
export function checkAction(who: string, action: number, actionCount: number): void {
  if (!Number.isInteger(action) || action < 0 || action >= actionCount) {
    throw new RangeError(`${who}: action must be an integer in 0…${actionCount - 1}; got ${action}`);
  }
}

/** What belongs to one copy of an environment, of a list with an entry for each. Throws RangeError when there is no such copy. */
export function ofCopy<T>(who: string, entries: readonly T[], copy: number): T {
  const entry = entries[copy];
  if (entry === undefined) throw new RangeError(`${who}: copy must be an integer in 0…${entries.length - 1}; got ${copy}`);
  return entry;
}

/** Throws RangeError unless the observation has as many numbers as the shape, all of them finite. */
export function checkObservation(who: string, observation: Float32Array, shape: Shape): void {
  if (observation.length !== sizeOf(shape)) {
    throw new RangeError(`${who}: observation must hold ${sizeOf(shape)} numbers, shape [${shape.join(', ')}]; got ${observation.length}`);
  }
  // A loop, because findIndex makes an object of each number that it passes on, and a screen has thousands.
  for (let i = 0; i < observation.length; i++) {
    if (!Number.isFinite(observation[i])) throw new RangeError(`${who}: observation must be finite; got ${observation[i]} at place ${i}`);
  }
}

/** The state of an environment that may not have one. Throws Error when it has none. */
export function saveEnv(env: Env): Snapshot {
  if (env.state === undefined) throw new Error('saveEnv: the environment must have state() and restore(); got one without state()');
  return env.state();
}

/** Continues an environment from its state. Throws Error when it cannot, and as `restore` does. */
export function restoreEnv(env: Env, snapshot: Snapshot): void {
  if (env.restore === undefined) throw new Error('restoreEnv: the environment must have state() and restore(); got one without restore()');
  env.restore(snapshot);
}

/** Throws RangeError unless the option is an integer of at least `least`. */
export function checkSize(name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) throw new RangeError(`${name}: must be an integer of at least ${least}; got ${value}`);
}
