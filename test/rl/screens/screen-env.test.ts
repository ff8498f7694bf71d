import { checkEnv, createAtariEnv, type Env, type Frame, Orchard, Rng, ScreenEnv, type ScreenGame } from 'deepq';
import { expect, test } from 'vitest';

/** A game that shows the number of its frame as a grey, lives for so many frames in each life, and records what is done to it. */
class Counter implements ScreenGame {
  readonly width = 4;
  readonly height = 4;
  readonly actionCount = 2;
  readonly actions: number[] = [];
  games = 0;
  frame = 0;
  lives = 0;
  readonly #framesPerLife: number;

  constructor(framesPerLife: number) {
    this.#framesPerLife = framesPerLife;
  }

  reset(): void {
    this.games++;
    this.frame = 0;
    this.lives = 2;
  }

  step(action: number): Frame {
    this.actions.push(action);
    this.frame++;
    if (this.frame % this.#framesPerLife === 0) this.lives--;
    return { reward: this.frame, terminated: this.lives === 0, truncated: false };
  }

  /** Odd frames draw the left half only, even ones the right half: what old consoles did. */
  draw(screen: Uint8Array): void {
    for (let i = 0; i < 16; i++) screen.fill(i % 4 < 2 === (this.frame % 2 === 1) ? this.frame : 0, 3 * i, 3 * i + 3);
  }

  state(): Record<string, number> {
    return { frame: this.frame, lives: this.lives };
  }

  restore(): void {}
}

const options = { actionRepeat: 4, size: 2, noOpStarts: 0, lifeLoss: true };
const seen = (env: Env, action: number): number[] => Array.from(env.step(action).observation);

test('an action is held for its frames, rewards are summed, and the last two frames joined by their maximum', () => {
  const game = new Counter(1000);
  const env = new ScreenEnv(game, new Rng(1), options);
  expect(Array.from(env.reset())).toEqual([0, 0, 0, 0]);
  const step = env.step(1);
  expect(game.actions).toEqual([1, 1, 1, 1]);
  expect(step.reward).toBe(1 + 2 + 3 + 4);
  expect(Array.from(step.observation)).toEqual([3, 4, 3, 4]); // frame 3 on the left, frame 4 on the right
  expect(seen(env, 0)).toEqual([7, 8, 7, 8]);
});

test('a step that ends early shows the last frame alone', () => {
  const env = new ScreenEnv(new Counter(3), new Rng(1), { ...options, lifeLoss: false });
  env.reset();
  env.step(0); // frame 4; the second life ends at frame 6
  const { observation, terminated, reward } = env.step(0);
  expect([terminated, reward, ...observation]).toEqual([true, 5 + 6, 0, 6, 0, 6]);
});

test('a lost life ends the episode for the learner and not the game', () => {
  const game = new Counter(6);
  const env = new ScreenEnv(game, new Rng(1), options);
  env.reset();
  expect(env.step(1).terminated).toBe(false);
  expect(env.step(1)).toMatchObject({ terminated: true, truncated: false }); // frame 6 took a life, 8 is shown
  expect(() => env.step(1)).toThrow('an episode must be running');
  env.reset();
  expect([game.games, game.frame, game.actions.at(-1)]).toEqual([1, 9, 0]);
  env.step(1);
  expect(game.lives).toBe(0);
  env.reset();
  expect([game.games, game.frame]).toEqual([2, 0]);
});

test('a reset in the middle of an episode begins a new game, as when a time limit outside cut it', () => {
  const game = new Counter(1000);
  const env = new ScreenEnv(game, new Rng(1), options);
  env.reset();
  env.step(1);
  env.reset();
  expect([game.games, game.frame]).toEqual([2, 0]);
});

test('a game begins with 1 to so many frames of action 0, each number as likely', () => {
  const game = new Counter(1000);
  const env = new ScreenEnv(game, new Rng(3), { ...options, noOpStarts: 4, lifeLoss: false });
  const counts = new Map<number, number>();
  const games = 4000;
  for (let i = 0; i < games; i++) {
    env.reset();
    counts.set(game.frame, (counts.get(game.frame) ?? 0) + 1);
  }
  expect([...counts.keys()].sort()).toEqual([1, 2, 3, 4]);
  // Each count is binomial with p = 1/4: standard deviation √(4000 · 3/16) = 27.
  for (const count of counts.values()) expect(Math.abs(count - games / 4)).toBeLessThan(4.5 * 27);
});

test('a game too short for its wait is begun again', () => {
  const env = new ScreenEnv(new Counter(2), new Rng(5), { ...options, noOpStarts: 30, lifeLoss: false });
  for (let i = 0; i < 20; i++) {
    env.reset();
    while (!env.step(0).terminated);
  }
});

test('the pipeline keeps the rules of Env, and goes on from a snapshot', () => {
  const make = (seed: number): Env => createAtariEnv(new Orchard(new Rng(seed).fork('game')), new Rng(seed));
  expect(make(1).observationShape).toEqual([84, 84, 4]);
  checkEnv(make(1), 60);
  const original = make(2);
  original.reset();
  for (let i = 0; i < 30; i++) if (original.step(i % 3).terminated) original.reset();
  const restored = make(7);
  restored.restore?.(structuredClone(original.state?.() ?? {}));
  for (let i = 0; i < 40; i++) {
    const [step, again] = [original.step(i % 3), restored.step(i % 3)];
    expect(Buffer.from(again.observation.buffer).equals(Buffer.from(step.observation.buffer))).toBe(true);
    expect({ ...again, observation: step.observation }).toEqual(step);
    if (step.terminated) expect(restored.reset()[9]).toBe(original.reset()[9]);
  }
});

test('rewards become their sign for the learner', () => {
  const env = createAtariEnv(new Counter(1000), new Rng(1), { size: 2, noOpStarts: 0 });
  env.reset();
  expect(env.step(0).reward).toBe(1);
  const scored = createAtariEnv(new Counter(1000), new Rng(1), { size: 2, noOpStarts: 0, clipReward: false });
  scored.reset();
  expect(scored.step(0).reward).toBe(10);
});
