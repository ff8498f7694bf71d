// What the cases of a group are compared with: loops that do nothing but multiply and add, for products, and loops that do nothing but
// read and write, for what touches every number once. The fastest loop of a name is 100 %.

import { multiplyAddCeilings } from '../src/cli/bench/ceilings.ts';
import { backend, type LimitLoop, streamLoop } from '../src/index.ts';
import { type Case, checkClose } from './case.ts';

/** The names of the bounds. */
export const multiplyAdd = 'multiply and add';
export const boundByMemoryName = (floats: number): string => `stream ${floats.toLocaleString('en-US')}`;

/** The loops for the current backend, and the cases that they bound. */
export const boundByArithmetic = (cases: readonly Case[]): Case[] => [
  ...multiplyAddCeilings().map((loop) => ceilingOf(loop, multiplyAdd)),
  ...cases.map((one) => ({ ...one, bound: multiplyAdd })),
];

/**
 * A loop over arrays of so many floats, and the cases that work on arrays of that length: numbers come from a cache or from memory by
 * how many there are. `emitted` is the loop for the emitted kernels, one that writes where it does not read unless told otherwise.
 */
export function boundByMemory(floats: number, cases: readonly Case[], emitted: typeof streamLoop = streamLoop): Case[] {
  const name = boundByMemoryName(floats);
  const loop = backend().name === 'js' ? scalarStream(floats) : emitted(floats);
  if (loop === null) return [...cases];
  const bounded = cases.map((one) => ({ ...one, bound: name }));
  return [{ ...ceilingOf(loop, name), name: `${loop.name}, ${floats.toLocaleString('en-US')} floats` }, ...bounded];
}

function ceilingOf({ name, amount, unit, run, expected }: LimitLoop, ceiling: string): Case {
  const check = (): void => checkClose(name, [run()], [expected], 1e-3 * Math.abs(expected));
  return { name, work: { amount, unit }, ceiling, check, run };
}

/** The same in JavaScript, for the plain kernels. */
function scalarStream(floats: number): LimitLoop {
  const [out, x, y] = [0, 2, 3].map((value) => new Float32Array(floats).fill(value));
  const run = (): number => {
    for (let i = 0; i < floats; i++) out[i] = x[i] * 0.999 + y[i];
    return out[floats - 1];
  };
  return { name: 'out ← x·c + y', amount: 12 * floats, unit: 'B', run, expected: 2 * 0.999 + 3 };
}
