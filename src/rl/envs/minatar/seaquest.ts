// Seaquest of MinAtar [Young & Tian 2019]: a submarine hunts, rescues divers, and must come up for air. What moves in the water, and
// in which order, is told in the steps of `advance`; the order decides who meets whom, so it is part of the rules.

import type { Snapshot } from '../../../nn/index.ts';
import type { Rng } from '../../../tensor/index.ts';
import {
  boardSize,
  clamp,
  down,
  fire,
  isInside,
  left,
  MinAtarGame,
  type MinAtarOptions,
  type MinAtarRules,
  right,
  up,
} from './minatar-game.ts';
import { createOpening, diverSpawnPeriod, fullOxygen, readSituation, room, type Situation, saveSituation } from './seaquest-situation.ts';
import { firstAt, moveOn, remove, type Swimmer } from './swimmer.ts';

export const seaquestRules: MinAtarRules = {
  name: 'Seaquest',
  channels: [
    { name: 'submarine front', glyph: 'D', color: [90, 170, 255] },
    { name: 'submarine back', glyph: 'd', color: [60, 115, 190] },
    { name: 'friendly bullet', glyph: '-', color: [255, 255, 255] },
    { name: 'trail', glyph: '·', color: [110, 110, 110], trail: true },
    { name: 'enemy bullet', glyph: '~', color: [240, 130, 60] },
    { name: 'fish', glyph: 'x', color: [120, 205, 95] },
    { name: 'enemy submarine', glyph: 'S', color: [225, 70, 70] },
    { name: 'oxygen gauge', glyph: '=', color: [150, 220, 235] },
    { name: 'diver gauge', glyph: '+', color: [200, 160, 40] },
    { name: 'diver', glyph: '+', color: [245, 200, 60] },
  ],
  minimalActions: [0, 1, 2, 3, 4, 5],
};
const channel = {
  front: 0,
  back: 1,
  friendlyBullet: 2,
  trail: 3,
  enemyBullet: 4,
  fish: 5,
  submarine: 6,
  oxygenGauge: 7,
  diverGauge: 8,
  diver: 9,
};

/** The row below the sea, for the gauges; rows 1 to 8 have things in them. */
const gaugeRow = boardSize - 1;
const deepest = gaugeRow - 1;
const shotPeriod = 5;
const enemyShotPeriod = 10;
const diverMovePeriod = 5;

/**
 * The submarine starts at the surface, row 0, with oxygen for 200 steps below it. It moves by one cell, faces where it last
 * moved sideways, and can fire every fifth step. Every twenty steps a fish or, with probability 1/3, an enemy submarine
 * appears at one end of a row, unless something in that row comes towards it; every thirty steps a diver does. Fish and
 * submarines pay 1 when shot and terminate the episode when touched, as do the bullets of enemy submarines. Divers are taken
 * on board by touch, up to six. Without oxygen the episode terminates; so it does on surfacing with no diver on board.
 * Surfacing otherwise refills the oxygen and costs one diver; with six on board it first pays a point for every 20 of the
 * oxygen left and takes them all, and one more, so that the count becomes −1. With ramping, every surfacing makes enemies
 * appear one step sooner, until one may appear each step, and every second surfacing makes them move one step sooner, until
 * they move every second step.
 */
export class Seaquest extends MinAtarGame {
  #now: Situation = createOpening();

  constructor(rng: Rng, options: MinAtarOptions = {}) {
    super(seaquestRules, rng, options);
  }

  protected begin(): void {
    this.#now = createOpening();
  }

  protected advance(action: number): number {
    const now = this.#now;
    this.#spawn();
    this.#steer(action);
    let reward = this.#moveFriendlyBullets();
    this.#moveDivers();
    reward += this.#moveEnemies(now.submarines, true);
    this.#moveEnemyBullets();
    reward += this.#moveEnemies(now.fish, false);
    if (now.enemySpawnTimer > 0) now.enemySpawnTimer--;
    if (now.diverSpawnTimer > 0) now.diverSpawnTimer--;
    if (now.shotTimer > 0) now.shotTimer--;
    return reward + this.#breathe();
  }

  #spawn(): void {
    const now = this.#now;
    if (now.enemySpawnTimer === 0) {
      now.enemySpawnTimer = now.enemySpawnPeriod;
      const movesRight = this.rng.uniform() < 1 / 2;
      const isSubmarine = this.rng.uniform() < 1 / 3;
      const y = this.rng.integer(1, gaugeRow);
      const comesTowards = (other: Swimmer): boolean => other.y === y && other.movesRight !== movesRight;
      if (!now.fish.some(comesTowards) && !now.submarines.some(comesTowards)) {
        const enemy = { x: movesRight ? 0 : boardSize - 1, y, movesRight, moveTimer: now.enemyMovePeriod };
        if (isSubmarine) now.submarines.push({ ...enemy, shotTimer: enemyShotPeriod });
        else now.fish.push({ ...enemy, shotTimer: 0 });
      }
    }
    if (now.diverSpawnTimer === 0) {
      now.diverSpawnTimer = diverSpawnPeriod;
      const movesRight = this.rng.uniform() < 1 / 2;
      const y = this.rng.integer(1, gaugeRow);
      now.divers.push({ x: movesRight ? 0 : boardSize - 1, y, movesRight, moveTimer: diverMovePeriod, shotTimer: 0 });
    }
  }

  #steer(action: number): void {
    const now = this.#now;
    if (action === fire && now.shotTimer === 0) {
      now.friendlyBullets.push({ x: now.x, y: now.y, movesRight: now.facesRight, moveTimer: 0, shotTimer: 0 });
      now.shotTimer = shotPeriod;
    }
    if (action === left || action === right) {
      now.facesRight = action === right;
      now.x = clamp(now.x + (now.facesRight ? 1 : -1));
    }
    if (action === up) now.y = clamp(now.y - 1, 0, deepest);
    if (action === down) now.y = clamp(now.y + 1, 0, deepest);
  }

  /** Returns what the hits pay. */
  #moveFriendlyBullets(): number {
    const { friendlyBullets, fish, submarines } = this.#now;
    let hits = 0;
    for (let i = friendlyBullets.length - 1; i >= 0; i--) {
      const bullet = friendlyBullets[i];
      moveOn(bullet);
      const shoal = firstAt(fish, bullet) === undefined ? submarines : fish;
      const hit = firstAt(shoal, bullet);
      if (hit !== undefined) {
        remove(shoal, hit);
        hits++;
      }
      if (hit !== undefined || !isInside(bullet.x)) remove(friendlyBullets, bullet);
    }
    return hits;
  }

  #moveDivers(): void {
    const now = this.#now;
    for (let i = now.divers.length - 1; i >= 0; i--) {
      const swimmer = now.divers[i];
      if (this.#takeOnBoard(swimmer)) continue;
      if (swimmer.moveTimer > 0) {
        swimmer.moveTimer--;
        continue;
      }
      swimmer.moveTimer = diverMovePeriod;
      moveOn(swimmer);
      if (!isInside(swimmer.x)) remove(now.divers, swimmer);
      else this.#takeOnBoard(swimmer);
    }
  }

  /** Whether the diver is where the player is and has found room. */
  #takeOnBoard(swimmer: Swimmer): boolean {
    const now = this.#now;
    if (!this.#meets(swimmer) || now.carried >= room) return false;
    remove(now.divers, swimmer);
    now.carried++;
    return true;
  }

  /** Fish, or submarines, which shoot. Returns what it pays that some ran into bullets. */
  #moveEnemies(enemies: Swimmer[], shoot: boolean): number {
    const now = this.#now;
    let hits = 0;
    for (let i = enemies.length - 1; i >= 0; i--) {
      const enemy = enemies[i];
      if (this.#meets(enemy)) this.end();
      if (enemy.moveTimer > 0) {
        enemy.moveTimer--;
      } else {
        enemy.moveTimer = now.enemyMovePeriod;
        moveOn(enemy);
        const bullet = firstAt(now.friendlyBullets, enemy);
        if (!isInside(enemy.x)) {
          remove(enemies, enemy);
        } else if (this.#meets(enemy)) {
          this.end();
        } else if (bullet !== undefined) {
          remove(enemies, enemy);
          remove(now.friendlyBullets, bullet);
          hits++;
        }
      }
      if (shoot) this.#shoot(enemy); // even if it has just been hit
    }
    return hits;
  }

  #shoot(enemy: Swimmer): void {
    if (enemy.shotTimer > 0) {
      enemy.shotTimer--;
      return;
    }
    enemy.shotTimer = enemyShotPeriod;
    this.#now.enemyBullets.push({ x: enemy.x, y: enemy.y, movesRight: enemy.movesRight, moveTimer: 0, shotTimer: 0 });
  }

  #moveEnemyBullets(): void {
    const { enemyBullets } = this.#now;
    for (let i = enemyBullets.length - 1; i >= 0; i--) {
      const bullet = enemyBullets[i];
      if (this.#meets(bullet)) this.end();
      moveOn(bullet);
      if (!isInside(bullet.x)) remove(enemyBullets, bullet);
      else if (this.#meets(bullet)) this.end();
    }
  }

  #meets(swimmer: Swimmer): boolean {
    return swimmer.x === this.#now.x && swimmer.y === this.#now.y;
  }

  /** Uses up oxygen below the surface. Returns what coming to the surface pays. */
  #breathe(): number {
    const now = this.#now;
    if (now.oxygen === 0) this.end();
    if (now.y > 0) {
      if (now.oxygen > 0) now.oxygen--;
      now.atSurface = false;
      return 0;
    }
    if (now.atSurface) return 0;
    if (now.carried === 0) {
      this.end();
      return 0;
    }
    now.atSurface = true;
    let reward = 0;
    if (now.carried === room) {
      reward = gauge(now.oxygen);
      now.carried = 0;
    }
    now.oxygen = fullOxygen;
    now.carried--;
    if (this.ramping) ramp(now);
    return reward;
  }

  protected paint(observation: Float32Array): void {
    const now = this.#now;
    this.mark(observation, channel.front, now.x, now.y);
    this.mark(observation, channel.back, now.x + (now.facesRight ? -1 : 1), now.y);
    this.#markAll(observation, channel.friendlyBullet, now.friendlyBullets);
    this.#markAll(observation, channel.enemyBullet, now.enemyBullets);
    this.#markSwimmers(observation, channel.fish, now.fish);
    this.#markSwimmers(observation, channel.submarine, now.submarines);
    this.#markSwimmers(observation, channel.diver, now.divers);
    for (let x = 0; x < gauge(now.oxygen); x++) this.mark(observation, channel.oxygenGauge, x, gaugeRow);
    for (let x = gaugeRow - now.carried; x < gaugeRow; x++) this.mark(observation, channel.diverGauge, x, gaugeRow);
  }

  #markAll(observation: Float32Array, which: number, swimmers: readonly Swimmer[]): void {
    for (const { x, y } of swimmers) this.mark(observation, which, x, y);
  }

  /** With a trail behind each. */
  #markSwimmers(observation: Float32Array, which: number, swimmers: readonly Swimmer[]): void {
    this.#markAll(observation, which, swimmers);
    for (const { x, y, movesRight } of swimmers) this.mark(observation, channel.trail, x + (movesRight ? -1 : 1), y);
  }

  protected save(): Snapshot {
    return saveSituation(this.#now);
  }

  protected load(situation: Snapshot): void {
    this.#now = readSituation(situation);
  }
}

/** Oxygen in cells of its gauge, which are also what is paid for it. */
const gauge = (oxygen: number): number => Math.floor((oxygen * boardSize) / fullOxygen);

function ramp(now: Situation): void {
  if (now.enemySpawnPeriod === 1 && now.enemyMovePeriod === 2) return;
  if (now.enemyMovePeriod > 2 && now.rampLevel % 2 === 1) now.enemyMovePeriod--;
  if (now.enemySpawnPeriod > 1) now.enemySpawnPeriod--;
  now.rampLevel++;
}
