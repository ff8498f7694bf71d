// The backend in use, one at a time: the emitted kernels where the platform has vectors and lets a program compile them, the plain
// loops everywhere else, or whichever the caller chose. It is made when the first buffer is asked for, so an import stays cheap.

import { type Backend, createJsBackend } from './backend.ts';
import { createWasmBackend } from './kernels/wasm/backend.ts';

let current: Backend | undefined;

/** The backend in use. */
export function backend(): Backend {
  current ??= createWasmBackend() ?? createJsBackend();
  return current;
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
