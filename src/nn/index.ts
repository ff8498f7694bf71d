// The nn floor's door.

export type { AdamOptions } from './adam.ts';
export { Adam } from './adam.ts';
export type { ByteSource } from './byte-source.ts';
export type { Conv2dLayerOptions } from './conv2d.ts';
export { Conv2d } from './conv2d.ts';
export { Embedding } from './embedding.ts';
export { Flatten } from './flatten.ts';
export type { Initializer } from './init.ts';
export { constant, fanInUniform, glorotUniform, heNormal, heUniform, orthogonal } from './init.ts';
export { LayerNorm } from './layer-norm.ts';
export type { LayerOptions } from './linear.ts';
export { Linear } from './linear.ts';
export type { Module } from './module.ts';
export { blendParameters, collect, copyParameters, parameterCount, restoreParameters, snapshotParameters } from './module.ts';
export type { NoisyLinearOptions } from './noisy-linear.ts';
export { NoisyLinear } from './noisy-linear.ts';
export type { Optimizer } from './optimizer.ts';
export { clipByNorm } from './optimizer.ts';
export type { RmsPropOptions } from './rmsprop.ts';
export { RmsProp } from './rmsprop.ts';
export type { StoredArray, TensorFile } from './safetensors.ts';
export { decodeTensors, encodeTensors } from './safetensors.ts';
export type { Schedule } from './schedule.ts';
export { valueAt } from './schedule.ts';
export { Sequential } from './sequential.ts';
export type { SgdOptions } from './sgd.ts';
export { Sgd } from './sgd.ts';
export type { Snapshot, SnapshotArray, SnapshotValue } from './snapshot.ts';
export {
  FormatError,
  readArray,
  readBoolean,
  readCount,
  readFinite,
  readIndex,
  readInteger,
  readList,
  readNumber,
  readNumbers,
  readRngState,
  readSnapshot,
} from './snapshot.ts';
export { decodeSnapshot, encodeSnapshot, snapshotPieces } from './snapshot-file.ts';
export { summary } from './summary.ts';
export type { LoadOptions } from './weights-file.ts';
export { encodeWeights, loadWeights } from './weights-file.ts';
