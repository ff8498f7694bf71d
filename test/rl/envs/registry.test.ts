// What must hold for every environment the engine offers by name.

import { createHash } from 'node:crypto';
import { checkEnv, createEnv, type Env, type EnvEntry, envs, Rng, type Snapshot, sizeOf, UnknownNameError } from 'deepq';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

/** Everything seen while the actions are played, through as many episodes as it takes. Actions are any integers. */
function play(env: Env, actions: readonly number[]): unknown[] {
  return actions.map((action) => {
    const { observation, ...rest } = env.step(action % env.actionCount);
    return [seen(observation), rest, rest.terminated || rest.truncated ? seen(env.reset()) : undefined];
  });
}

/** An observation as something that is quickly compared, whatever its size. */
const seen = (observation: Float32Array): string => createHash('sha1').update(observation).digest('base64');

/** Screens take a while to paint: fewer and shorter games are played of them. */
const effort = ({ create }: EnvEntry): { readonly runs: number; readonly steps: number } =>
  sizeOf(create(new Rng(1)).observationShape) > 5000 ? { runs: 5, steps: 100 } : { runs: 100, steps: 2000 };

/** Steps until the episode ends, and how it did. */
function playToEnd(env: Env, rng: Rng): { steps: number; terminated: boolean; truncated: boolean } {
  env.reset();
  for (let steps = 1; ; steps++) {
    const { terminated, truncated } = env.step(rng.integer(env.actionCount));
    if (terminated || truncated) return { steps, terminated, truncated };
  }
}

const someActions = fc.array(fc.nat(1000), { maxLength: 60 });
const someSeed = fc.integer();

describe.each(envs)('$name', (entry) => {
  test('keeps the rules of Env', () => {
    checkEnv(entry.create(new Rng(1)), effort(entry).steps);
  });

  test('does what its entry says', () => {
    const env = entry.create(new Rng(1));
    expect(entry.actions).toHaveLength(env.actionCount);
    expect(entry.observation.startsWith(`[${env.observationShape.join(', ')}]`)).toBe(true);
    for (let episode = 0; episode < 20; episode++) {
      const { steps, terminated, truncated } = playToEnd(env, new Rng(episode));
      expect(truncated).toBe(steps === entry.timeLimit);
      expect(terminated || truncated).toBe(true);
    }
  });

  test('equal seeds give equal episodes', () => {
    fc.assert(
      fc.property(someSeed, someActions, (seed, actions) => {
        const [a, b] = [entry.create(new Rng(seed)), entry.create(new Rng(seed))];
        expect(seen(a.reset())).toBe(seen(b.reset()));
        expect(play(a, actions)).toEqual(play(b, actions));
      }),
      { numRuns: effort(entry).runs },
    );
  });

  test('continues in another environment from a snapshot that went through a copy', () => {
    fc.assert(
      fc.property(someSeed, someActions, someActions, (seed, before, after) => {
        const original = entry.create(new Rng(seed));
        original.reset();
        play(original, before);
        const restored = entry.create(new Rng(seed + 1));
        restored.restore!(structuredClone(original.state!()));
        expect(play(restored, after)).toEqual(play(original, after));
        expect(restored.state!()).toEqual(original.state!());
      }),
      { numRuns: effort(entry).runs },
    );
  });

  test('a snapshot does not change while the environment goes on', () => {
    const env = entry.create(new Rng(7));
    env.reset();
    const snapshot = env.state!();
    const copy = structuredClone(snapshot);
    play(env, [0, 1, 0, 1, 1, 0]);
    expect(snapshot).toEqual(copy);
    env.restore!(snapshot);
    play(env, [0, 1, 0, 1, 1, 0]);
    expect(snapshot).toEqual(copy);
  });

  test('refuses snapshots with a part missing or wrong, and goes on as if nothing had happened', () => {
    for (const value of [undefined, null, 'x', Number.NaN, -1, [1], new Float64Array(2)]) {
      const env = entry.create(new Rng(7));
      const same = entry.create(new Rng(7));
      expect(seen(env.reset())).toBe(seen(same.reset()));
      for (const damaged of damage(env.state!(), value)) expect(() => env.restore!(damaged)).toThrow();
      expect(play(env, [0, 1, 1, 0, 1])).toEqual(play(same, [0, 1, 1, 0, 1]));
    }
  });

  test('steps only inside an episode, and only by its actions', () => {
    const env = entry.create(new Rng(1));
    expect(() => env.step(0)).toThrow('an episode must be running; got a step outside of one. Call reset() first');
    env.reset();
    expect(() => env.step(env.actionCount)).toThrow(RangeError);
    expect(() => env.step(0.5)).toThrow(`action must be an integer in 0…${env.actionCount - 1}; got 0.5`);
    playToEnd(env, new Rng(0));
    expect(() => env.step(0)).toThrow('an episode must be running');
  });

  test('draws itself as text that a terminal has room for, always in as many lines', () => {
    const env = entry.create(new Rng(1));
    const height = new Set<number>();
    const look = (): void => {
      const lines = env.render!().split('\n');
      height.add(lines.length);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
      expect(lines.join('').trim()).not.toBe('');
    };
    env.reset();
    look();
    for (let step = 0, over = false; step < 100 && !over; step++) {
      const { terminated, truncated } = env.step(step % env.actionCount);
      look();
      over = terminated || truncated;
    }
    expect(height.size).toBe(1);
    expect(Math.max(...height)).toBeLessThanOrEqual(40);
  });
});

/** The snapshot with each of its parts, at every depth, replaced by the value where that is wrong; undefined removes it. */
function damage(snapshot: Snapshot, value: Snapshot[string] | undefined): Snapshot[] {
  return Object.entries(snapshot).flatMap(([name, part]) => {
    const { [name]: _, ...rest } = snapshot;
    const replaced = value === undefined ? rest : { ...rest, [name]: value };
    const isNested = part !== null && typeof part === 'object' && !Array.isArray(part) && !ArrayBuffer.isView(part);
    if (name === 'carried' && value === -1) return []; // the divers of Seaquest, of whom there may be less than none
    const deeper = isNested ? damage(part as Snapshot, value).map((inner) => ({ ...rest, [name]: inner })) : [];
    return [replaced, ...deeper];
  });
}

test('names are unique', () => {
  expect(new Set(envs.map((entry) => entry.name)).size).toBe(envs.length);
});

test('an unknown name is answered with the closest', () => {
  expect(() => createEnv('cartpole', new Rng(0))).toThrow(UnknownNameError);
  expect(() => createEnv('CratPole-v1', new Rng(0))).toThrow(
    /^environment: must be one of CartPole-v1, .*; got "CratPole-v1"\. Did you mean CartPole-v1\?$/,
  );
  expect(() => createEnv('xyz', new Rng(0))).toThrow(/got "xyz"$/);
});
