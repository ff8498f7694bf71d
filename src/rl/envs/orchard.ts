// Orchard: a game on a screen of 210 × 160 pixels, for agents that learn from pixels alone. Nothing but colours says where anything
// is: what an agent knows of the rules it has found out.

import { readIndex, readRngState, type Snapshot } from '../../nn/index.ts';
import type { Rng } from '../../tensor/index.ts';
import type { Frame, ScreenGame } from '../screens/screen-game.ts';

const screenWidth = 160;
const screenHeight = 210;
/** Pixels of the apple, a square, and of the basket. */
const apple = 16;
const basketWidth = 20;
const basketHeight = 8;
const basketTop = 188;
const ground = 196;
/** Where apples hang, and how far each thing moves in a frame. */
const branch = 24;
const fall = 4;
const walk = 5;
/** Frames from one apple to the next. */
const pause = 6;
const lives = 3;
/** So many apples fill the basket, and the game is won. */
const full = 30;

type Color = readonly [red: number, green: number, blue: number];
const sky: Color = [12, 16, 40];
const leaves: Color = [28, 96, 40];
const soil: Color = [40, 28, 16];
const basketColor: Color = [200, 160, 120];
const appleColor: Color = [250, 205, 60];
const lifeColor: Color = [250, 250, 250];

/**
 * At night a golden apple falls from a random place of the tree, 4 pixels a frame; the basket at the bottom moves 5. An apple that touches the
 * basket as it comes down to its edge is caught and pays 1, one that falls past it costs one of three lives. The game is over when
 * no life is left, or when 30 apples are in the basket. Actions: 0 stay, 1 left, 2 right. Every apple can be reached.
 */
export class Orchard implements ScreenGame {
  readonly width: number = screenWidth;
  readonly height: number = screenHeight;
  readonly actionCount = 3;
  readonly #rng: Rng;
  #lives = 0;
  #caught = 0;
  /** Left edges, and the apple's top; while it hangs, frames until the next one falls. */
  #basket = 0;
  #appleLeft = 0;
  #appleTop = 0;
  #wait = 0;

  constructor(rng: Rng) {
    this.#rng = rng;
  }

  get lives(): number {
    return this.#lives;
  }

  reset(): void {
    this.#lives = lives;
    this.#caught = 0;
    this.#basket = (screenWidth - basketWidth) / 2;
    this.#hang();
  }

  step(action: number): Frame {
    this.#basket = Math.min(Math.max(this.#basket + (action === 1 ? -walk : action === 2 ? walk : 0), 0), screenWidth - basketWidth);
    let reward = 0;
    if (this.#wait > 0) this.#wait--;
    else {
      this.#appleTop += fall;
      const down = this.#appleTop + apple >= basketTop;
      const above = this.#appleLeft + apple > this.#basket && this.#appleLeft < this.#basket + basketWidth;
      if (down && above) {
        reward = 1;
        this.#caught++;
        this.#hang();
      } else if (this.#appleTop + apple >= ground) {
        this.#lives--;
        this.#hang();
      }
    }
    return { reward, terminated: this.#lives === 0 || this.#caught === full, truncated: false };
  }

  draw(screen: Uint8Array): void {
    fill(screen, sky, 0, 0, screenWidth, ground);
    fill(screen, soil, 0, ground, screenWidth, screenHeight - ground);
    fill(screen, leaves, 0, 10, screenWidth, branch - 10);
    for (let life = 0; life < this.#lives; life++) fill(screen, lifeColor, 4 + 8 * life, 2, 5, 5);
    fill(screen, basketColor, this.#basket, basketTop, basketWidth, basketHeight);
    fill(screen, appleColor, this.#appleLeft, this.#appleTop, apple, apple);
  }

  state(): Snapshot {
    return {
      lives: this.#lives,
      caught: this.#caught,
      basket: this.#basket,
      appleLeft: this.#appleLeft,
      appleTop: this.#appleTop,
      wait: this.#wait,
      rng: this.#rng.state(),
    };
  }

  restore(snapshot: Snapshot): void {
    const left = readIndex(snapshot, 'lives', lives + 1);
    const caught = readIndex(snapshot, 'caught', full + 1);
    const basket = readIndex(snapshot, 'basket', screenWidth - basketWidth + 1);
    const appleLeft = readIndex(snapshot, 'appleLeft', screenWidth - apple + 1);
    const appleTop = readIndex(snapshot, 'appleTop', ground);
    const wait = readIndex(snapshot, 'wait', pause + 1);
    this.#rng.restore(readRngState(snapshot, 'rng'));
    this.#lives = left;
    this.#caught = caught;
    this.#basket = basket;
    this.#appleLeft = appleLeft;
    this.#appleTop = appleTop;
    this.#wait = wait;
  }

  /** The next apple, at a random place of the tree. */
  #hang(): void {
    this.#appleLeft = this.#rng.integer(screenWidth - apple + 1);
    this.#appleTop = branch;
    this.#wait = pause;
  }
}

/** Paints a rectangle that lies on the screen. */
function fill(screen: Uint8Array, [red, green, blue]: Color, left: number, top: number, width: number, height: number): void {
  for (let y = top; y < top + height; y++) {
    const begin = 3 * (y * screenWidth + left);
    for (let i = begin; i < begin + 3 * width; i += 3) {
      screen[i] = red;
      screen[i + 1] = green;
      screen[i + 2] = blue;
    }
  }
}
