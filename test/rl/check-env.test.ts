// checkEnv on a sound environment and on copies of it with one fault each: it must name the fault and nothing else.

import { Catch, checkEnv, type Env, findEnvProblems, Rng, type Snapshot, type Step, TimeLimit } from 'deepq';
import { expect, test } from 'vitest';

/** Counts to ten; the observation is the count. */
class Counter implements Env {
  observationShape: readonly number[] = [2];
  actionCount = 2;
  protected count = 0;

  reset(): Float32Array {
    this.count = 0;
    return Float32Array.of(0, 1);
  }

  step(action: number): Step {
    if (action !== 0 && action !== 1) throw new RangeError(`Counter: action must be 0 or 1; got ${action}`);
    this.count += action;
    return { observation: Float32Array.of(this.count, 1), reward: action, terminated: this.count === 10, truncated: false };
  }

  state(): Snapshot {
    return { count: this.count };
  }

  restore(snapshot: Snapshot): void {
    this.count = Number(snapshot['count']);
  }
}

/** A counter whose steps are changed on the way out; what is not a Step any more is passed off as one, as JavaScript would. */
function withStep(change: (step: Step) => object): Env {
  return new (class extends Counter {
    override step(action: number): Step {
      return { ...super.step(action), ...change(super.step(0)) } as Step; // deliberately wrong
    }
  })();
}

const withFields = (fields: object): Env => Object.assign(new Counter(), fields);

test('finds nothing wrong with a sound environment', () => {
  expect(findEnvProblems(new Counter())).toEqual([]);
  expect(() => checkEnv(new Counter())).not.toThrow();
  expect(findEnvProblems(new TimeLimit(new Counter(), 4))).toEqual([]);
  expect(findEnvProblems(withFields({ state: undefined, restore: undefined }))).toEqual([]);
});

const reused = Float32Array.of(0, 1);

const faults: [name: string, env: Env, problem: RegExp][] = [
  ['no shape', withFields({ observationShape: undefined }), /^observationShape: must be a list of positive integers; got nothing$/],
  ['an empty axis', withFields({ observationShape: [2, 0] }), /^observationShape: .* got \[2,0\]$/],
  ['no action', withFields({ actionCount: 0 }), /^actionCount: must be a positive integer; got 0$/],
  ['a wrong length', withFields({ observationShape: [3] }), /^reset: the observation must hold 3 numbers, .* \[3\] says; got 2$/],
  ['a plain list', withStep(() => ({ observation: [1, 2] })), /^step: the observation must be a Float32Array; got object$/],
  ['no observation', withFields({ reset: () => null }), /^reset: the observation must be a Float32Array; got null$/],
  ['NaN', withStep(() => ({ observation: Float32Array.of(0, Number.NaN) })), /^step: observations must be finite; got NaN at index 1$/],
  ['a NaN reward', withStep(() => ({ reward: Number.NaN })), /^step: the reward must be a finite number; got NaN$/],
  ['a missing flag', withStep(() => ({ truncated: undefined })), /^step: truncated must be true or false; got undefined$/],
  ['a number for a flag', withStep(() => ({ terminated: 0 })), /^step: terminated must be true or false; got 0$/],
  ['one array for all', withStep(() => ({ observation: reused })), /^step: every observation must be a new array; got the memory/],
  [
    'a crash',
    withStep((step) => ({ reward: step.observation[0] > 3 ? crash() : 1 })),
    /^reset, step, .* must not throw .*; got Error: crash$/,
  ],
  ['state without restore', withFields({ restore: undefined }), /^state and restore: must come together; got only state$/],
  ['restore without state', withFields({ state: undefined }), /^state and restore: must come together; got only restore$/],
  [
    'a forgetful restore',
    withFields({ restore: () => {} }),
    /^restore: must continue exactly where state\(\) was taken; got after \d+ steps/,
  ],
];

function crash(): never {
  throw new Error('crash');
}

test.each(faults)('names the fault: %s', (_, env, problem) => {
  const problems = findEnvProblems(env);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(problem);
});

test('names an observation that changes after it was handed out', () => {
  let handedOut = new Float32Array(2);
  const env = withStep(() => {
    handedOut[0] = -1;
    handedOut = Float32Array.of(0, 1);
    return { observation: handedOut };
  });
  expect(findEnvProblems(env)).toEqual([
    'step: an observation must not change once returned; got a change in the one before. Return a copy',
  ]);
});

test('names actions that are accepted and should not be', () => {
  const env = new (class extends Counter {
    override step(action: number): Step {
      return super.step(action > 0 ? 1 : 0);
    }
  })();
  expect(findEnvProblems(env)).toEqual(['step: an action outside 0…1 must throw RangeError; got no error for -1']);
});

test('names an error of the wrong kind for an unknown action', () => {
  const env = new (class extends Counter {
    override step(action: number): Step {
      if (action < 0) throw new TypeError('no');
      return super.step(action);
    }
  })();
  expect(findEnvProblems(env)).toEqual(['step: action -1 must throw RangeError; got TypeError: no']);
});

test('checkEnv lists all problems in one error', () => {
  const env = withStep(() => ({ reward: Number.POSITIVE_INFINITY, truncated: 1 }));
  expect(() => checkEnv(env)).toThrow(
    'checkEnv: the environment must keep the rules of Env; got 2 broken:\n' +
      '- step: the reward must be a finite number; got Infinity\n- step: truncated must be true or false; got 1',
  );
});

test('leaves the environment usable', () => {
  const env = new Catch(new Rng(0));
  checkEnv(env);
  expect(env.reset()).toHaveLength(50);
});
