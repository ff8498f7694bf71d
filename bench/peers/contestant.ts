// What a contestant is: an engine that can be asked to get ready for a task and then to do it again and again. Those in JavaScript
// are modules that export `create`, run by child.ts; PyTorch's speaks the same protocol from Python.

import type { Inputs, Task } from './workload.ts';

export interface Contestant {
  readonly version: string;
  /** Gets ready, or says in a few words why it cannot do this. */
  prepare(task: Task, inputs: Inputs): Prepared | Unable | Promise<Prepared | Unable>;
}

export interface Unable {
  readonly cannot: string;
}

export interface Prepared {
  /** The result to be checked, computed from the start; called once, before any run. */
  result(): Float32Array | Promise<Float32Array>;
  /** Does the task once. What it computes must be computed when it returns. */
  run(): void | Promise<void>;
  /** Gives back what a garbage collector would not. */
  dispose?(): void;
}

// ---- the protocol: one JSON line each way, over standard input and output ----------------------------------------------------

/** From the coordinator. */
export type Request =
  | {
      readonly do: 'prepare';
      readonly task: Task;
      /** Paths of the safetensors file to read, and of the raw float32 file to write the result to. */
      readonly inputs: string;
      readonly result: string;
      /** Milliseconds to warm up, and milliseconds that a sample should last. */
      readonly warmup: number;
      readonly sample: number;
    }
  /** Once the result was found right: warm up. */
  | { readonly do: 'warm up' }
  | { readonly do: 'sample' };

/** To the coordinator; `hello` comes unasked, first. */
export type Reply =
  | { readonly hello: string }
  /** The result is in its file; it took so many seconds. */
  | { readonly ready: number }
  | { readonly cannot: string }
  | { readonly failed: string }
  /** How many runs make a sample. */
  | { readonly warm: number }
  /** Seconds for one run, the mean of the runs of the sample. */
  | { readonly seconds: number };
