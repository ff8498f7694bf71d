// Asterix of MinAtar [Young & Tian 2019]: collect gold and keep away from enemies, which cross the board in rows.

import { readBoolean, readCount, readIndex, readInteger, readList, readSnapshot, type Snapshot } from '../../../nn/index.ts';
import type { Rng } from '../../../tensor/index.ts';
import { boardSize, clamp, down, isInside, left, MinAtarGame, type MinAtarOptions, type MinAtarRules, right, up } from './minatar-game.ts';

export const asterixRules: MinAtarRules = {
  name: 'Asterix',
  channels: [
    { name: 'player', glyph: 'A', color: [90, 170, 255] },
    { name: 'enemy', glyph: 'x', color: [225, 70, 70] },
    { name: 'trail', glyph: '·', color: [110, 110, 110], trail: true },
    { name: 'gold', glyph: '$', color: [245, 200, 60] },
  ],
  minimalActions: [0, 1, 2, 3, 4],
};
const [playerChannel, enemyChannel, trailChannel, goldChannel] = [0, 1, 2, 3];

/** There are as many rows for things to cross in, each with at most one thing; slot i is row i + 1. */
const slotCount = 8;
/** Steps from one ramp to the next. */
const rampPeriod = 101;

interface Thing {
  x: number;
  readonly movesRight: boolean;
  readonly isGold: boolean;
}

interface Situation {
  x: number;
  y: number;
  slots: (Thing | null)[];
  /** Steps from one thing to the next, and to the next one from now. */
  spawnPeriod: number;
  spawnTimer: number;
  /** Steps from one move of all things to the next, and to the next one from now. */
  movePeriod: number;
  moveTimer: number;
  rampTimer: number;
  rampLevel: number;
}

/**
 * The player starts at (5, 5) and moves by one cell, within rows 1 to 8. Every ten steps a thing appears at the left or right
 * end of a row that has none: gold with probability 1/3, otherwise an enemy. All things move across the board together, one
 * cell every five steps, and disappear beyond it. Touching gold takes it and pays 1; touching an enemy terminates the episode.
 * With ramping, things appear one step sooner after every 101 steps, until one appears each step, and every second time also
 * move one step sooner, until they move each step.
 */
export class Asterix extends MinAtarGame {
  #now: Situation = opening();

  constructor(rng: Rng, options: MinAtarOptions = {}) {
    super(asterixRules, rng, options);
  }

  protected begin(): void {
    this.#now = opening();
  }

  protected advance(action: number): number {
    const now = this.#now;
    if (now.spawnTimer === 0) {
      this.#spawn();
      now.spawnTimer = now.spawnPeriod;
    }

    if (action === left) now.x = clamp(now.x - 1);
    if (action === right) now.x = clamp(now.x + 1);
    if (action === up) now.y = clamp(now.y - 1, 1, slotCount);
    if (action === down) now.y = clamp(now.y + 1, 1, slotCount);

    let reward = 0;
    for (let i = 0; i < slotCount; i++) reward += this.#touch(i);
    if (now.moveTimer === 0) {
      now.moveTimer = now.movePeriod;
      for (let i = 0; i < slotCount; i++) {
        const thing = now.slots[i];
        if (thing === null) continue;
        thing.x += thing.movesRight ? 1 : -1;
        if (isInside(thing.x)) reward += this.#touch(i);
        else now.slots[i] = null;
      }
    }
    now.spawnTimer--;
    now.moveTimer--;
    if (this.ramping) ramp(now);
    return reward;
  }

  /** Draws where from, what, and which of the free rows; the last only when one is free. */
  #spawn(): void {
    const { slots } = this.#now;
    const movesRight = this.rng.uniform() < 1 / 2;
    const isGold = this.rng.uniform() < 1 / 3;
    let free = 0;
    for (const slot of slots) if (slot === null) free++;
    if (free === 0) return;
    let skip = this.rng.integer(0, free);
    const i = slots.findIndex((slot) => slot === null && skip-- === 0);
    slots[i] = { x: movesRight ? 0 : boardSize - 1, movesRight, isGold };
  }

  /** What it pays to be where the thing in slot i is, if the player is there. */
  #touch(i: number): number {
    const { x, y, slots } = this.#now;
    const thing = slots[i];
    if (thing === null || thing.x !== x || i + 1 !== y) return 0;
    if (!thing.isGold) {
      this.end();
      return 0;
    }
    slots[i] = null;
    return 1;
  }

  protected paint(observation: Float32Array): void {
    const { x, y, slots } = this.#now;
    this.mark(observation, playerChannel, x, y);
    for (let i = 0; i < slotCount; i++) {
      const thing = slots[i];
      if (thing === null) continue;
      this.mark(observation, thing.isGold ? goldChannel : enemyChannel, thing.x, i + 1);
      this.mark(observation, trailChannel, thing.x + (thing.movesRight ? -1 : 1), i + 1);
    }
  }

  protected save(): Snapshot {
    return { ...this.#now, slots: this.#now.slots.map((thing) => thing && { ...thing }) };
  }

  protected load(situation: Snapshot): void {
    this.#now = {
      x: readIndex(situation, 'x', boardSize),
      y: readInteger(situation, 'y', 1, slotCount),
      slots: readList(situation, 'slots', readSlot, slotCount),
      spawnPeriod: readInteger(situation, 'spawnPeriod', 1, 10),
      spawnTimer: readCount(situation, 'spawnTimer'),
      movePeriod: readInteger(situation, 'movePeriod', 1, 5),
      moveTimer: readCount(situation, 'moveTimer'),
      rampTimer: readCount(situation, 'rampTimer'),
      rampLevel: readCount(situation, 'rampLevel'),
    };
  }
}

const opening = (): Situation => ({
  x: 5,
  y: 5,
  slots: new Array<Thing | null>(slotCount).fill(null),
  spawnPeriod: 10,
  spawnTimer: 10,
  movePeriod: 5,
  moveTimer: 5,
  rampTimer: rampPeriod,
  rampLevel: 0,
});

function ramp(now: Situation): void {
  if (now.spawnPeriod === 1 && now.movePeriod === 1) return;
  if (now.rampTimer > 0) {
    now.rampTimer--;
    return;
  }
  if (now.movePeriod > 1 && now.rampLevel % 2 === 1) now.movePeriod--;
  if (now.spawnPeriod > 1) now.spawnPeriod--;
  now.rampLevel++;
  now.rampTimer = rampPeriod;
}

function readSlot(list: Snapshot, name: string): Thing | null {
  if (list[name] === null) return null;
  const thing = readSnapshot(list, name);
  return { x: readIndex(thing, 'x', boardSize), movesRight: readBoolean(thing, 'movesRight'), isGold: readBoolean(thing, 'isGold') };
}
