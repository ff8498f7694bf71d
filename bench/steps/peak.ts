// The speed limit of a step: the loop of src/tensor/kernels/wasm/limits.ts that only multiplies and adds, in twelve chains.

import { multiplyAddLoops } from '../../src/index.ts';
import { type Case, checkClose } from '../case.ts';

export function createPeak(): Case {
  const loop = multiplyAddLoops().find(({ name }) => name.includes('12 chains'));
  if (loop === undefined) throw new Error('the peak loop: needs WebAssembly with SIMD; got a platform without');
  const { amount, run, expected } = loop;
  return {
    name: 'peak loop',
    work: { amount, unit: 'FLOP' },
    ceiling: 'peak loop',
    check: () => checkClose('peak loop', [run()], [expected], 1e-3 * expected),
    run,
  };
}
