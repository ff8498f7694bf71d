import { CartPole, Chain, type Env, Rng, TimeLimit } from 'deepq';
import fc from 'fast-check';
import { expect, test } from 'vitest';

/** An inner environment without state(), whose episode terminates at a given step. */
function lasting(steps: number): Env {
  let t = 0;
  return {
    observationShape: [1],
    actionCount: 1,
    reset: () => {
      t = 0;
      return Float32Array.of(t);
    },
    step: () => ({ observation: Float32Array.of(++t), reward: t, terminated: t === steps, truncated: false }),
  };
}

test('truncates exactly the step whose number is the limit, whatever the world does in it', () => {
  const length = fc.integer({ min: 1, max: 20 });
  fc.assert(
    fc.property(length, length, (limit, natural) => {
      const env = new TimeLimit(lasting(natural), limit);
      for (let episode = 0; episode < 2; episode++) {
        env.reset();
        const last = Math.min(limit, natural);
        for (let t = 1; t <= last; t++) {
          const step = env.step(0);
          expect(step).toEqual({ observation: Float32Array.of(t), reward: t, terminated: t === natural, truncated: t === limit });
        }
        expect(() => env.step(0)).toThrow('TimeLimit.step: an episode must be running');
      }
    }),
  );
});

test('keeps a truncation that comes from inside', () => {
  const env = new TimeLimit(new TimeLimit(lasting(9), 3), 5);
  env.reset();
  expect([1, 2, 3].map(() => env.step(0).truncated)).toEqual([false, false, true]);
});

test('draws nothing: the episodes are those of the environment inside', () => {
  const [inside, wrapped] = [new CartPole(new Rng(4)), new TimeLimit(new CartPole(new Rng(4)), 1000)];
  for (let episode = 0; episode < 5; episode++) {
    expect(wrapped.reset()).toEqual(inside.reset());
    for (let t = 0, ended = false; !ended; t++) {
      const step = inside.step(t % 2);
      expect(wrapped.step(t % 2)).toEqual(step);
      ended = step.terminated;
    }
  }
});

test('saves only what can be saved, shows what can be shown', () => {
  const env = new TimeLimit(lasting(3), 2);
  expect(() => env.state()).toThrow('saveEnv: the environment must have state() and restore(); got one without state()');
  expect(() => env.restore({ steps: 0, running: false, env: {} })).toThrow('restoreEnv: ');
  expect(env.render()).toBe('');
  expect(new TimeLimit(new Chain(new Rng(0), { length: 3 }), 2).render()).toBe('[A · ·]');
});

test('refuses limits that are none', () => {
  for (const limit of [0, -1, 1.5, Number.NaN]) expect(() => new TimeLimit(lasting(3), limit)).toThrow(RangeError);
});
