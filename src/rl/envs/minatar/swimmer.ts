// What moves along the rows of Seaquest: fish, submarines, divers and bullets.

import { readBoolean, readCount, readIndex, readList, readSnapshot, type Snapshot } from '../../../nn/index.ts';
import { boardSize } from './minatar-game.ts';

/** The timers of those who do not wait for anything stay 0. */
export interface Swimmer {
  x: number;
  readonly y: number;
  readonly movesRight: boolean;
  /** Steps to its next move. */
  moveTimer: number;
  /** Steps to its next shot. */
  shotTimer: number;
}

/** By one cell, perhaps off the board. */
export function moveOn(swimmer: Swimmer): void {
  swimmer.x += swimmer.movesRight ? 1 : -1;
}

/** The first of a list in the same cell as another. */
export function firstAt(swimmers: readonly Swimmer[], { x, y }: Swimmer): Swimmer | undefined {
  for (const swimmer of swimmers) if (swimmer.x === x && swimmer.y === y) return swimmer;
  return undefined;
}

/**
 * Takes out the first that is just like the swimmer, which may be a twin: which of the two goes decides in which order the
 * others have their turn.
 */
export function remove(swimmers: Swimmer[], swimmer: Swimmer): void {
  swimmers.splice(
    swimmers.findIndex((other) => areAlike(other, swimmer)),
    1,
  );
}

const areAlike = (a: Swimmer, b: Swimmer): boolean =>
  a.x === b.x && a.y === b.y && a.movesRight === b.movesRight && a.moveTimer === b.moveTimer && a.shotTimer === b.shotTimer;

export const saveSwimmers = (swimmers: readonly Swimmer[]): Snapshot[] => swimmers.map((swimmer) => ({ ...swimmer }));

/** The list stored under a name. Throws FormatError. */
export const readSwimmers = (snapshot: Snapshot, name: string): Swimmer[] =>
  readList(snapshot, name, (list) => {
    const swimmer = readSnapshot(list, name);
    return {
      x: readIndex(swimmer, 'x', boardSize),
      y: readIndex(swimmer, 'y', boardSize),
      movesRight: readBoolean(swimmer, 'movesRight'),
      moveTimer: readCount(swimmer, 'moveTimer'),
      shotTimer: readCount(swimmer, 'shotTimer'),
    };
  });
