// --threads: the kernels of a command shared among several threads. It changes how fast a run is and not a byte of what it writes,
// so it belongs to no configuration.

import { createWasmBackend, useBackend, type WasmBackend } from '../index.ts';
import type { Arguments, Flag } from './arguments.ts';
import { UsageError } from './exit.ts';
import type { Host } from './host.ts';

export const threadsFlag: Flag = {
  name: 'threads',
  value: 'N',
  description: 'share the work of large networks among so many threads, with the same results; 1 by default',
};

/** Does the work with as many threads as were asked for, or says why there is one. Throws UsageError. */
export async function withThreads<T>(given: Arguments, host: Host, work: () => Promise<T>): Promise<T> {
  const threads = given.count('threads') ?? 1;
  if (threads === 1) return work();
  const shared = create(threads);
  if (shared === null) {
    host.stderr.write('--threads: has no effect here, for there is no WebAssembly with SIMD\n');
    return work();
  }
  const { refused } = shared.threads();
  if (refused !== null) host.stderr.write(`--threads: has no effect here: ${refused}\n`);
  const before = useBackend(shared);
  try {
    return await work();
  } finally {
    useBackend(before);
    shared.close();
  }
}

function create(threads: number): WasmBackend | null {
  try {
    return createWasmBackend({ threads });
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(error.message.replace('createWasmBackend: threads', '--threads:')) : error;
  }
}
