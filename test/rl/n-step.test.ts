// NStep against the recorded arithmetic and against a sum written straight from the definition, on episodes of every ending.

import { FormatError, NStep, type Snapshot, type SnapshotValue, type Transition } from 'deepq';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readGoldenJson } from '../support/golden.ts';

interface Episode {
  readonly rewards: readonly number[];
  readonly ending: 'terminated' | 'truncated' | 'both' | 'none';
}

/** Observation t is the number t, so that every transition shows where it came from. */
const observation = (t: number): Float32Array => Float32Array.of(t);

function transitionsOf(nStep: NStep, { rewards, ending }: Episode): Transition[] {
  return rewards.flatMap((reward, t) => {
    const last = t === rewards.length - 1;
    const terminated = last && (ending === 'terminated' || ending === 'both');
    const truncated = last && (ending === 'truncated' || ending === 'both');
    return nStep.add(observation(t), t % 3, { observation: observation(t + 1), reward, terminated, truncated });
  });
}

/** The definition: sum up to n rewards of the episode, bootstrap from where that ends unless the world ended there. */
function byDefinition(n: number, gamma: number, { rewards, ending }: Episode): Transition[] {
  const T = rewards.length;
  const ended = ending !== 'none';
  return rewards.flatMap((_, t) => {
    const k = Math.min(n, T - t);
    if (k < n && !ended) return [];
    let reward = 0;
    for (let i = k - 1; i >= 0; i--) reward = rewards[t + i] + gamma * reward;
    const terminal = t + k === T && (ending === 'terminated' || ending === 'both');
    const discount = terminal ? 0 : gamma ** k;
    return [{ observation: observation(t), action: t % 3, reward, discount, nextObservation: observation(t + k) }];
  });
}

test('equals the definition on random streams of episodes', () => {
  const episode = fc.record({
    rewards: fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 1, maxLength: 12 }),
    ending: fc.constantFrom<Episode['ending']>('terminated', 'truncated', 'both'),
  });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.array(episode, { maxLength: 4 }),
      (n, gamma, episodes) => {
        const nStep = new NStep(n, gamma); // one for all: nothing may leak from one episode into the next
        for (const each of [...episodes, { rewards: [1, 2, 3], ending: 'none' } as const]) {
          const got = transitionsOf(nStep, each);
          const want = byDefinition(n, gamma, each);
          expect(got.length).toBe(want.length);
          got.forEach((transition, i) => {
            expect(transition.observation).toEqual(want[i].observation);
            expect(transition.nextObservation).toEqual(want[i].nextObservation);
            expect(transition.action).toBe(want[i].action);
            expect(transition.reward).toBeCloseTo(want[i].reward, 9);
            expect(transition.discount).toBeCloseTo(want[i].discount, 12);
          });
        }
      },
    ),
  );
});

test('reproduces the recorded n-step arithmetic', () => {
  const { n_step: cases } = readGoldenJson<{ n_step: Recorded[] }>('numerics/rl_arithmetic.json');
  expect(cases.length).toBeGreaterThan(0);
  for (const { n, gamma, rewards, terminated, truncated, transitions } of cases) {
    const nStep = new NStep(n, gamma);
    const got = rewards.flatMap((reward, t) =>
      nStep.add(observation(t), 0, {
        observation: observation(t + 1),
        reward,
        terminated: terminated[t] === 1,
        truncated: truncated[t] === 1,
      }),
    );
    expect(got.length).toBe(transitions.length);
    got.forEach((transition, i) => {
      expect(transition.observation[0]).toBe(transitions[i].t);
      expect(transition.nextObservation[0]).toBe(transitions[i].bootstrap_observation);
      expect(transition.reward).toBeCloseTo(transitions[i].return, 12);
      expect(transition.discount).toBeCloseTo(transitions[i].bootstrap_factor, 12);
    });
  }
});

interface Recorded {
  readonly n: number;
  readonly gamma: number;
  readonly rewards: readonly number[];
  readonly terminated: readonly number[];
  readonly truncated: readonly number[];
  readonly transitions: readonly { t: number; return: number; bootstrap_observation: number; bootstrap_factor: number }[];
}

test('a restored window continues as if nothing had happened', () => {
  const whole = new NStep(4, 0.9);
  const first = new NStep(4, 0.9);
  const step = (t: number) => ({ observation: observation(t + 1), reward: t, terminated: false, truncated: t === 9 });
  for (let t = 0; t < 3; t++) {
    whole.add(observation(t), 0, step(t));
    first.add(observation(t), 0, step(t));
  }
  const second = new NStep(4, 0.9);
  second.restore(first.state(), 1, 1);
  for (let t = 3; t < 10; t++) expect(second.add(observation(t), 0, step(t))).toEqual(whole.add(observation(t), 0, step(t)));
});

test('refuses a window that no step leads to', () => {
  const window = new NStep(3, 0.5);
  for (let t = 0; t < 2; t++) {
    window.add(observation(t), t, { observation: observation(t + 1), reward: 1, terminated: false, truncated: false });
  }
  const state = window.state() as { pending: Snapshot[] };
  const restore = (pending: SnapshotValue): void => new NStep(3, 0.5).restore({ pending }, 1, 2);
  restore(state.pending);
  const [oldest, newest] = state.pending;
  const damages: [SnapshotValue, string][] = [
    [7, '"pending" must be a list; got 7'],
    [[oldest, oldest, newest], '"pending" must list fewer than 3 steps; got 3'],
    [[oldest], '"discount" must be 0.5 here; got 0.25'],
    [[oldest, { ...newest, discount: 1 }], '"discount" must be 0.5 here; got 1'],
    [[{ ...oldest, action: 2 }, newest], '"action" must be an integer in 0…1; got 2'],
    [[{ ...oldest, reward: '1' }, newest], '"reward" must be a finite number; got "1"'],
    [[oldest, { ...newest, observation: Float32Array.of(Number.NaN) }], '"observation" must be finite; got NaN at place 0'],
    [[oldest, { ...newest, observation: Float32Array.of(1, 2) }], '"observation" must be Float32Array[1]; got Float32Array[2]'],
  ];
  for (const [pending, message] of damages) {
    expect(() => restore(pending)).toThrow(FormatError);
    expect(() => restore(pending)).toThrow(message);
  }
});

test('refuses a window or a discount without a meaning', () => {
  expect(() => new NStep(0, 0.9)).toThrow('NStep: n must be a positive integer; got 0');
  expect(() => new NStep(1, 1.5)).toThrow('NStep: gamma must be in [0, 1]; got 1.5');
});
