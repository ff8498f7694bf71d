// Memories of one page, so that tests fill them, and a collection of garbage on demand.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { LinearMemory } from '../../../../src/tensor/kernels/wasm/memory.ts';
import { platform } from './platform.ts';

export const workspaceEnd = 1000;
export const stagingBytes = 2048;
/** Bytes of a page. */
export const page = 65536;

/** One of so many pages, with little before the buffers. */
export function createMemory(pages = 1): LinearMemory {
  return new LinearMemory(new platform.Memory({ initial: pages, maximum: pages }), workspaceEnd, stagingBytes);
}

export const isInside = (memory: LinearMemory, view: Float32Array): boolean => view.buffer === memory.buffer;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Until every array without a reference has been collected and its finalizer has run. */
export async function collect(): Promise<void> {
  for (let i = 0; i < 5; i++) {
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
