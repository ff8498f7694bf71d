// A game on a screen as an environment, the way the 2015 agent saw its games [Mnih 2015, Methods]: an action is held for some
// frames, the last two are joined by their maximum because old consoles drew some things in every other frame only, and what
// remains is grey and small. Episodes may begin with a random wait and end with a life.

import { readBoolean, readRngState, readSnapshot, type Snapshot } from '../../nn/index.ts';
import { type Rng, type Shape, sizeOf } from '../../tensor/index.ts';
import { checkSize, checkStep, type Env, type Image, type Step } from '../env.ts';
import type { ScreenGame } from './screen-game.ts';
import { GreyShrink } from './shrink.ts';

export interface ScreenEnvOptions {
  /** Frames for which an action is held. Mnih 2015: 4. */
  readonly actionRepeat: number;
  /** Pixels of the square observation. Mnih 2015: 84. */
  readonly size: number;
  /** A game begins with 1 to this many frames of action 0, so that no two begin alike; 0 for none. Mnih 2015: 30. */
  readonly noOpStarts: number;
  /** A lost life terminates the episode for the learner; the game goes on with the next one. Mnih 2015: true while learning. */
  readonly lifeLoss: boolean;
}

const published: ScreenEnvOptions = { actionRepeat: 4, size: 84, noOpStarts: 30, lifeLoss: true };

/** Observations are [size, size, 1], whole numbers 0…255. A step's reward is the sum over its frames. */
export class ScreenEnv implements Env {
  readonly observationShape: Shape;
  readonly actionCount: number;
  readonly #game: ScreenGame;
  readonly #rng: Rng;
  readonly #options: ScreenEnvOptions;
  readonly #shrink: GreyShrink;
  readonly #screen: Uint8Array;
  readonly #previous: Uint8Array;
  /** Whether the game, and not only a life in it, must begin anew. */
  #over = true;
  #running = false;

  /** The published values unless options say otherwise; `rng` decides the waits. Throws RangeError. */
  constructor(game: ScreenGame, rng: Rng, options: Partial<ScreenEnvOptions> = {}) {
    const full = { ...published, ...options };
    checkSize('ScreenEnv.actionRepeat', full.actionRepeat, 1);
    checkSize('ScreenEnv.size', full.size, 1);
    checkSize('ScreenEnv.noOpStarts', full.noOpStarts, 0);
    this.#game = game;
    this.#rng = rng;
    this.#options = full;
    this.#shrink = new GreyShrink(game.height, game.width, full.size);
    this.#screen = new Uint8Array(game.height * game.width * 3);
    this.#previous = new Uint8Array(this.#screen.length);
    this.observationShape = [full.size, full.size, 1];
    this.actionCount = game.actionCount;
  }

  /** After a lost life the game goes on with one frame of action 0; otherwise, in the middle of an episode too, a new one begins. */
  reset(): Float32Array {
    if (this.#over || this.#running || !this.#waits(1)) this.#begin();
    this.#running = true;
    this.#game.draw(this.#screen);
    return this.#observe();
  }

  step(action: number): Step {
    checkStep('ScreenEnv.step', this.#running, action, this.actionCount);
    const { actionRepeat, lifeLoss } = this.#options;
    const lives = this.#game.lives;
    let reward = 0;
    for (let i = 1; ; i++) {
      const frame = this.#game.step(action);
      const { terminated, truncated } = frame;
      reward += frame.reward;
      if (terminated || truncated || i === actionRepeat) {
        this.#over = terminated || truncated;
        const lost = terminated || (lifeLoss && this.#game.lives < lives);
        this.#running = !lost && !truncated;
        this.#game.draw(this.#screen);
        if (i === actionRepeat && i > 1) takeMaximum(this.#screen, this.#previous);
        return { observation: this.#observe(), reward, terminated: lost, truncated };
      }
      if (i === actionRepeat - 1) this.#game.draw(this.#previous);
    }
  }

  state(): Snapshot {
    return { over: this.#over, running: this.#running, rng: this.#rng.state(), game: this.#game.state() };
  }

  restore(snapshot: Snapshot): void {
    const over = readBoolean(snapshot, 'over');
    const running = readBoolean(snapshot, 'running');
    const rng = readRngState(snapshot, 'rng');
    this.#game.restore(readSnapshot(snapshot, 'game'));
    this.#rng.restore(rng);
    this.#over = over;
    this.#running = running;
  }

  /** What the agent sees, without the memory of earlier frames, as characters from dark to light. */
  render(): string {
    this.#game.draw(this.#screen);
    const [rows, columns] = [28, 56];
    const size = this.#options.size;
    const seen = this.#observe();
    const character = (row: number, column: number): string => {
      const value = seen[Math.floor((row * size) / rows) * size + Math.floor((column * size) / columns)];
      return shades[Math.floor((value * shades.length) / 256)];
    };
    return Array.from({ length: rows }, (_, row) => Array.from({ length: columns }, (_, column) => character(row, column)).join('')).join(
      '\n',
    );
  }

  /** The screen in its own colours and size. */
  image(): Image {
    const { width, height } = this.#game;
    const rgb = new Uint8Array(this.#screen.length);
    this.#game.draw(rgb);
    return { width, height, rgb };
  }

  /** Begins games until one outlasts its random wait. */
  #begin(): void {
    const { noOpStarts } = this.#options;
    do this.#game.reset();
    while (noOpStarts > 0 && !this.#waits(1 + this.#rng.integer(noOpStarts)));
    this.#over = false;
  }

  /** Plays action 0 for so many frames; false when the game ends within them. */
  #waits(frames: number): boolean {
    for (let i = 0; i < frames; i++) {
      const { terminated, truncated } = this.#game.step(0);
      if (terminated || truncated) return false;
    }
    return true;
  }

  #observe(): Float32Array {
    const observation = new Float32Array(sizeOf(this.observationShape));
    this.#shrink.run(observation, this.#screen);
    return observation;
  }
}

const shades = ' .:-=+*#%@';

/** out[i] ← max(out[i], x[i]) */
function takeMaximum(out: Uint8Array, x: Uint8Array): void {
  for (let i = 0; i < out.length; i++) if (x[i] > out[i]) out[i] = x[i];
}
