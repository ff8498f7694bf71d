// The classic control tasks against recorded episodes of the reference implementation: each step from its recorded state, and
// free runs as far as the last bits of float64 allow.

import { createEnv, type Env, Rng, type Snapshot } from 'deepq';
import { describe, expect, test } from 'vitest';
import { type GoldenData, readGoldenArrays, readGoldenJson } from '../../support/golden.ts';
import { expectClose } from '../../support/tolerance.ts';

interface Recording {
  readonly file: string;
  readonly time_limit: number;
  readonly episodes: readonly { readonly steps: number; readonly terminated: boolean; readonly truncated: boolean }[];
}

interface Episode {
  readonly steps: number;
  readonly state: (t: number) => number[];
  readonly observation: (t: number) => number[];
  readonly action: GoldenData;
  readonly reward: GoldenData;
  readonly terminated: GoldenData;
  readonly truncated: GoldenData;
}

const index = readGoldenJson<Record<string, Recording>>('classic/index.json');

function episodesOf({ file, episodes }: Recording): Episode[] {
  const arrays = readGoldenArrays(`classic/${file}`);
  return episodes.map(({ steps }, e) => {
    const data = (name: string): GoldenData => arrays.get(`ep${e}.${name}`)!.data;
    const rows =
      (name: string) =>
      (t: number): number[] => {
        const width = data(name).length / (steps + 1);
        return Array.from(data(name).slice(t * width, (t + 1) * width));
      };
    return {
      steps,
      state: rows('state'),
      observation: rows('obs'),
      action: data('action'),
      reward: data('reward'),
      terminated: data('terminated'),
      truncated: data('truncated'),
    };
  });
}

/** Puts the environment into a state of its world, so many steps after the reset. */
function place(env: Env, state: readonly number[], steps: number): void {
  env.restore!({ steps, running: true, env: { state, running: true, rng: new Rng(0).state() } });
}

const stateOf = (env: Env): number[] => (env.state!()['env'] as Snapshot)['state'] as number[];

/** Float32 numbers as integers in the same order, so that neighbours differ by 1. */
function ordinal(x: number): number {
  const bits = new Int32Array(Float32Array.of(x).buffer)[0];
  return bits < 0 ? -(bits & 0x7fffffff) : bits;
}

describe.each(['CartPole-v1', 'MountainCar-v0', 'Acrobot-v1'])('%s', (name) => {
  const episodes = episodesOf(index[name]);

  test('takes every recorded step', () => {
    const env = createEnv(name, new Rng(0));
    for (const { steps, state, observation, action, reward, terminated, truncated } of episodes) {
      for (let t = 0; t < steps; t++) {
        place(env, state(t), t);
        const step = env.step(action[t]);
        expectClose(`state after step ${t}`, stateOf(env), state(t + 1), 1e-12);
        const apart = observation(t + 1).map((x, i) => Math.abs(ordinal(x) - ordinal(step.observation[i])));
        expect(Math.max(...apart)).toBeLessThanOrEqual(1);
        expect([step.reward, step.terminated, step.truncated]).toEqual([reward[t], terminated[t] === 1, truncated[t] === 1]);
      }
    }
  });

  test('follows whole episodes from their first state', () => {
    const env = createEnv(name, new Rng(0));
    const [compared, tolerance] = name === 'MountainCar-v0' ? [Number.POSITIVE_INFINITY, 1e-12] : [50, 1e-9];
    for (const { steps, state, action, terminated, truncated } of episodes) {
      place(env, state(0), 0);
      for (let t = 0; t < Math.min(steps, compared); t++) {
        const step = env.step(action[t]);
        expectClose(`state after step ${t}`, stateOf(env), state(t + 1), tolerance);
        expect([step.terminated, step.truncated]).toEqual([terminated[t] === 1, truncated[t] === 1]);
      }
    }
  });

  test('the recordings hold both endings', () => {
    expect(index[name].episodes.some((episode) => episode.terminated)).toBe(true);
    expect(index[name].episodes.some((episode) => episode.truncated)).toBe(true);
  });
});
