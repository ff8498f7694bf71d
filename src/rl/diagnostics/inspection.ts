// What an agent shows of an update to whoever asked to look, and nothing when nobody did.

import type { OpCall } from '../../tensor/index.ts';
import type { Batch } from '../replay.ts';

/** One update from inside. Everything belongs to the update's scope: read it, do not keep it. */
export interface Inspection {
  readonly batch: Batch;
  /** [B], the expected goal minus the expected prediction. */
  readonly errors: Float32Array;
  /** The recorded calls of the online network and its loss, in order. */
  readonly calls: readonly OpCall<unknown>[];
}

export type Inspector = (update: Inspection) => void;
