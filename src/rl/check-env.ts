// What an environment gets wrong, in words. A broken environment does not crash a learner, it only keeps it from learning;
// so every rule of Env that can be observed from outside is tried here. Meant for environments of one's own.

import type { Snapshot } from '../nn/index.ts';
import { formatShape, Rng, sizeOf } from '../tensor/index.ts';
import type { Env, Step } from './env.ts';

/** Throws one Error that lists all problems, if there are any. It plays `steps` random steps. */
export function checkEnv(env: Env, steps = 500): void {
  const problems = findEnvProblems(env, steps);
  if (problems.length > 0) {
    throw new Error(`checkEnv: the environment must keep the rules of Env; got ${problems.length} broken:\n- ${problems.join('\n- ')}`);
  }
}

/** The rules of Env that the environment breaks in so many random steps, each once and with the first case; empty is good. */
export function findEnvProblems(env: Env, steps = 500): string[] {
  const sizes = sizeProblems(env);
  return sizes.length > 0 ? sizes : new EnvCheck(env).run(steps);
}

function sizeProblems({ observationShape, actionCount }: Env): string[] {
  const problems: string[] = [];
  const isSize = (n: number): boolean => Number.isSafeInteger(n) && n > 0;
  if (!Array.isArray(observationShape) || observationShape.length === 0 || !observationShape.every(isSize)) {
    problems.push(`observationShape: must be a list of positive integers; got ${JSON.stringify(observationShape) ?? 'nothing'}`);
  }
  if (!isSize(actionCount)) problems.push(`actionCount: must be a positive integer; got ${actionCount}`);
  return problems;
}

/** How many steps are played again from one snapshot. */
const replayed = 20;

class EnvCheck {
  readonly #env: Env;
  readonly #rng = new Rng(0);
  /** The first case of each broken rule, by rule. */
  readonly #problems = new Map<string, string>();
  /** The observation handed out last, and what was in it then. */
  #last: { readonly observation: Float32Array; readonly copy: Float32Array } | undefined;

  constructor(env: Env) {
    this.#env = env;
  }

  run(steps: number): string[] {
    try {
      this.#play(steps);
      this.#tryUnknownActions();
      if (!this.#problems.has('type')) this.#tryToContinue(steps);
    } catch (error) {
      this.#report('calls', `reset, step, state and restore must not throw in correct use; got ${error}`);
    }
    return [...this.#problems.values()];
  }

  #play(steps: number): void {
    this.#reset();
    for (let i = 0; i < steps; i++) {
      const step = this.#step();
      if (step.terminated || step.truncated) this.#reset();
    }
  }

  #reset(): void {
    this.#observe('reset', this.#env.reset());
  }

  #step(): Step {
    const step = this.#env.step(this.#rng.integer(this.#env.actionCount));
    this.#observe('step', step.observation);
    if (!Number.isFinite(step.reward)) this.#report('reward', `step: the reward must be a finite number; got ${step.reward}`);
    for (const flag of ['terminated', 'truncated'] as const) {
      if (typeof step[flag] !== 'boolean') this.#report(flag, `step: ${flag} must be true or false; got ${step[flag]}`);
    }
    return step;
  }

  #observe(who: string, observation: Float32Array): void {
    const size = sizeOf(this.#env.observationShape);
    if (!(observation instanceof Float32Array)) {
      const got = observation === null ? 'null' : typeof observation;
      this.#report('type', `${who}: the observation must be a Float32Array; got ${got}`);
      return;
    }
    if (observation.length !== size) {
      const shape = formatShape(this.#env.observationShape);
      this.#report(
        'length',
        `${who}: the observation must hold ${size} numbers, as observationShape ${shape} says; got ${observation.length}`,
      );
    }
    const broken = observation.findIndex((x) => !Number.isFinite(x));
    if (broken >= 0) this.#report('finite', `${who}: observations must be finite; got ${observation[broken]} at index ${broken}`);

    const last = this.#last;
    if (last?.observation.buffer === observation.buffer && last.observation.byteOffset === observation.byteOffset) {
      this.#report('reuse', `${who}: every observation must be a new array; got the memory of the one before. Return a copy`);
    } else if (last?.observation.some((x, i) => !Object.is(x, last.copy[i]))) {
      this.#report('reuse', `${who}: an observation must not change once returned; got a change in the one before. Return a copy`);
    }
    this.#last = { observation, copy: observation.slice() };
  }

  #tryUnknownActions(): void {
    for (const action of [-1, this.#env.actionCount, 0.5, Number.NaN]) {
      this.#env.reset();
      try {
        this.#env.step(action);
        this.#report('action', `step: an action outside 0…${this.#env.actionCount - 1} must throw RangeError; got no error for ${action}`);
      } catch (error) {
        if (!(error instanceof RangeError)) this.#report('action', `step: action ${action} must throw RangeError; got ${error}`);
      }
    }
  }

  /** From many moments on, the same actions are played twice, before and after restore(). */
  #tryToContinue(steps: number): void {
    const { state, restore } = this.#env;
    if (state === undefined && restore === undefined) return; // allowed: it cannot be checkpointed
    if (state === undefined || restore === undefined) {
      this.#report('pair', `state and restore: must come together; got only ${state === undefined ? 'restore' : 'state'}`);
      return;
    }
    this.#env.reset();
    for (let played = 0; played < steps; played += 2 * replayed) {
      const snapshot = this.#env.state?.() as Snapshot; // both were found above
      const actions = Array.from({ length: replayed }, () => this.#rng.integer(this.#env.actionCount));
      const first = this.#record(actions);
      this.#env.restore?.(snapshot);
      const second = this.#record(actions);
      const differs = first.findIndex((line, i) => line !== second[i]);
      if (differs >= 0) {
        const facts = `${second[differs]} in place of ${first[differs]}`;
        this.#report('restore', `restore: must continue exactly where state() was taken; got after ${differs + 1} steps ${facts}`);
      }
    }
  }

  /** Everything seen while the actions are played, through as many episodes as it takes. */
  #record(actions: readonly number[]): string[] {
    return actions.map((action) => {
      const { observation, reward, terminated, truncated } = this.#env.step(action);
      const next = terminated || truncated ? ` then [${this.#env.reset().join(', ')}]` : '';
      return `[${observation.join(', ')}] ${reward} ${terminated} ${truncated}${next}`;
    });
  }

  #report(rule: string, problem: string): void {
    if (!this.#problems.has(rule)) this.#problems.set(rule, problem);
  }
}
