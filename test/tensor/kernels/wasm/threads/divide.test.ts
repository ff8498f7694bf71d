// Every kernel that is divided, against the same kernel on one thread: the same bytes, on sizes around the units of the parts.

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Backend } from '../../../../../src/tensor/backend.ts';
import type { AdamStep, Kernels } from '../../../../../src/tensor/kernels/kernels.ts';
import { createWasmBackend, type WasmBackend } from '../../../../../src/tensor/kernels/wasm/backend.ts';
import { windowOf } from '../../../../../src/tensor/ops/window.ts';

function create(count: number): WasmBackend {
  const created = createWasmBackend({ memoryBytes: 2 ** 27, threads: count === 1 ? 1 : { count, always: true } });
  if (created === null) throw new Error('these tests need WebAssembly with SIMD');
  return created;
}

const alone = create(1);
const teams = [create(2), create(3)];
beforeAll(() => Promise.all(teams.map(({ ready }) => ready)));
afterAll(() => teams.forEach((team) => void team.close()));

/** Numbers that rounding cannot spare; those of each salt begin elsewhere. */
const wave = (length: number, salt: number): Float32Array => waves.slice(1000 * salt, 1000 * salt + length);
const waves = Float32Array.from({ length: 1_500_000 }, (_, i) => Math.sin(1.1 * i));

type Place = (numbers: Float32Array) => Float32Array;
/** Runs kernels on buffers it places, and returns what they wrote. */
type Task = (kernels: Kernels, place: Place) => Float32Array[];

function run(on: Backend, task: Task): Float32Array[] {
  const place: Place = (numbers) => {
    const buffer = on.scratch(numbers.length);
    buffer.set(numbers);
    return buffer;
  };
  let written: Float32Array[] = [];
  on.scope(() => {
    written = task(on.kernels, place).map((buffer) => buffer.slice());
  });
  return written;
}

function expectSameBytes(task: Task): void {
  const expected = run(alone, task).map((numbers) => new Int32Array(numbers.buffer));
  for (const team of teams) {
    const got = run(team, task).map((numbers) => new Int32Array(numbers.buffer));
    expect(got.every((bits, i) => bits.length === expected[i].length && bits.every((word, at) => word === expected[i][at]))).toBe(true);
  }
}

/** The same again and again until every team's workers have taken part: on a busy machine they may come late. */
function expectHelp(task: Task): void {
  const before = teams.map((team) => team.threads().helped);
  for (let attempt = 0; attempt < 1000; attempt++) {
    expectSameBytes(task);
    if (teams.every((team, i) => team.threads().helped > before[i])) return;
  }
  throw new Error('workers must take part sooner or later; got 1000 calls without them');
}

const product =
  (M: number, N: number, K: number, transposeA: boolean, transposeB: boolean, accumulate: boolean): Task =>
  (kernels, place) => {
    const out = place(wave(M * N, 0.9));
    kernels.gemm(out, place(wave(M * K, 1.1)), place(wave(K * N, 0.7)), M, N, K, { transposeA, transposeB, accumulate });
    return [out];
  };

describe('gemm', () => {
  const size = fc.integer({ min: 1, max: 400 });
  test('all transposes, any sizes', () => {
    const cases = fc.tuple(size, size, fc.integer({ min: 1, max: 300 }), fc.boolean(), fc.boolean(), fc.boolean());
    fc.assert(
      fc.property(cases, (sizes) => expectSameBytes(product(...sizes))),
      { numRuns: 40 },
    );
  });

  test('by columns and by rows, workers included', () => {
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        for (const accumulate of [false, true]) {
          expectHelp(product(70, 333, 270, transposeA, transposeB, accumulate));
          expectHelp(product(1001, 67, 70, transposeA, transposeB, accumulate));
        }
      }
    }
  });

  test('products that are computed another way on one thread: a row, few columns, many at once', () => {
    expectSameBytes(product(1, 2000, 700, false, false, true));
    expectSameBytes(product(3000, 7, 100, true, false, true));
    expectSameBytes((kernels, place) => {
      const out = place(wave(4 * 100 * 100, 0.9));
      const options = { transposeA: false, transposeB: false, accumulate: false, batch: 4 };
      kernels.gemm(out, place(wave(4 * 100 * 100, 1.1)), place(wave(4 * 100 * 100, 0.7)), 100, 100, 100, options);
      return [out];
    });
  });

  test('affine, with every activation', () => {
    for (const activation of ['none', 'relu', 'tanh', 'sigmoid'] as const) {
      expectHelp((kernels, place) => {
        const [M, N, K] = [33, 260, 300];
        const out = place(wave(M * N, 0.9));
        kernels.affine(out, place(wave(M * K, 1.1)), place(wave(K * N, 0.01)), place(wave(N, 3)), M, N, K, activation);
        return [out];
      });
    }
  });

  test('buffers that live outside', () => {
    const [M, N, K] = [70, 333, 100];
    expectHelp((kernels) => {
      const out = wave(M * N, 0.9);
      const options = { transposeA: false, transposeB: true, accumulate: true };
      kernels.gemm(out, wave(M * K, 1.1), wave(K * N, 0.7), M, N, K, options);
      return [out];
    });
  });
});

describe('convolution', () => {
  const task =
    (shape: readonly [number, number, number, number], kernel: number, stride: number, padding: number, O: number): Task =>
    (kernels, place) => {
      const window = windowOf('test', shape, [kernel, kernel], { stride: [stride, stride], padding: [padding, padding] });
      const { B, H, W, C, outH, outW } = window;
      const image = place(wave(B * H * W * C, 1.1));
      const w = place(wave(kernel * kernel * C * O, 0.7));
      const dOut = place(wave(B * outH * outW * O, 0.3));
      const out = place(wave(B * outH * outW * O, 0.1));
      const dx = place(wave(B * H * W * C, 0.2));
      const dw = place(wave(kernel * kernel * C * O, 0.4));
      kernels.conv2d(out, image, w, place(wave(O, 3)), window, O, 'relu');
      kernels.conv2dBackwardInput(dx, w, dOut, window, O);
      kernels.conv2dBackwardWeight(dw, image, dOut, window, O);
      return [out, dx, dw];
    };

  test('workers included', () => {
    expectHelp(task([7, 28, 28, 4], 8, 4, 0, 32));
    expectHelp(task([13, 9, 9, 32], 4, 2, 1, 64));
    expectHelp(task([2, 11, 11, 33], 3, 1, 1, 35));
  });

  test('any sizes', () => {
    const side = fc.integer({ min: 6, max: 14 });
    const sizes = fc.record({
      shape: fc.tuple(fc.integer({ min: 1, max: 12 }), side, side, fc.integer({ min: 1, max: 40 })),
      kernel: fc.integer({ min: 1, max: 5 }),
      stride: fc.integer({ min: 1, max: 3 }),
      padding: fc.integer({ min: 0, max: 2 }),
      O: fc.integer({ min: 1, max: 70 }),
    });
    fc.assert(
      fc.property(sizes, ({ shape, kernel, stride, padding, O }) => expectSameBytes(task(shape, kernel, stride, padding, O))),
      { numRuns: 40 },
    );
  });
});

describe('kernels of single elements', () => {
  const length = 300_001;
  const step: AdamStep = {
    learningRate: 0.01,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    correction1: 0.1,
    correction2: 0.001,
    l2: 0.01,
    shrink: 0.99,
  };
  const tasks: Readonly<Record<string, Task>> = {
    adam: (kernels, place) => {
      const [p, m, v] = [place(wave(length, 1)), place(wave(length, 2)), place(wave(length, 3).map(Math.abs))];
      kernels.adam(p, m, v, null, place(wave(length, 4)), step);
      return [p, m, v];
    },
    'adam with the largest average': (kernels, place) => {
      const [p, m, v, most] = [wave(length, 1), wave(length, 2), wave(length, 3).map(Math.abs), wave(length, 5).map(Math.abs)].map(place);
      kernels.adam(p, m, v, most, place(wave(length, 4)), step);
      return [p, m, v, most];
    },
    rmsProp: (kernels, place) => {
      const [p, v, mean] = [place(wave(length, 1)), place(wave(length, 2).map((x) => 2 + x)), place(wave(length, 3))];
      const options = { learningRate: 0.01, decay: 0.9, epsilon: 0.01, epsilonInside: true, momentum: 0.5 };
      kernels.rmsProp(p, v, mean, null, place(wave(length, 4)), options);
      return [p, v, mean];
    },
    sgd: (kernels, place) => {
      const [p, velocity] = [place(wave(length, 1)), place(wave(length, 2))];
      kernels.sgd(p, velocity, place(wave(length, 3)), { learningRate: 0.01, momentum: 0.9, nesterov: true, l2: 0.1 });
      return [p, velocity];
    },
    blend: (kernels, place) => {
      const target = place(wave(length, 1));
      kernels.blend(target, place(wave(length, 2)), 0.3);
      return [target];
    },
    scale: (kernels, place) => {
      const out = place(wave(length, 1));
      kernels.scale(out, place(wave(length, 2)), 1 / 255);
      return [out];
    },
    relu: (kernels, place) => {
      const out = place(wave(length, 1));
      kernels.relu(out, place(wave(length, 2)));
      return [out];
    },
    reluBackward: (kernels, place) => {
      const dx = place(wave(length, 1));
      kernels.reluBackward(dx, place(wave(length, 2)), place(wave(length, 3)));
      return [dx];
    },
  };

  test.each(Object.entries(tasks))('%s', (_, task) => expectHelp(task));
});
