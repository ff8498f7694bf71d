// Several copies of one environment, played in turn. In a round each copy takes one step; so one pass of the network chooses the
// actions of all, which costs little more than choosing one. Each copy has its own episodes and begins the next by itself.

import { readFinite, readList, readSnapshot, type Snapshot } from '../nn/index.ts';
import { formatShape, type Shape, sizeOf } from '../tensor/index.ts';
import { type Env, ofCopy, restoreEnv, type Step, saveEnv } from './env.ts';

export class VectorEnv {
  readonly observationShape: Shape;
  readonly actionCount: number;
  /** How many copies there are; they are numbered from 0. */
  readonly count: number;
  readonly #envs: readonly Env[];
  /** What each copy shows; undefined while no episode is running. */
  readonly #observations: (Float32Array | undefined)[];

  /** The copies should draw their luck from generators of their own. Throws RangeError when there is none, one twice, or they differ. */
  constructor(envs: readonly Env[]) {
    if (envs.length === 0) throw new RangeError('VectorEnv: must hold at least one environment; got none');
    if (new Set(envs).size < envs.length)
      throw new RangeError(`VectorEnv: every copy must be an object of its own; got ${new Set(envs).size} for ${envs.length}`);
    const describe = ({ observationShape, actionCount }: Env): string => `${formatShape(observationShape)} and ${actionCount} actions`;
    const other = envs.find((env) => describe(env) !== describe(envs[0]));
    if (other !== undefined)
      throw new RangeError(`VectorEnv: all must be copies of one environment; got ${describe(envs[0])}, and ${describe(other)}`);
    this.observationShape = envs[0].observationShape;
    this.actionCount = envs[0].actionCount;
    this.count = envs.length;
    this.#envs = envs;
    this.#observations = envs.map(() => undefined);
  }

  /** What one copy shows now. Begins its next episode when none is running. Throws RangeError for an unknown copy, as `step` does. */
  observation(copy: number): Float32Array {
    this.#observations[copy] ??= ofCopy('VectorEnv', this.#envs, copy).reset();
    return this.#observations[copy];
  }

  /** What every copy shows now, in order. */
  observations(): Float32Array[] {
    return this.#envs.map((_, copy) => this.observation(copy));
  }

  /** One step of one copy. When it ends an episode it holds the true last observation; `observation` then shows the next first one. */
  step(copy: number, action: number): Step {
    this.observation(copy); // an episode must be running
    const step = this.#envs[copy].step(action);
    this.#observations[copy] = step.terminated || step.truncated ? undefined : step.observation;
    return step;
  }

  /** Breaks off the episodes in progress: every copy begins another when it is asked what it shows. */
  breakOff(): void {
    this.#observations.fill(undefined);
  }

  /** Throws Error when the environment has no state(). */
  state(): Snapshot {
    return { copies: this.#envs.map((env, copy) => ({ env: saveEnv(env), observation: this.#observations[copy] ?? null })) };
  }

  /** Continues exactly where `state()` was taken. Throws FormatError. */
  restore(snapshot: Snapshot): void {
    const length = sizeOf(this.observationShape);
    const copies = readList(snapshot, 'copies', readSnapshot, this.count);
    const observations = copies.map((copy) =>
      copy['observation'] === null ? undefined : readFinite(copy, 'observation', Float32Array, length),
    );
    for (const [i, copy] of copies.entries()) {
      restoreEnv(this.#envs[i], readSnapshot(copy, 'env'));
      this.#observations[i] = observations[i];
    }
  }
}
