// Everything that is going on in a game of Seaquest, how it begins, and how it is saved.

import { readBoolean, readCount, readIndex, readInteger, type Snapshot } from '../../../nn/index.ts';
import { boardSize } from './minatar-game.ts';
import { readSwimmers, type Swimmer, saveSwimmers } from './swimmer.ts';

export const fullOxygen = 200;
/** Divers the submarine has room for. */
export const room = 6;
/** Steps from one diver to the next. */
export const diverSpawnPeriod = 30;

export interface Situation {
  x: number;
  y: number;
  facesRight: boolean;
  /** Steps until the player can fire again. */
  shotTimer: number;
  oxygen: number;
  /** Divers on board; below 0 after deliveries that took one more than there was. */
  carried: number;
  atSurface: boolean;
  /** Steps from one enemy to the next, and to the next one from now. */
  enemySpawnPeriod: number;
  enemySpawnTimer: number;
  /** Steps from one move of an enemy to its next. */
  enemyMovePeriod: number;
  diverSpawnTimer: number;
  rampLevel: number;
  /** Each list in the order in which its members appeared. */
  friendlyBullets: Swimmer[];
  enemyBullets: Swimmer[];
  fish: Swimmer[];
  submarines: Swimmer[];
  divers: Swimmer[];
}

export const createOpening = (): Situation => ({
  x: 5,
  y: 0,
  facesRight: false,
  shotTimer: 0,
  oxygen: fullOxygen,
  carried: 0,
  atSurface: true,
  enemySpawnPeriod: 20,
  enemySpawnTimer: 20,
  enemyMovePeriod: 5,
  diverSpawnTimer: diverSpawnPeriod,
  rampLevel: 0,
  friendlyBullets: [],
  enemyBullets: [],
  fish: [],
  submarines: [],
  divers: [],
});

export const saveSituation = (now: Situation): Snapshot => ({
  ...now,
  friendlyBullets: saveSwimmers(now.friendlyBullets),
  enemyBullets: saveSwimmers(now.enemyBullets),
  fish: saveSwimmers(now.fish),
  submarines: saveSwimmers(now.submarines),
  divers: saveSwimmers(now.divers),
});

/** Throws FormatError. */
export const readSituation = (snapshot: Snapshot): Situation => ({
  x: readIndex(snapshot, 'x', boardSize),
  y: readIndex(snapshot, 'y', boardSize),
  facesRight: readBoolean(snapshot, 'facesRight'),
  shotTimer: readCount(snapshot, 'shotTimer'),
  oxygen: readInteger(snapshot, 'oxygen', 0, fullOxygen),
  carried: readInteger(snapshot, 'carried', Number.MIN_SAFE_INTEGER, room),
  atSurface: readBoolean(snapshot, 'atSurface'),
  enemySpawnPeriod: readInteger(snapshot, 'enemySpawnPeriod', 1, 20),
  enemySpawnTimer: readCount(snapshot, 'enemySpawnTimer'),
  enemyMovePeriod: readInteger(snapshot, 'enemyMovePeriod', 2, 5),
  diverSpawnTimer: readCount(snapshot, 'diverSpawnTimer'),
  rampLevel: readCount(snapshot, 'rampLevel'),
  friendlyBullets: readSwimmers(snapshot, 'friendlyBullets'),
  enemyBullets: readSwimmers(snapshot, 'enemyBullets'),
  fish: readSwimmers(snapshot, 'fish'),
  submarines: readSwimmers(snapshot, 'submarines'),
  divers: readSwimmers(snapshot, 'divers'),
});
