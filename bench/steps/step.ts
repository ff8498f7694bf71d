// What the steps of docs/kernels.md have in common: each is one way of computing the same thing, and says which sizes it takes.

/** A loop, and where the buffers it is given must come from. */
interface Made<Loop> {
  readonly loop: Loop;
  alloc(length: number): Float32Array;
}

export interface Step<Loop> {
  /** As on the page. */
  readonly name: string;
  /** False for a step that leaves out what is left over: docs/kernels.md says which sizes it takes then. */
  readonly anySize: boolean;
  make(): Made<Loop>;
}

/** A step in plain JavaScript, on ordinary arrays. */
export const plain = <Loop>(name: string, loop: Loop): Step<Loop> => ({
  name,
  anySize: true,
  make: () => ({ loop, alloc: (length) => new Float32Array(length) }),
});
