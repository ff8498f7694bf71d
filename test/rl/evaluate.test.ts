import { CartPole, createEnv, DqnAgent, type Env, evaluate, interquartileMean, Rng, type Step, TimeLimit } from 'deepq';
import { expect, test } from 'vitest';

/** Pays the action; the episode number k ends after k steps. */
class Longer implements Env {
  readonly observationShape = [2];
  readonly actionCount = 9;
  resets = 0;
  #t = 0;

  reset(): Float32Array {
    this.resets++;
    this.#t = 0;
    return Float32Array.of(this.resets, 0);
  }

  step(action: number): Step {
    this.#t++;
    return { observation: Float32Array.of(this.resets, this.#t), reward: action, terminated: this.#t === this.resets, truncated: false };
  }
}

test('plays exactly that many whole episodes and keeps every return', () => {
  const env = new Longer();
  const seen: number[][] = [];
  const policy = (observation: Float32Array): number => {
    seen.push([...observation]);
    return 2;
  };
  const result = evaluate(env, policy, 4, new Rng(1));
  expect(env.resets).toBe(4);
  expect(result.returns).toEqual([2, 4, 6, 8]);
  expect(seen.slice(0, 3)).toEqual([
    [1, 0],
    [2, 0],
    [2, 1],
  ]);
  expect(seen.length).toBe(1 + 2 + 3 + 4);
  expect(result).toMatchObject({ mean: 5, median: 5, worst: 2, iqm: interquartileMean([2, 4, 6, 8]) });
  const [low, high] = result.interval;
  expect(low).toBeGreaterThanOrEqual(2);
  expect(high).toBeLessThanOrEqual(8);
  expect(low).toBeLessThanOrEqual(result.iqm);
  expect(high).toBeGreaterThanOrEqual(result.iqm);
});

test('an episode that a limit cuts counts with what it earned until then', () => {
  const balanced = (observation: Float32Array): number => (observation[2] + 0.5 * observation[3] > 0 ? 1 : 0);
  const result = evaluate(new TimeLimit(new CartPole(new Rng(2)), 37), balanced, 5, new Rng(1));
  expect(result.returns).toEqual([37, 37, 37, 37, 37]);
  expect(result.interval).toEqual([37, 37]);
  expect(evaluate(createEnv('CartPole-v1', new Rng(2)), balanced, 2, new Rng(1)).worst).toBe(500);
});

test('is greedy, learns nothing and gives the same result again', () => {
  const run = () => {
    const env = createEnv('Catch', new Rng(3));
    const agent = new DqnAgent(env, { seed: 3 });
    const before = agent.state();
    const result = evaluate(env, (observation) => agent.greedyAction(observation), 20, new Rng(4));
    expect(agent.state()).toEqual(before);
    return result;
  };
  expect(run()).toEqual(run());
});

test.each([0, -1, 1.5, Number.NaN])('%d episodes are refused', (episodes) => {
  expect(() => evaluate(new Longer(), () => 0, episodes, new Rng(1))).toThrow(
    `evaluate: episodes must be a positive integer; got ${episodes}`,
  );
});
