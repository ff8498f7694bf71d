// Copies of an environment: each plays as it would alone, whatever the others do, and its agent sees the same.

import {
  Catch,
  createVectorEnv,
  DqnAgent,
  decodeCheckpoint,
  type Env,
  encodeCheckpoint,
  Rng,
  resumeTraining,
  type Step,
  Training,
  type Transition,
  VectorEnv,
} from 'deepq';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

/** Observes [name, episode, t]. Episodes are as long as the name says and more each time; every other one is cut, not over. */
function named(name: number): Env {
  let episode = 0;
  let t = 0;
  const observe = (): Float32Array => Float32Array.of(name, episode, t);
  return {
    observationShape: [3],
    actionCount: 5,
    reset: () => {
      episode++;
      t = 0;
      return observe();
    },
    step: (action) => {
      t++;
      const ended = t === name + episode;
      return { observation: observe(), reward: action * t, terminated: ended && episode % 2 === 0, truncated: ended && episode % 2 === 1 };
    },
  };
}

const small = {
  network: { conv: [], hidden: [4], activation: 'relu', layerNorm: false },
  warmupSteps: 5,
  batchSize: 2,
  updateEverySteps: 4,
  replayCapacity: 1000,
  gamma: 0.5,
  seed: 3,
} as const;

/** Trains with actions from a script, one list for each copy, and returns the transitions that were stored, by copy. */
function collect(names: readonly number[], script: readonly (readonly number[])[], steps: number, nStep: number): Transition[][] {
  const env = new VectorEnv(names.map(named));
  const agent = new DqnAgent(env, { ...small, nStep, envs: names.length });
  let round = 0;
  agent.actAll = () => {
    round++;
    return Int32Array.from(script, (actions) => actions[round % actions.length]);
  };
  const stored: Transition[][] = names.map(() => []);
  const add = agent.replay.add.bind(agent.replay);
  agent.replay.add = (transition) => {
    stored[names.indexOf(transition.observation[0])].push(transition);
    add(transition);
  };
  for (const _ of new Training(env, agent).run(steps));
  expect(agent.steps).toBe(steps);
  return stored;
}

describe('training', () => {
  const someScript = fc.array(fc.nat(4), { minLength: 1, maxLength: 7 });

  test('in N copies stores for each the transitions of training in it alone', () => {
    const names = [1, 2, 4];
    fc.assert(
      fc.property(fc.tuple(someScript, someScript, someScript), fc.integer({ min: 1, max: 4 }), (scripts, nStep) => {
        const together = collect(names, scripts, 30 * names.length, nStep);
        names.forEach((name, copy) => {
          expect(together[copy]).toEqual(collect([name], [scripts[copy]], 30, nStep)[0]);
        });
      }),
      { numRuns: 15 },
    );
  });

  test('stores true last observations, and nothing across an ending', () => {
    for (const transition of collect([1, 3], [[1], [2]], 80, 3).flat()) {
      const [, episode, t] = transition.observation;
      const [, nextEpisode, nextT] = transition.nextObservation;
      expect(nextEpisode).toBe(episode);
      expect(nextT).toBeGreaterThan(t);
    }
  });

  test('reports each step of each copy, and updates as often as with one', () => {
    const reports = [0, 1].map((more) => {
      const env = new VectorEnv(Array.from({ length: 1 + 2 * more }, () => named(2)));
      return [...new Training(env, new DqnAgent(env, { ...small, envs: env.count })).run(30)];
    });
    for (const each of reports) expect(each.map(({ step }) => step)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
    const updates = reports.map((each) => each.flatMap(({ step, update }) => (update === undefined ? [] : [step])));
    expect(updates[1]).toEqual(updates[0]);
    // Three copies whose first episodes have three steps: they end in the third round.
    const ends = reports[1].flatMap(({ step, episode }) => (episode === undefined ? [] : [[step, episode.length]]));
    expect(ends.slice(0, 3)).toEqual([7, 8, 9].map((step) => [step, 3]));
  });

  test('resumes byte for byte, in the middle of a round too', () => {
    const create = (): VectorEnv => createVectorEnv('Catch', 3, new Rng(1));
    const agent = (): DqnAgent => new DqnAgent(create(), { ...small, nStep: 3, envs: 3 });
    const whole = new Training(create(), agent());
    const expected = [...whole.run(60)];
    for (const stop of [0, 1, 23, 27]) {
      const first = new Training(create(), agent());
      const reports = [...first.run(stop)];
      const second = resumeTraining(decodeCheckpoint(encodeCheckpoint('Catch', 60, first)), create());
      reports.push(...second.run(60 - stop));
      expect(reports).toEqual(expected);
      expect(encodeCheckpoint('Catch', 60, second)).toEqual(encodeCheckpoint('Catch', 60, whole));
    }
  });

  test('needs as many copies as the configuration says', () => {
    const env = new VectorEnv([named(1), named(2)]);
    expect(() => new Training(env, new DqnAgent(env, { ...small, envs: 3 }))).toThrow(
      'Training: there must be config.envs copies of the environment, 3; got 2',
    );
  });
});

describe('actions for several copies', () => {
  const spaces = { observationShape: [3], actionCount: 4 };
  const wide = { ...small, network: { ...small.network, hidden: [32] } }; // wide enough to prefer now this, now that
  const rng = new Rng(6);
  const observations = Array.from({ length: 9 }, () => new Float32Array(3).map(() => rng.uniform(-3, 3)));

  test('are without exploration those of the largest values', () => {
    const agent = new DqnAgent(spaces, { ...wide, warmupSteps: 2, epsilon: { kind: 'constant', value: 0 } });
    const step: Step = { observation: observations[0], reward: 0, terminated: false, truncated: false };
    for (let i = 0; i < 2; i++) agent.observe(observations[0], 0, step);
    const greedy = observations.map((observation) => agent.greedyAction(observation));
    expect(new Set(greedy).size).toBeGreaterThan(1);
    expect(Array.from(agent.actAll(observations))).toEqual(greedy);
    expect(agent.actAll([])).toEqual(new Int32Array(0));
  });

  test('explore with the ε that each would have in its turn', () => {
    // Random until the fifth step and greedy from then on: of nine copies the first five explore.
    const create = (): DqnAgent => new DqnAgent(spaces, { ...small, epsilon: { kind: 'constant', value: 0 } });
    const greedy = observations.map((observation) => create().greedyAction(observation));
    const agent = create();
    const rounds = Array.from({ length: 200 }, () => agent.actAll(observations));
    for (const [copy, action] of greedy.entries()) {
      const agreeing = rounds.filter((actions) => actions[copy] === action).length;
      if (copy >= 5) expect(agreeing).toBe(200);
      else expect(Math.abs(agreeing / 200 - 1 / 4)).toBeLessThan(5 * Math.sqrt(3 / 16 / 200));
    }
  });
});

test('the first copy plays as if alone, and no two copies alike', () => {
  const env = createVectorEnv('Catch', 4, new Rng(2));
  const alone = new Catch(new Rng(2));
  const columns = env.observations().map((observation) => observation.indexOf(1));
  expect(env.observation(0)).toEqual(alone.reset());
  for (let t = 0; t < 30; t++) {
    const step = env.step(0, t % 3);
    expect(step).toEqual(alone.step(t % 3));
    if (step.terminated) expect(env.observation(0)).toEqual(alone.reset());
  }
  expect(new Set(columns).size).toBeGreaterThan(1);
});

test('a copy that there is not is refused, and nothing is kept of it', () => {
  const envs = createVectorEnv('Chain', 2, new Rng(1));
  const agent = new DqnAgent(envs, { envs: 2 });
  const before = agent.state();
  const observation = envs.observation(0);
  const step = envs.step(0, 0);
  for (const copy of [2, -1, 0.5, Number.NaN]) {
    expect(() => agent.observe(observation, 0, step, copy)).toThrow(new RangeError(`observe: copy must be an integer in 0…1; got ${copy}`));
    expect(() => envs.observation(copy)).toThrow(new RangeError(`VectorEnv: copy must be an integer in 0…1; got ${copy}`));
    expect(() => envs.step(copy, 0)).toThrow(RangeError);
  }
  expect(agent.state()).toEqual(before);
});

test('refuses no copies, and copies of different environments', () => {
  expect(() => new VectorEnv([])).toThrow('VectorEnv: must hold at least one environment; got none');
  for (const count of [0, 1.5, Number.NaN]) {
    expect(() => createVectorEnv('Chain', count, new Rng(0))).toThrow(
      `createVectorEnv.count: must be an integer of at least 1; got ${count}`,
    );
  }
  expect(() => new VectorEnv(new Array<Env>(3).fill(named(1)))).toThrow('VectorEnv: every copy must be an object of its own; got 1 for 3');
  expect(() => new VectorEnv([named(1), new Catch(new Rng(0))])).toThrow(
    'VectorEnv: all must be copies of one environment; got [3] and 5 actions, and [10, 5, 1] and 3 actions',
  );
});
