// A game as its screen shows it: RGB pixels, one frame after the other, lives. What an emulator offers, and what a canvas can be
// wrapped in; screen-env.ts makes an environment of it.

import type { Snapshot } from '../../nn/index.ts';

export interface ScreenGame {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Actions are 0 … actionCount − 1; action 0 does nothing. */
  readonly actionCount: number;
  /** Lives left; a game without lives says 1 until it is over. */
  readonly lives: number;
  /** Begins a game. */
  reset(): void;
  /** Plays one frame. */
  step(action: number): Frame;
  /** Paints the present frame: [height, width, 3] bytes, red, green, blue; every one of them is written. */
  draw(screen: Uint8Array): void;
  /** Everything that decides the future, random generator included. */
  state(): Snapshot;
  /** Continues exactly where `state()` was taken. Throws FormatError. */
  restore(snapshot: Snapshot): void;
}

export interface Frame {
  readonly reward: number;
  /** The game is over. */
  readonly terminated: boolean;
  /** A limit of the game's own cut it. */
  readonly truncated: boolean;
}
