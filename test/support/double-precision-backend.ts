// The JavaScript kernels on 64-bit buffers. Finite differences need the digits, and the kernels promise not to assume 32 bits.
// Scratch is handed out full of NaN and is filled with NaN again when its scope closes, so a kernel that reads what it should
// have overwritten, or a tensor that outlives its scope, shows at once.

import { type Backend, noStats } from '../../src/tensor/backend.ts';
import { useBackend } from '../../src/tensor/current-backend.ts';
import { jsKernels } from '../../src/tensor/kernels/js/index.ts';
import { ScratchStack } from '../../src/tensor/scratch.ts';

/** A backend of its own, with nothing in its scratch stack. */
export function createDoublePrecisionBackend(): Backend {
  const alloc = (length: number): Float32Array => new Float64Array(length) as unknown as Float32Array; // same interface, wider elements
  const stack = new ScratchStack(alloc, true);
  return {
    name: 'js-float64',
    kernels: jsKernels,
    alloc,
    makeRoom: () => {},
    scratch: (length) => stack.take(length).fill(Number.NaN),
    scoped: () => stack.isOpen,
    expected: () => stack.expected(),
    scope: (work) => stack.scope(work),
    stats: () => noStats,
  };
}

/** Runs the work with every new tensor in 64 bits. Tensors made before keep their precision and must not be mixed in. */
export const inDoublePrecision = <T>(work: () => T): T => withBackend(createDoublePrecisionBackend(), work);

/** Runs the work on another backend and puts the current one back, also when it throws. */
export function withBackend<T>(temporary: Backend, work: () => T): T {
  const previous = useBackend(temporary);
  try {
    return work();
  } finally {
    useBackend(previous);
  }
}
