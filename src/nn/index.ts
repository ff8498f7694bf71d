// The nn floor's door.

export type { Module } from './module.ts';
export { blendParameters, collect, copyParameters, parameterCount, restoreParameters, snapshotParameters } from './module.ts';
export type { Snapshot, SnapshotArray, SnapshotValue } from './snapshot.ts';
export {
  FormatError,
  readArray,
  readBoolean,
  readCount,
  readIndex,
  readNumber,
  readNumbers,
  readRngState,
  readSnapshot,
} from './snapshot.ts';
