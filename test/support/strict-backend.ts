// The JavaScript kernels on buffers that do not forgive: an index outside a buffer throws, where a typed array would read undefined
// or drop the write. Memory shared by many buffers, as a compiled kernel set has it, does not forgive either.

import { type Backend, createJsBackend } from '../../src/tensor/backend.ts';

/** Every buffer it hands out is strict. Slow: for small shapes. */
export function createStrictBackend(): Backend {
  const alloc = (length: number): Float32Array => new Proxy(new Float32Array(length), strict);
  return { ...createJsBackend(), name: 'js-strict', alloc, scratch: alloc };
}

const strict: ProxyHandler<Float32Array> = {
  get(buffer, key, self) {
    requireInside(buffer, key);
    const value: unknown = Reflect.get(buffer, key, buffer);
    if (typeof value !== 'function') return value;
    // Methods work on the buffer itself; those that return it, as fill does, must not hand out the forgiving one.
    return (...values: unknown[]): unknown => {
      const result: unknown = value.apply(buffer, values);
      return result === buffer ? self : result;
    };
  },
  set(buffer, key, value) {
    requireInside(buffer, key);
    return Reflect.set(buffer, key, value, buffer);
  },
};

/** Proxies see an index as a string; a name that does not look like a number is a method or a property. */
function requireInside(buffer: Float32Array, key: string | symbol): void {
  if (typeof key === 'symbol' || !/^(-?[\d.]|NaN$)/.test(key)) return;
  const index = Number(key);
  if (!(Number.isInteger(index) && index >= 0 && index < buffer.length)) {
    throw new RangeError(`buffer: index must be in 0…${buffer.length - 1}; got ${key}`);
  }
}
