// What holds for each MinAtar game whatever its options.

import {
  Asterix,
  Breakout,
  checkEnv,
  createEnv,
  Freeway,
  type MinAtarGame,
  type MinAtarOptions,
  Rng,
  type RngState,
  Seaquest,
  type Snapshot,
  SpaceInvaders,
} from 'deepq';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const games: readonly (new (rng: Rng, options?: MinAtarOptions) => MinAtarGame)[] = [Breakout, Asterix, Freeway, Seaquest, SpaceInvaders];

describe.each(games.map((Game) => ({ Game, name: Game.name })))('$name', ({ Game }) => {
  test('with the minimal actions plays as with those of all six', () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(fc.nat(1000), { maxLength: 80 }), (seed, choices) => {
        const [few, all] = [new Game(new Rng(seed), { actions: 'minimal' }), new Game(new Rng(seed))];
        const { minimalActions } = few.rules;
        expect([few.actionCount, all.actionCount]).toEqual([minimalActions.length, 6]);
        expect(few.reset()).toEqual(all.reset());
        for (const choice of choices) {
          const action = choice % minimalActions.length;
          const step = few.step(action);
          expect(step).toEqual(all.step(minimalActions[action]));
          if (step.terminated) expect(few.reset()).toEqual(all.reset());
        }
      }),
    );
  });

  test('does nothing on actions outside of the minimal ones', () => {
    const { minimalActions } = new Game(new Rng(0)).rules;
    for (const useless of [0, 1, 2, 3, 4, 5].filter((action) => !minimalActions.includes(action))) {
      const [one, other] = [new Game(new Rng(1)), new Game(new Rng(1))];
      one.reset();
      other.reset();
      for (let t = 0; t < 5; t++) expect(one.step(useless)).toEqual(other.step(0));
    }
  });

  test('keeps the rules of Env with every choice of options', () => {
    for (const actions of ['all', 'minimal'] as const)
      for (const ramping of [true, false]) checkEnv(new Game(new Rng(2), { ramping, actions }), 300);
  });

  test('carries nothing from one episode into the next but the generator', () => {
    const game = new Game(new Rng(3));
    game.reset();
    for (let t = 0; !game.step(t % 6).terminated; t++);
    const same = new Game(new Rng(game.state()['rng'] as RngState)); // as every MinAtar game saves it
    expect(game.reset()).toEqual(same.reset());
    expect(game.state()).toEqual(same.state());
  });

  test('draws a board of ten lines, ten characters each, and a picture that is dark where there is nothing', () => {
    const game = new Game(new Rng(4));
    game.reset();
    for (let t = 0; t < 5; t++) game.step(t);
    const lines = game.render().split('\n');
    expect(lines.map((line) => line.length)).toEqual(new Array(10).fill(19));
    const { width, height, rgb } = game.image();
    expect([width, height, rgb.length]).toEqual([10, 10, 300]);
    const dark = Array.from({ length: 100 }, (_, cell) => rgb.subarray(3 * cell, 3 * cell + 3).every((color) => color === 0));
    expect(dark).toEqual(lines.flatMap((line) => Array.from({ length: 10 }, (_, x) => line[2 * x] === ' ')));
  });
});

test('the registry offers all six actions, sticky, with ramping', () => {
  for (const Game of games) {
    const env = createEnv(`MinAtar-${Game.name}`, new Rng(0));
    expect(env.actionCount).toBe(6);
    env.reset();
    const { executed, env: inner } = env.state!() as Snapshot;
    expect([executed, Object.keys(inner as Snapshot)]).toEqual([0, ['running', 'situation', 'rng']]);
  }
});

test('a restored Freeway without a step left is over after the next', () => {
  const env = new Freeway(new Rng(1));
  env.reset();
  const saved = env.state() as { readonly situation: Snapshot } & Snapshot;
  env.restore({ ...saved, situation: { ...saved.situation, stepsLeft: 0 } });
  expect(env.step(0).terminated).toBe(true);
  env.restore(env.state());
});
