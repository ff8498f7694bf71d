// Every emitted kernel against the JavaScript one of its name. A kernel that is emitted and has no case here, nor a test file of its
// own, fails.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Backend } from '../../../../src/tensor/backend.ts';
import { jsKernels } from '../../../../src/tensor/kernels/js/index.ts';
import type { Kernels } from '../../../../src/tensor/kernels/kernels.ts';
import { createWasmBackend } from '../../../../src/tensor/kernels/wasm/backend.ts';
import { expectClose, largestMagnitude } from '../../../support/tolerance.ts';
import type { Buffer, KernelCall } from './kernel-call.ts';
import { kernelCases } from './kernel-cases.ts';
import { type Place, Places } from './places.ts';

const created = createWasmBackend({ memoryBytes: 2 ** 25, stagingBytes: 2 ** 20 });
if (created === null) throw new Error('these tests need WebAssembly with SIMD');
const wasm: Backend = created;
const places = new Places(wasm);

type KernelName = keyof Kernels;
const emitted = (Object.keys(jsKernels) as KernelName[]).filter((name) => wasm.kernels[name] !== jsKernels[name]);
/** Products and images, whose sizes have blockings of their own: gemm.test.ts and conv.test.ts, pool.test.ts. */
const testedElsewhere: readonly KernelName[] = [
  'gemm',
  'affine',
  'conv2d',
  'conv2dBackwardInput',
  'conv2dBackwardWeight',
  'maxPool',
  'maxPoolBackward',
  'averagePool',
  'averagePoolBackward',
];

interface Outcome {
  readonly buffers: readonly Buffer[];
  readonly result: unknown;
}

/** Calls a kernel with copies of the buffers, each at its place. */
function run(kernels: Kernels, name: KernelName, { buffers, rest }: KernelCall, placing: readonly Place[]): Outcome {
  const placed = buffers.map((buffer, i) =>
    buffer instanceof Float32Array ? placing[i % placing.length](buffer) : (buffer?.slice() ?? null),
  );
  const kernel = kernels[name] as (...given: unknown[]) => unknown; // the case was written for the signature
  const result = kernel(...placed, ...rest);
  return { buffers: placed.map((buffer) => buffer?.slice() ?? null), result };
}

function expectAlike(name: string, actual: Outcome, expected: Outcome, call: KernelCall, roundings: number): void {
  const values = [...call.buffers, ...expected.buffers].flatMap((buffer) => (buffer ? [...buffer].filter(Number.isFinite) : []));
  const { terms = 1 } = call;
  const tolerance = (roundings + terms) * 2 ** -24 * terms * Math.max(1, largestMagnitude(values)) ** 2;
  expected.buffers.forEach((buffer, i) => {
    const got = actual.buffers[i];
    if (buffer !== null && got !== null) expectClose(`${name}, buffer ${i}`, got, buffer, tolerance);
  });
  if (typeof expected.result === 'number') expectClose(name, [Number(actual.result)], [expected.result], tolerance);
}

test('every emitted kernel has a case', () => {
  expect(emitted.filter((name) => !(name in kernelCases || testedElsewhere.includes(name)))).toEqual([]);
});

const somePlaces = fc.array(fc.constantFrom(...places.all), { minLength: 6, maxLength: 6 });

describe.each(emitted.filter((name) => name in kernelCases))('%s', (name) => {
  const { call, roundings } = kernelCases[name] ?? expect.fail();

  test('is the JavaScript kernel within rounding, wherever buffers live, and writes nothing beside them', () => {
    fc.assert(
      fc.property(call, somePlaces, (given, placing) => {
        const expected = run(jsKernels, name, given, [places.onHeap]);
        const actual = run(wasm.kernels, name, given, placing);
        expectAlike(name, actual, expected, given, roundings);
        places.expectGuardsToHold();
        expect(run(wasm.kernels, name, given, [places.inMemory])).toEqual(actual); // the same bits wherever they live
      }),
      { numRuns: 150 },
    );
  });

  test('NaN and ∞ go where they go in JavaScript', () => {
    const special = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0);
    fc.assert(
      fc.property(call, fc.array(fc.tuple(fc.nat(), fc.nat(), special), { minLength: 1, maxLength: 4 }), (given, changes) => {
        const buffers = given.buffers.map((buffer) => buffer?.slice() ?? null);
        for (const [which, at, value] of changes) {
          const buffer = buffers[which % buffers.length];
          if (given.places?.includes(which % buffers.length)) continue;
          if (buffer instanceof Float32Array && buffer.length > 0) buffer[at % buffer.length] = value;
        }
        const changed = { ...given, buffers };
        const expected = run(jsKernels, name, changed, [places.onHeap]);
        expectAlike(name, run(wasm.kernels, name, changed, [places.inMemory]), expected, changed, roundings);
      }),
      { numRuns: 150 },
    );
  });
});
