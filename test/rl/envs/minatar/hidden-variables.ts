// Our snapshots of the MinAtar games in the words of the recordings, which write truth values as 0 and 1, let some timers end
// at another number, and list the fields of moving things.

import type { Snapshot } from 'deepq';

type Hidden = Readonly<Record<string, unknown>>;

/** What the recording of this game would say of the situation in the snapshot. */
export function hiddenVariables(game: string, snapshot: Snapshot): Hidden {
  const situation = snapshot['situation'] as Snapshot; // every MinAtar game has one
  return { ...translations[game](situation), over: snapshot['running'] ? 0 : 1 };
}

const translations: Readonly<Record<string, (now: Snapshot) => Hidden>> = {
  breakout: (now) => ({
    paddleX: now['paddle'],
    ballX: now['ballX'],
    ballY: now['ballY'],
    lastX: now['trailX'],
    lastY: now['trailY'],
    dir: now['movesDown'] ? (now['movesRight'] ? 2 : 3) : now['movesRight'] ? 1 : 0,
    struck: Number(now['struck']),
    bricks: cells(now['bricks']).length,
  }),

  asterix: (now) => ({
    x: now['x'],
    y: now['y'],
    spawnTimer: now['spawnTimer'],
    spawnPeriod: now['spawnPeriod'],
    moveTimer: now['moveTimer'],
    movePeriod: now['movePeriod'],
    rampTimer: Number(now['rampTimer']) - 1,
    rampLevel: now['rampLevel'],
    slots: list(now['slots']).map((thing, i) => thing && [thing['x'], i + 1, Number(thing['movesRight']), Number(thing['isGold'])]),
  }),

  freeway: (now) => ({
    y: now['y'],
    moveTimer: now['moveTimer'],
    timeLeft: Number(now['stepsLeft']) - 1,
    cars: list(now['cars']).map((car, i) => [car?.['x'], i + 1, car?.['timer'], car?.['velocity']]),
  }),

  seaquest: (now) => ({
    x: now['x'],
    y: now['y'],
    facingRight: Number(now['facesRight']),
    oxygen: now['oxygen'],
    divers: now['carried'],
    enemySpawnTimer: now['enemySpawnTimer'],
    enemySpawnPeriod: now['enemySpawnPeriod'],
    diverSpawnTimer: now['diverSpawnTimer'],
    movePeriod: now['enemyMovePeriod'],
    rampLevel: now['rampLevel'],
    shotTimer: now['shotTimer'],
    atSurface: Number(now['atSurface']),
    myBullets: swimmers(now['friendlyBullets'], []),
    enemyBullets: swimmers(now['enemyBullets'], []),
    fish: swimmers(now['fish'], ['moveTimer']),
    subs: swimmers(now['submarines'], ['moveTimer', 'shotTimer']),
    diverList: swimmers(now['divers'], ['moveTimer']),
  }),

  space_invaders: (now) => ({
    x: now['x'],
    dir: now['movesRight'] ? 1 : -1,
    movePeriodCap: now['moveCap'],
    moveTimer: now['moveTimer'],
    alienShotTimer: now['alienShotTimer'],
    shotTimer: now['shotTimer'],
    rampLevel: now['rampLevel'],
    aliens: cells(now['aliens']).length,
    myBullets: cells(now['friendlyBullets']),
    enemyBullets: cells(now['enemyBullets']),
  }),
};

const list = (value: unknown): readonly (Snapshot | null)[] => value as readonly (Snapshot | null)[]; // by the game's own snapshot

const swimmers = (value: unknown, timers: readonly string[]): unknown[] =>
  list(value).map((each) => [each?.['x'], each?.['y'], Number(each?.['movesRight']), ...timers.map((timer) => each?.[timer])]);

/** The cells of a map that hold a 1, as [row, column]. */
const cells = (map: unknown): number[][] =>
  Array.from(map as Uint8Array, (cell, i) => (cell === 1 ? [Math.floor(i / 10), i % 10] : [])).filter((place) => place.length > 0);
