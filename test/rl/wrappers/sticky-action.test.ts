import { checkEnv, type Env, Rng, SpaceInvaders, StickyAction } from 'deepq';
import fc from 'fast-check';
import { expect, test } from 'vitest';

/** Notes what is executed, in episodes of three steps. Each step draws one number from the generator. */
function recorder(rng: Rng): Env & { readonly executed: number[]; readonly drawn: number[] } {
  const executed: number[] = [];
  const drawn: number[] = [];
  return {
    executed,
    drawn,
    observationShape: [1],
    actionCount: 4,
    reset: () => new Float32Array(1),
    step: (action) => {
      drawn.push(rng.uniform());
      executed.push(action);
      return { observation: new Float32Array(1), reward: 0, terminated: executed.length % 3 === 0, truncated: false };
    },
  };
}

function play(env: Env, actions: readonly number[]): void {
  env.reset();
  for (const action of actions) if (env.step(action).terminated) env.reset();
}

const someActions = fc.array(fc.nat(3), { maxLength: 40 });
const someProbability = fc.double({ min: 0, max: 1, noNaN: true });

test('each step draws once before its own draws; below the probability the last executed action is executed again, 0 at first', () => {
  fc.assert(
    fc.property(fc.integer(), someActions, someProbability, (seed, actions, probability) => {
      const rng = new Rng(seed);
      const env = recorder(rng);
      play(new StickyAction(env, rng, probability), actions);

      const same = new Rng(seed);
      let last = 0;
      for (const [t, action] of actions.entries()) {
        if (same.uniform() >= probability) last = action;
        expect([env.executed[t], env.drawn[t]]).toEqual([last, same.uniform()]);
      }
    }),
  );
});

test('the executed action is remembered across a reset, though chosen ones that were not executed are not', () => {
  const env = recorder(new Rng(0));
  const chance = new (class extends Rng {
    readonly #draws = [0.5, 0.5, 0.5, 0.05, 0.05, 0.5];
    override uniform(): number {
      return this.#draws.shift()!;
    }
  })(0);
  play(new StickyAction(env, chance), [1, 2, 3, 1, 2, 1]); // the first episode ends after three steps
  expect(env.executed).toEqual([1, 2, 3, 3, 3, 1]);
});

test('an action sticks as often as it should', () => {
  const env = recorder(new Rng(1));
  const sticky = new StickyAction(env, new Rng(2));
  const steps = 40_000;
  let stuck = 0;
  for (let t = 0, last = 0; t < steps; t++) {
    const chosen = (last + 1) % 4; // never the one executed before
    sticky.step(chosen);
    last = env.executed[t];
    if (last !== chosen) stuck++;
  }
  expect(Math.abs(stuck / steps - 0.1)).toBeLessThan(5 * Math.sqrt((0.1 * 0.9) / steps));
});

test('keeps the rules of Env, and continues from a snapshot', () => {
  const create = (seed: number): StickyAction => {
    const rng = new Rng(seed);
    return new StickyAction(new SpaceInvaders(rng), rng, 0.5);
  };
  checkEnv(create(3));
  const [original, restored] = [create(4), create(5)];
  original.reset();
  for (let t = 0; t < 9; t++) original.step(t % 6);
  restored.restore(structuredClone(original.state()));
  for (let t = 0; t < 20; t++) expect(restored.step((t * t) % 6)).toEqual(original.step((t * t) % 6));
});

test('refuses probabilities that are none', () => {
  for (const probability of [-0.1, 1.1, Number.NaN]) {
    expect(() => new StickyAction(recorder(new Rng(0)), new Rng(0), probability)).toThrow('StickyAction.probability: must be in [0, 1]');
  }
});

test('an unknown action draws nothing', () => {
  const rng = new Rng(0);
  const before = rng.state();
  expect(() => new StickyAction(recorder(rng), rng).step(4)).toThrow(RangeError);
  expect(rng.state()).toEqual(before);
});
