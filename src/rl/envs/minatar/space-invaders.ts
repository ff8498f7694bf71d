// Space Invaders of MinAtar [Young & Tian 2019]: a cannon under a formation of aliens, which come nearer and shoot.

import { readBoolean, readCount, readIndex, readInteger, type Snapshot } from '../../../nn/index.ts';
import type { Rng } from '../../../tensor/index.ts';
import { boardSize, clamp, fire, left, MinAtarGame, type MinAtarOptions, type MinAtarRules, readMap, right } from './minatar-game.ts';

export const spaceInvadersRules: MinAtarRules = {
  name: 'SpaceInvaders',
  channels: [
    { name: 'cannon', glyph: 'A', color: [90, 170, 255] },
    { name: 'alien', glyph: 'W', color: [120, 205, 95] },
    { name: 'alien moving left', glyph: 'W', color: [120, 205, 95] },
    { name: 'alien moving right', glyph: 'W', color: [120, 205, 95] },
    { name: 'friendly bullet', glyph: '|', color: [255, 255, 255] },
    { name: 'enemy bullet', glyph: '!', color: [240, 130, 60] },
  ],
  minimalActions: [0, 1, 3, 5],
};
const [cannonChannel, alienChannel, leftwardChannel, rightwardChannel, friendlyChannel, enemyChannel] = [0, 1, 2, 3, 4, 5];

const bottom = boardSize - 1;
/** Steps from one shot to the next. */
const shotPeriod = 5;
const alienShotPeriod = 10;
/** The most steps from one move of the aliens to the next, at first and with all ramping done. */
const slowestMove = 12;
const fastestSlowestMove = 6;

interface Situation {
  /** The cannon's column. */
  x: number;
  shotTimer: number;
  /** Maps of the board. */
  aliens: Uint8Array;
  friendlyBullets: Uint8Array;
  enemyBullets: Uint8Array;
  movesRight: boolean;
  /** Steps to the aliens' next move, and the most it can be. */
  moveTimer: number;
  moveCap: number;
  alienShotTimer: number;
  rampLevel: number;
}

/**
 * The cannon starts in column 5 of the bottom row and moves by one cell to the left or right; it can fire every fifth step.
 * Bullets fly straight, one cell each step, and an alien hit by one pays 1. The aliens fill rows 0 to 3 of columns 2 to 7 and
 * move together, the sooner the fewer are left: to the left, at the edge down by a row, then to the right, and so on. Every
 * ten steps the lowest alien of the column nearest to the cannon fires. The episode terminates when an enemy bullet or an
 * alien meets the cannon, or when aliens are to move down from the bottom row. When none is left the next wave begins; with
 * ramping its aliens never wait as long as before between moves: at most 12 steps at first, down to 6. The game draws nothing:
 * its only luck is that of sticky actions.
 */
export class SpaceInvaders extends MinAtarGame {
  #now: Situation = opening();

  constructor(rng: Rng, options: MinAtarOptions = {}) {
    super(spaceInvadersRules, rng, options);
  }

  protected begin(): void {
    this.#now = opening();
  }

  protected advance(action: number): number {
    const now = this.#now;
    const { aliens, friendlyBullets, enemyBullets } = now;
    if (action === fire && now.shotTimer === 0) {
      friendlyBullets[bottom * boardSize + now.x] = 1;
      now.shotTimer = shotPeriod;
    }
    if (action === left) now.x = clamp(now.x - 1);
    if (action === right) now.x = clamp(now.x + 1);
    const cannon = bottom * boardSize + now.x;

    moveUp(friendlyBullets);
    moveDown(enemyBullets);
    if (enemyBullets[cannon] === 1 || aliens[cannon] === 1) this.end();
    if (now.moveTimer === 0) {
      now.moveTimer = Math.min(count(aliens), now.moveCap);
      this.#moveAliens();
      if (aliens[cannon] === 1) this.end();
    }
    if (now.alienShotTimer === 0) {
      now.alienShotTimer = alienShotPeriod;
      const gunner = nearestAlien(aliens, now.x);
      if (gunner >= 0) enemyBullets[gunner] = 1;
    }

    let reward = 0;
    for (let cell = 0; cell < aliens.length; cell++) {
      if (aliens[cell] === 0 || friendlyBullets[cell] === 0) continue;
      aliens[cell] = 0;
      friendlyBullets[cell] = 0;
      reward++;
    }
    if (now.shotTimer > 0) now.shotTimer--;
    now.moveTimer--;
    now.alienShotTimer--;
    if (!aliens.includes(1)) this.#nextWave();
    return reward;
  }

  #moveAliens(): void {
    const now = this.#now;
    if (occupiesColumn(now.aliens, now.movesRight ? boardSize - 1 : 0)) {
      now.movesRight = !now.movesRight;
      if (now.aliens.includes(1, bottom * boardSize)) this.end();
      moveDown(now.aliens);
    } else if (now.movesRight) {
      now.aliens.copyWithin(1, 0).fill(0, 0, 1); // the last column is empty, so nothing passes into the next row
    } else {
      now.aliens.copyWithin(0, 1).fill(0, -1); // and here the first
    }
  }

  #nextWave(): void {
    const now = this.#now;
    now.aliens = wave();
    if (!this.ramping || now.moveCap <= fastestSlowestMove) return;
    now.moveCap--;
    now.rampLevel++;
  }

  protected paint(observation: Float32Array): void {
    const { x, aliens, friendlyBullets, enemyBullets, movesRight } = this.#now;
    this.mark(observation, cannonChannel, x, bottom);
    this.markMap(observation, alienChannel, aliens);
    this.markMap(observation, movesRight ? rightwardChannel : leftwardChannel, aliens);
    this.markMap(observation, friendlyChannel, friendlyBullets);
    this.markMap(observation, enemyChannel, enemyBullets);
  }

  protected save(): Snapshot {
    const { aliens, friendlyBullets, enemyBullets } = this.#now;
    return {
      ...this.#now,
      aliens: aliens.slice(),
      friendlyBullets: friendlyBullets.slice(),
      enemyBullets: enemyBullets.slice(),
    };
  }

  protected load(situation: Snapshot): void {
    this.#now = {
      x: readIndex(situation, 'x', boardSize),
      shotTimer: readCount(situation, 'shotTimer'),
      aliens: readMap(situation, 'aliens'),
      friendlyBullets: readMap(situation, 'friendlyBullets'),
      enemyBullets: readMap(situation, 'enemyBullets'),
      movesRight: readBoolean(situation, 'movesRight'),
      moveTimer: readCount(situation, 'moveTimer'),
      moveCap: readInteger(situation, 'moveCap', fastestSlowestMove, slowestMove),
      alienShotTimer: readCount(situation, 'alienShotTimer'),
      rampLevel: readCount(situation, 'rampLevel'),
    };
  }
}

const opening = (): Situation => ({
  x: 5,
  shotTimer: 0,
  aliens: wave(),
  friendlyBullets: new Uint8Array(boardSize * boardSize),
  enemyBullets: new Uint8Array(boardSize * boardSize),
  movesRight: false,
  moveTimer: slowestMove,
  moveCap: slowestMove,
  alienShotTimer: alienShotPeriod,
  rampLevel: 0,
});

function wave(): Uint8Array {
  const aliens = new Uint8Array(boardSize * boardSize);
  for (let y = 0; y < 4; y++) aliens.fill(1, y * boardSize + 2, y * boardSize + 8);
  return aliens;
}

/** Each row takes the place of the one above; the top row is gone. */
const moveUp = (map: Uint8Array): Uint8Array => map.copyWithin(0, boardSize).fill(0, bottom * boardSize);

/** Each row takes the place of the one below; the bottom row is gone. */
const moveDown = (map: Uint8Array): Uint8Array => map.copyWithin(boardSize, 0).fill(0, 0, boardSize);

function count(map: Uint8Array): number {
  let sum = 0;
  for (let cell = 0; cell < map.length; cell++) sum += map[cell];
  return sum;
}

function occupiesColumn(map: Uint8Array, x: number): boolean {
  for (let cell = x; cell < map.length; cell += boardSize) if (map[cell] === 1) return true;
  return false;
}

/** The cell of the lowest alien in the column nearest to x, of two as near the left one; −1 when there is none. */
function nearestAlien(aliens: Uint8Array, x: number): number {
  for (let distance = 0; distance < boardSize; distance++) {
    for (const column of [x - distance, x + distance]) {
      if (column < 0 || column >= boardSize) continue;
      for (let cell = bottom * boardSize + column; cell >= 0; cell -= boardSize) if (aliens[cell] === 1) return cell;
    }
  }
  return -1;
}
