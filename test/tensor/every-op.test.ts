// What holds for each op of the table, whatever it computes. The cases are those of the gradient check.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Tape } from '../../src/tensor/autograd.ts';
import { createJsBackend } from '../../src/tensor/backend.ts';
import { backend } from '../../src/tensor/current-backend.ts';
import { allOps } from '../../src/tensor/ops/all.ts';
import { add, mul } from '../../src/tensor/ops/arithmetic.ts';
import { sum } from '../../src/tensor/ops/reduce.ts';
import { Parameter, type Tensor, tensor } from '../../src/tensor/tensor.ts';
import type { Values } from '../support/arbitraries.ts';
import { inDoublePrecision, withBackend } from '../support/double-precision-backend.ts';
import { createPoisonedBackend } from '../support/poisoned-backend.ts';
import { createStrictBackend } from '../support/strict-backend.ts';
import { expectClose, largestMagnitude } from '../support/tolerance.ts';
import type { OpCase } from './op-cases/op-case.ts';
import { opCases } from './op-cases.ts';

/** The output of a case and the gradient of Σ(output · weights) in each input that learns, as plain numbers. */
interface Outcome {
  readonly output: number[];
  readonly shape: readonly number[];
  readonly gradients: (number[] | undefined)[];
}

interface Circumstances {
  /** Which inputs are parameters; all by default. */
  readonly learns?: (input: number) => boolean;
  /** How often the op is applied to the same inputs, the results being added. */
  readonly times?: number;
}

function outcomeOf({ inputs, run }: OpCase, { learns = () => true, times = 1 }: Circumstances = {}): Outcome {
  const tensors = inputs.map((values, i) => fill(values, learns(i)));
  const tape = new Tape();
  const { output, loss } = tape.record(() => {
    let output = run(tensors);
    for (let i = 1; i < times; i++) output = add(output, run(tensors));
    const weights = tensor(Array.from(output.data, (_, i) => ((i * 37) % 11) / 5 - 0.9));
    return { output, loss: sum(mul(output, tensor(weights.data, output.shape))) };
  });
  const gradients = tape.gradients(loss);
  return {
    output: [...output.data],
    shape: output.shape,
    gradients: tensors.map((x) => {
      const gradient = gradients.get(x);
      return gradient && [...gradient];
    }),
  };
}

function fill({ numbers, shape }: Values, learns: boolean): Tensor {
  const { data } = tensor(numbers, shape);
  return learns ? new Parameter(data, shape) : tensor(data, shape);
}

/** Runs one property on the cases of every op. */
function forEveryOp(property: (opCase: OpCase) => void): void {
  for (const { name } of allOps) {
    test(name, () => {
      fc.assert(fc.property(opCases[name], property), { numRuns: 40 });
    });
  }
}

describe('32 and 64 bits agree to about single precision', () => {
  forEveryOp((opCase) => {
    const single = outcomeOf(opCase);
    const double = inDoublePrecision(() => outcomeOf(opCase));
    expect(single.shape).toEqual(double.shape);
    expectClose('output', single.output, double.output, 3e-6 * (1 + largestMagnitude(double.output)));
    for (const [i, gradient] of double.gradients.entries()) {
      expectClose(`gradient ${i}`, single.gradients[i] ?? [], gradient ?? [], 3e-5 * (1 + largestMagnitude(gradient ?? [])));
    }
  });
});

describe('the same numbers come out in a scope, whatever its buffers held before', () => {
  const poisoned = createPoisonedBackend();
  forEveryOp((opCase) => {
    const outside = outcomeOf(opCase);
    withBackend(poisoned, () => {
      for (let round = 0; round < 2; round++) {
        const inside: Outcome[] = [];
        backend().scope(() => void inside.push(outcomeOf(opCase)));
        expect(inside[0]).toEqual(outside);
      }
    });
  });
});

describe('kernels stay inside their buffers', () => {
  forEveryOp((opCase) => {
    expect(withBackend(createStrictBackend(), () => outcomeOf(opCase))).toEqual(withBackend(createJsBackend(), () => outcomeOf(opCase)));
  });

  test('the buffers notice', () => {
    const buffer = createStrictBackend().alloc(2).fill(0);
    for (const index of [2, -1, 0.5, Number.NaN]) {
      expect(() => buffer[index]).toThrow(RangeError);
      expect(() => Object.assign(buffer, { [index]: 1 })).toThrow(RangeError);
    }
    buffer[1] = 3;
    expect([...buffer.fill(2, 0, 1)]).toEqual([2, 3]);
  });
});

describe('inputs are only read', () => {
  forEveryOp(({ inputs, run }) => {
    const tensors = inputs.map((values) => fill(values, true));
    const before = tensors.map(({ data }) => [...data]);
    const tape = new Tape();
    const loss = tape.record(() => sum(run(tensors)));
    tape.gradients(loss);
    expect(tensors.map(({ data }) => [...data])).toEqual(before);
  });
});

describe('each input’s gradient is the same when it alone learns', () => {
  forEveryOp((opCase) => {
    const all = outcomeOf(opCase).gradients;
    for (const which of all.keys()) {
      const alone = outcomeOf(opCase, { learns: (input) => input === which }).gradients;
      expect(alone).toEqual(all.map((gradient, i) => (i === which ? gradient : undefined)));
    }
  });
});

describe('backward adds: an op applied twice to the same inputs gives twice the gradient', () => {
  forEveryOp((opCase) => {
    const once = outcomeOf(opCase);
    const twice = outcomeOf(opCase, { times: 2 });
    for (const [i, gradient] of twice.gradients.entries()) {
      const expected = (once.gradients[i] ?? []).map((x) => 2 * x);
      expectClose(`gradient ${i}`, gradient ?? [], expected, 1e-5 * (1 + largestMagnitude(expected)));
    }
  });
});
