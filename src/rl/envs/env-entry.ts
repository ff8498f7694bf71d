// What the registry tells of an environment.

import type { Rng } from '../../tensor/index.ts';
import type { Env } from '../env.ts';

export interface EnvEntry {
  readonly name: string;
  /** The task in one sentence. */
  readonly description: string;
  /** What the observation holds. */
  readonly observation: string;
  /** The meaning of each action, by number. */
  readonly actions: readonly string[];
  /** Steps after which an episode is truncated; null when every episode ends by itself. */
  readonly timeLimit: number | null;
  /** The mean return from which the task counts as solved. */
  readonly solvedReturn: number;
  /** How long a training run is unless told otherwise, in environment steps. */
  readonly trainingSteps: number;
  /** The name of the preset that suits it: a network for what it shows, and a memory that has room for that. */
  readonly preset: string;
  create(rng: Rng): Env;
  /** As it is scored, where that differs: whole games and true rewards, where learning sees lives and signs. */
  createForEvaluation?(rng: Rng): Env;
}
