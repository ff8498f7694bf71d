// A backend says where buffers live and which kernels work on them. One backend is current at a time. The plain JavaScript one
// is the reference: any other must give the same results up to rounding. select.ts says which is used when nobody chose.

import { jsKernels } from './kernels/js/index.ts';
import type { Kernels } from './kernels/kernels.ts';
import { type Plain, ScratchStack } from './scratch.ts';

export interface Backend {
  readonly name: string;
  readonly kernels: Kernels;
  /** A zeroed buffer that lives as long as it is referenced. */
  alloc(length: number): Float32Array;
  /** A buffer with undefined contents, from the open scope, or from `alloc` when none is open. */
  scratch(length: number): Float32Array;
  /** Runs the work, then reclaims all scratch made inside. Only plain values may leave; a tensor that does is reused under you. */
  scope<T extends Plain>(work: () => T): T;
  /** What can be told of its memory. Making the numbers may cost something. */
  stats(): BackendStats;
}

/** All zero for a backend whose buffers are ordinary arrays. */
export interface BackendStats {
  /** Bytes of the backend's own memory that buffers from `alloc` hold now. */
  readonly permanentBytes: number;
  /** How many buffers had to be ordinary arrays, because that memory was full. */
  readonly spills: number;
  /** How many kernel calls had to copy a buffer that lives elsewhere. */
  readonly stagedCalls: number;
}

export const noStats: BackendStats = { permanentBytes: 0, spills: 0, stagedCalls: 0 };

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
    scratch: (length) => stack.take(length),
    scope: (work) => stack.scope(work),
    stats: () => noStats,
  };
}

/** The backend in use, or how to make it: it is made on first use, so that an import stays cheap. */
let current: Backend | (() => Backend) = createJsBackend;

/** The backend in use: the default one until another is chosen. */
export function backend(): Backend {
  if (typeof current === 'function') current = current();
  return current;
}

/** Says how to make the default backend. Without effect once there is a backend. */
export function setDefaultBackend(create: () => Backend): void {
  if (typeof current === 'function') current = create;
}

const integerViews = new WeakMap<Float32Array, Int32Array>();

/** Scratch for whole numbers, such as indices: the bytes of a float buffer, seen through a view that is made once. */
export function scratchIntegers(length: number): Int32Array {
  const buffer = backend().scratch(length);
  let view = integerViews.get(buffer);
  if (view === undefined) {
    view = new Int32Array(buffer.buffer, buffer.byteOffset, length);
    integerViews.set(buffer, view);
  }
  return view;
}

/**
 * Makes another backend current and returns the one it replaces. Tensors made before stay where they are, so switch before
 * building a network.
 */
export function useBackend(next: Backend): Backend {
  const previous = backend();
  current = next;
  return previous;
}
