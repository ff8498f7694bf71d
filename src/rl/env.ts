// What an environment is to an agent. The two endings of an episode are separate everywhere: `terminated` means that the world
// ended and nothing can be earned after it; `truncated` means that we stopped watching, so the future still has a value.

import type { Snapshot } from '../nn/index.ts';
import type { Shape } from '../tensor/index.ts';

export interface Env {
  readonly observationShape: Shape;
  /** Actions are 0 … actionCount − 1. */
  readonly actionCount: number;
  /** Begins an episode and returns its first observation. */
  reset(): Float32Array;
  /** Takes one step. The caller owns the returned observation: the environment never writes to it again. Throws RangeError for an unknown action. */
  step(action: number): Step;
  /** Everything that decides the future, random generator included. An environment without it cannot be checkpointed. */
  state?(): Snapshot;
  /** Continues exactly where `state()` was taken. Throws FormatError. */
  restore?(snapshot: Snapshot): void;
}

export interface Step {
  readonly observation: Float32Array;
  readonly reward: number;
  /** The task itself ended: no value follows. */
  readonly terminated: boolean;
  /** A limit cut the episode: bootstrap from the observation as usual. Both flags may be set in one step. */
  readonly truncated: boolean;
}

/** Throws RangeError unless the action is one of the environment's. */
export function checkAction(who: string, action: number, actionCount: number): void {
  if (!Number.isInteger(action) || action < 0 || action >= actionCount) {
    throw new RangeError(`${who}: action must be an integer in 0…${actionCount - 1}; got ${action}`);
  }
}
