import { Orchard, Rng, type ScreenGame } from 'deepq';
import { expect, test } from 'vitest';

/** The place of everything that has exactly this colour. */
function find(game: ScreenGame, color: readonly number[]): { left: number; right: number; top: number; bottom: number } | undefined {
  const screen = new Uint8Array(game.width * game.height * 3);
  game.draw(screen);
  let box: { left: number; right: number; top: number; bottom: number } | undefined;
  for (let i = 0; i < game.width * game.height; i++) {
    if (color.some((value, c) => screen[3 * i + c] !== value)) continue;
    const [x, y] = [i % game.width, Math.floor(i / game.width)];
    box ??= { left: x, right: x, top: y, bottom: y };
    box = { left: Math.min(box.left, x), right: Math.max(box.right, x), top: box.top, bottom: y };
  }
  return box;
}

const appleColor = [250, 205, 60];
const basketColor = [200, 160, 120];

/** Plays with what the screen shows: towards the apple. */
function follow(game: ScreenGame): number {
  const apple = find(game, appleColor);
  const basket = find(game, basketColor);
  if (apple === undefined || basket === undefined) return 0;
  if (apple.right < basket.left + 4) return 1;
  return apple.left > basket.right - 4 ? 2 : 0;
}

function play(game: ScreenGame, policy: () => number): { total: number; frames: number } {
  game.reset();
  for (let total = 0, frames = 1; ; frames++) {
    const { reward, terminated } = game.step(policy());
    total += reward;
    if (terminated) return { total, frames };
  }
}

test('every apple can be caught by whoever follows it on the screen', () => {
  const game = new Orchard(new Rng(4));
  expect(play(game, () => follow(game)).total).toBe(30);
});

test('a random player loses its lives with one or two apples on average', () => {
  const game = new Orchard(new Rng(5));
  const rng = new Rng(6);
  const totals = Array.from({ length: 200 }, () => play(game, () => rng.integer(3)).total);
  const mean = totals.reduce((sum, total) => sum + total, 0) / totals.length;
  expect(mean).toBeGreaterThan(0.5);
  expect(mean).toBeLessThan(1.5);
});

test('three misses end the game', () => {
  const game = new Orchard(new Rng(8));
  game.reset();
  expect(game.lives).toBe(3);
  while (!game.step(1).terminated);
  expect(game.lives).toBe(0);
});

test('draws every byte of its screen', () => {
  const game = new Orchard(new Rng(1));
  game.reset();
  const [one, other] = [new Uint8Array(210 * 160 * 3), new Uint8Array(210 * 160 * 3).fill(255)];
  game.draw(one);
  game.draw(other);
  expect(one).toEqual(other);
});

test('goes on from a snapshot', () => {
  const original = new Orchard(new Rng(1));
  original.reset();
  for (let i = 0; i < 100; i++) original.step(i % 3);
  const restored = new Orchard(new Rng(2));
  restored.restore(structuredClone(original.state()));
  for (let i = 0; i < 300; i++) expect(restored.step(i % 3)).toEqual(original.step(i % 3));
});
