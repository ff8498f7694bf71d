// Breakout of MinAtar [Young & Tian 2019]: a paddle keeps a ball in play that takes bricks out of a wall.

import { readBoolean, readIndex, type Snapshot } from '../../../nn/index.ts';
import type { Rng } from '../../../tensor/index.ts';
import { boardSize, clamp, isInside, left, MinAtarGame, type MinAtarOptions, type MinAtarRules, readMap, right } from './minatar-game.ts';

export const breakoutRules: MinAtarRules = {
  name: 'Breakout',
  channels: [
    { name: 'paddle', glyph: '=', color: [90, 170, 255] },
    { name: 'ball', glyph: 'o', color: [255, 255, 255] },
    { name: 'trail', glyph: '·', color: [110, 110, 110], trail: true },
    { name: 'brick', glyph: '#', color: [225, 95, 70] },
  ],
  minimalActions: [0, 1, 3],
};
const [paddleChannel, ballChannel, trailChannel, brickChannel] = [0, 1, 2, 3];

interface Situation {
  paddle: number;
  ballX: number;
  ballY: number;
  /** The ball's cell before. */
  trailX: number;
  trailY: number;
  movesRight: boolean;
  movesDown: boolean;
  /** The ball has just struck a brick; until it has been in a cell without one, it strikes no other. */
  struck: boolean;
  bricks: Uint8Array;
}

/**
 * The ball starts in row 3, in the left corner moving down to the right or in the right corner moving down to the left; the
 * paddle starts at column 4 of the bottom row; rows 1, 2 and 3 are full of bricks. In a step the paddle moves by one cell and
 * the ball by one diagonal. The ball bounces off the sides and the top. A brick it strikes disappears, pays 1 and throws it
 * back vertically; but right after that it passes over bricks until it leaves them. On its way into the bottom row it bounces
 * off the paddle vertically when it comes from straight above the paddle, back to where it came from when the paddle is in the
 * cell it would enter; otherwise the episode terminates. When it comes down to the bottom row and no brick is left, the wall
 * is built anew. There is no ramping.
 */
export class Breakout extends MinAtarGame {
  #now: Situation = opening(false);

  constructor(rng: Rng, options: MinAtarOptions = {}) {
    super(breakoutRules, rng, options);
  }

  protected begin(): void {
    this.#now = opening(this.rng.integer(0, 2) === 1);
  }

  protected advance(action: number): number {
    const now = this.#now;
    if (action === left) now.paddle = clamp(now.paddle - 1);
    if (action === right) now.paddle = clamp(now.paddle + 1);

    now.trailX = now.ballX;
    now.trailY = now.ballY;
    let x = now.ballX + (now.movesRight ? 1 : -1);
    let y = now.ballY + (now.movesDown ? 1 : -1);
    if (!isInside(x)) {
      x = clamp(x);
      now.movesRight = !now.movesRight;
    }

    let reward = 0;
    const meetsBrick = y >= 0 && now.bricks[y * boardSize + x] === 1;
    if (y < 0) {
      y = 0;
      now.movesDown = true;
    } else if (meetsBrick) {
      if (!now.struck) {
        reward = 1;
        now.bricks[y * boardSize + x] = 0;
        y = now.ballY;
        now.movesDown = !now.movesDown;
      }
    } else if (y === boardSize - 1) {
      if (!now.bricks.includes(1)) now.bricks = wall();
      const fromAbove = now.ballX === now.paddle;
      if (fromAbove || x === now.paddle) {
        if (!fromAbove) now.movesRight = !now.movesRight;
        now.movesDown = false;
        y = now.ballY;
      } else {
        this.end();
      }
    }
    now.struck = meetsBrick;
    now.ballX = x;
    now.ballY = y;
    return reward;
  }

  protected paint(observation: Float32Array): void {
    const { paddle, ballX, ballY, trailX, trailY, bricks } = this.#now;
    this.mark(observation, paddleChannel, paddle, boardSize - 1);
    this.mark(observation, ballChannel, ballX, ballY);
    this.mark(observation, trailChannel, trailX, trailY);
    this.markMap(observation, brickChannel, bricks);
  }

  protected save(): Snapshot {
    return { ...this.#now, bricks: this.#now.bricks.slice() };
  }

  protected load(situation: Snapshot): void {
    this.#now = {
      paddle: readIndex(situation, 'paddle', boardSize),
      ballX: readIndex(situation, 'ballX', boardSize),
      ballY: readIndex(situation, 'ballY', boardSize),
      trailX: readIndex(situation, 'trailX', boardSize),
      trailY: readIndex(situation, 'trailY', boardSize),
      movesRight: readBoolean(situation, 'movesRight'),
      movesDown: readBoolean(situation, 'movesDown'),
      struck: readBoolean(situation, 'struck'),
      bricks: readMap(situation, 'bricks'),
    };
  }
}

function opening(fromRight: boolean): Situation {
  const ballX = fromRight ? boardSize - 1 : 0;
  return {
    paddle: 4,
    ballX,
    ballY: 3,
    trailX: ballX,
    trailY: 3,
    movesRight: !fromRight,
    movesDown: true,
    struck: false,
    bricks: wall(),
  };
}

/** Rows 1, 2 and 3 full of bricks. */
const wall = (): Uint8Array => new Uint8Array(boardSize * boardSize).fill(1, boardSize, 4 * boardSize);
