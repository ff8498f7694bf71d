// The training loop against environments that write down what is asked of them.

import {
  CartPole,
  DqnAgent,
  type Env,
  type EpisodeReport,
  Rng,
  type Step,
  type StepReport,
  TimeLimit,
  Training,
  type Transition,
  train,
  VectorEnv,
} from 'deepq';
import { describe, expect, test } from 'vitest';

/** Episodes of given lengths and endings, one after another; observation [t] is t, the reward of the step to t is t. */
class Scripted implements Env {
  readonly observationShape = [1];
  readonly actionCount = 2;
  readonly log: string[] = [];
  readonly #episodes: readonly (readonly [length: number, ending: 'terminated' | 'truncated'])[];
  #episode = -1;
  #t = 0;

  constructor(episodes: readonly (readonly [number, 'terminated' | 'truncated'])[]) {
    this.#episodes = episodes;
  }

  reset(): Float32Array {
    this.#episode++;
    this.#t = 0;
    this.log.push('reset');
    return Float32Array.of(0);
  }

  step(): Step {
    const [length, ending] = this.#episodes[this.#episode % this.#episodes.length];
    this.#t++;
    this.log.push(`step ${this.#t}`);
    const ended = this.#t === length;
    return {
      observation: Float32Array.of(this.#t),
      reward: this.#t,
      terminated: ended && ending === 'terminated',
      truncated: ended && ending === 'truncated',
    };
  }
}

const small = {
  network: { conv: [], hidden: [4], activation: 'relu', layerNorm: false },
  warmupSteps: 4,
  batchSize: 2,
  updateEverySteps: 3,
  replayCapacity: 100,
  nStep: 1,
} as const;
const createAgent = (env: Env): DqnAgent => new DqnAgent(env, small);
const episodes = [
  [3, 'terminated'],
  [2, 'truncated'],
  [4, 'terminated'],
] as const;

describe('a run', () => {
  test('reports every step, the end of every episode, and every update', () => {
    const env = new Scripted(episodes);
    const reports = [...train(env, createAgent(env), 12)];
    expect(reports.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    const ends: Record<number, EpisodeReport> = {
      3: { return: 6, length: 3 },
      5: { return: 3, length: 2 },
      9: { return: 10, length: 4 },
      12: { return: 6, length: 3 },
    };
    for (const report of reports) {
      expect(report.episode).toEqual(ends[report.step]);
      expect(report.update !== undefined).toBe(report.step >= 4 && report.step % 3 === 0);
      expect(Object.hasOwn(report, 'episode')).toBe(report.episode !== undefined);
      expect(Object.hasOwn(report, 'update')).toBe(report.update !== undefined);
    }
  });

  test('resets exactly at the beginning and after every ending', () => {
    const env = new Scripted(episodes);
    for (const _ of train(env, createAgent(env), 10));
    const [first, second, third] = [
      ['reset', 'step 1', 'step 2', 'step 3'],
      ['reset', 'step 1', 'step 2'],
      ['reset', 'step 1', 'step 2', 'step 3', 'step 4'],
    ];
    expect(env.log).toEqual([...first, ...second, ...third, 'reset', 'step 1']);
  });

  test('gives the agent what was seen, what was done and what followed', () => {
    const env = new Scripted(episodes);
    const agent = createAgent(env);
    const seen: string[] = [];
    const observe = agent.observe.bind(agent);
    agent.observe = (observation, action, step) => {
      const ending = `${step.terminated ? ' terminated' : ''}${step.truncated ? ' truncated' : ''}`;
      seen.push(`${observation[0]} → ${step.observation[0]}, ${step.reward}${ending}`);
      observe(observation, action, step);
    };
    for (const _ of train(env, agent, 9));
    expect(seen).toEqual([
      '0 → 1, 1',
      '1 → 2, 2',
      '2 → 3, 3 terminated',
      '0 → 1, 1',
      '1 → 2, 2 truncated',
      '0 → 1, 1',
      '1 → 2, 2',
      '2 → 3, 3',
      '3 → 4, 4 terminated',
    ]);
  });

  test('stops where the caller stops, and goes on from there', () => {
    const create = (): Training => {
      const env = new TimeLimit(new CartPole(new Rng(4)), 12);
      return new Training(env, new DqnAgent(env, { ...small, seed: 4 }));
    };
    const whole = [...create().run(60)];
    const training = create();
    const parts: StepReport[] = [];
    for (const report of training.run(1000)) {
      parts.push(report);
      if (parts.length === 17) break; // inside an episode
    }
    parts.push(...training.run(23), ...training.run(0), ...training.run(20));
    expect(parts).toEqual(whole);
  });

  test('breaks off what an earlier one left in progress: no sum and no return mixes two episodes', () => {
    const copy = (): Env => new Scripted([[9, 'terminated']]);
    const env = new VectorEnv([copy(), copy()]);
    const agent = new DqnAgent(env, { ...small, warmupSteps: 100, nStep: 3, gamma: 1, envs: 2 });
    const stored: Transition[] = [];
    agent.replay.add = (transition) => stored.push(transition);
    const ends: (EpisodeReport | undefined)[] = [];
    for (const steps of [7, 18]) for (const { episode } of train(env, agent, steps)) ends.push(episode);
    const whole = { return: 45, length: 9 };
    expect(ends.filter((end) => end !== undefined)).toEqual([whole, whole]);
    // Four steps of one episode and three of another leave two sums and one; then there are two of nine.
    expect(stored.length).toBe(2 + 1 + 9 + 9);
    for (const { observation, reward, nextObservation } of stored) {
      const [t, next] = [observation[0], nextObservation[0]];
      expect(next).toBe(Math.min(t + 3, 9));
      expect(reward).toBe((next * (next + 1) - t * (t + 1)) / 2); // t + 1 … next, added up
    }
  });

  test('of no steps does nothing', () => {
    const env = new Scripted(episodes);
    expect([...train(env, createAgent(env), 0)]).toEqual([]);
    expect(env.log).toEqual([]);
  });

  test('of a number of steps that counts nothing is refused, and without end it takes what is asked for', () => {
    const env = new Scripted(episodes);
    const agent = createAgent(env);
    for (const steps of [Number.NaN, -1, 1.5, Number.NEGATIVE_INFINITY]) {
      expect(() => train(env, agent, steps).next()).toThrow(`Training.steps: must be an integer of at least 0; got ${steps}`);
    }
    expect(env.log).toEqual([]);
    expect(train(env, agent, Number.POSITIVE_INFINITY).next().value).toEqual({ step: 1 });
  });
});

test('an environment without a state can be trained in but not saved', () => {
  const env = new Scripted(episodes);
  const training = new Training(env, createAgent(env));
  expect(() => training.state()).toThrow('the environment must have state() and restore()');
  const saved = new Training(new CartPole(new Rng(0)), createAgent(new CartPole(new Rng(0)))).state();
  expect(() => training.restore({ ...saved, env: { copies: [{ env: {}, observation: null }] } })).toThrow('got one without restore()');
});
