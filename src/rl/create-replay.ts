// From a configuration to the memory it asks for.

import type { Shape } from '../tensor/index.ts';
import type { DqnConfig } from './config.ts';
import { PrioritizedReplay } from './prioritized-replay.ts';
import type { Replay } from './replay.ts';
import { UniformReplay } from './uniform-replay.ts';

/** An empty memory for observations of that shape. */
export function createReplay({ replayCapacity, replayStorage, observationScale, sampling }: DqnConfig, observationShape: Shape): Replay {
  switch (sampling.kind) {
    case 'uniform':
      return new UniformReplay(replayCapacity, observationShape, replayStorage, observationScale);
    case 'prioritized':
      return new PrioritizedReplay(replayCapacity, observationShape, replayStorage, sampling, observationScale);
  }
}
