// A backend says where buffers live and which kernels work on them. The plain JavaScript one is the reference: any other must
// give the same results up to rounding. current-backend.ts says which one is in use.

import { jsKernels } from './kernels/js/index.ts';
import type { Kernels } from './kernels/kernels.ts';
import { type Plain, ScratchStack } from './scratch.ts';

export interface Backend {
  readonly name: string;
  readonly kernels: Kernels;
  /**
   * A zeroed buffer that lives as long as it is referenced, itself: a view made of it, by `subarray` for example, need not keep it, and
   * its memory may be given away. Keep the buffer beside the view, or take a `slice`.
   */
  alloc(length: number): Float32Array;
  /**
   * Gets ready for what is to last and may be large, such as the parameters of a network. It takes some milliseconds, once. What was
   * made before may from then on be copied at each call that reads it, so whoever measures calls this first.
   */
  makeRoom(): void;
  /** A buffer with undefined contents, from the open scope; an ordinary new array when none is open. */
  scratch(length: number): Float32Array;
  /** Whether a scope is open. */
  scoped(): boolean;
  /** The buffer that `scratch` gave at this point of the last scope that came here in the same way; undefined when there is none. */
  expected(): Float32Array | undefined;
  /** Runs the work, then reclaims all scratch made inside. Only plain values may leave; a tensor that does is reused under you. */
  scope<T extends Plain>(work: () => T): T;
  /** What can be told of its memory. Making the numbers may cost something. */
  stats(): BackendStats;
}

/** Nothing to count for a backend whose buffers are ordinary arrays. */
export interface BackendStats {
  /** Which kernels compute: `js` the plain loops, `wasm` the emitted ones, `wasm-relaxed` those that round less often. */
  readonly kernels: string;
  /** Bytes of the backend's own memory that buffers from `alloc` hold now. */
  readonly permanentBytes: number;
  /** How many buffers had to be ordinary arrays, because that memory was full. */
  readonly spills: number;
  /** How many kernel calls had to copy a buffer that lives elsewhere. */
  readonly stagedCalls: number;
}

export const noStats: BackendStats = { kernels: 'js', permanentBytes: 0, spills: 0, stagedCalls: 0 };

export interface JsBackendOptions {
  /** Fill scratch with NaN as its scope closes: slower, and shows every tensor that was kept too long. Default false. */
  readonly poison?: boolean;
}

/** The reference backend: ordinary garbage-collected arrays and the plain loops of kernels/js. */
export function createJsBackend(options: JsBackendOptions = {}): Backend {
  const alloc = (length: number): Float32Array => new Float32Array(length);
  const stack = new ScratchStack(alloc, options.poison ?? false);
  return {
    name: 'js',
    kernels: jsKernels,
    alloc,
    makeRoom: () => {},
    scratch: (length) => stack.take(length),
    scoped: () => stack.isOpen,
    expected: () => stack.expected(),
    scope: (work) => stack.scope(work),
    stats: () => noStats,
  };
}
