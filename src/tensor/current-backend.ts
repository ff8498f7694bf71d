// The backend in use, one at a time: the emitted kernels where the platform has vectors and lets a program compile them, the plain
// loops everywhere else, or whichever the caller chose. It is made when the first buffer is asked for, so an import stays cheap.

import { type Backend, createJsBackend } from './backend.ts';
import { createWasmBackend } from './kernels/wasm/backend.ts';

let current: Backend | undefined;

/** The backend in use. */
export function backend(): Backend {
  current ??= createWasmBackend({ beginSmall: true }) ?? createJsBackend();
  return current;
}

/**
 * Makes another backend current and returns the one it replaces. Undefined stands for the default that nobody has asked for yet, so
 * that replacing it does not make it. Tensors made before stay where they are, so switch before building a network.
 */
export function useBackend(next: Backend | undefined): Backend | undefined {
  const previous = current;
  current = next;
  return previous;
}

/**
 * What was last made around a scratch buffer: a tensor, a call. A scope that repeats the one before it gets the same buffers and
 * finds here what it made of them then. Of buffers outside a scope, which come only once, nothing is kept.
 */
export class LastMade<T> {
  readonly #made = new WeakMap<Float32Array, T>();

  of(buffer: Float32Array): T | undefined {
    return this.#made.get(buffer);
  }

  keep(buffer: Float32Array, made: T): void {
    if (backend().scoped()) this.#made.set(buffer, made);
  }
}

const integerViews = new LastMade<Int32Array>();

/** Scratch for whole numbers, such as indices: the bytes of a float buffer, seen through a view that is made once. */
export function scratchIntegers(length: number): Int32Array {
  const buffer = backend().scratch(length);
  let view = integerViews.of(buffer);
  if (view === undefined) {
    view = new Int32Array(buffer.buffer, buffer.byteOffset, length);
    integerViews.keep(buffer, view);
  }
  return view;
}
