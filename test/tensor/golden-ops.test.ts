// Values and gradients of ops against reference data computed in float64. The pass rule is goldenTolerance().

import { describe, expect, test } from 'vitest';
import { Tape } from '../../src/tensor/autograd.ts';
import { mul } from '../../src/tensor/ops/arithmetic.ts';
import { transpose } from '../../src/tensor/ops/layout.ts';
import { sum } from '../../src/tensor/ops/reduce.ts';
import { argmax } from '../../src/tensor/ops/rows.ts';
import { parameter, type Tensor, tensor } from '../../src/tensor/tensor.ts';
import { readGoldenArrays, readGoldenJson } from '../support/golden.ts';
import { expectClose, goldenTolerance } from '../support/tolerance.ts';
import type { CaseParams } from './golden-ops/formula.ts';
import { formulas } from './golden-ops/formulas.ts';

interface GoldenCase {
  readonly case: string;
  readonly op: string;
  readonly params: CaseParams;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly grads: readonly string[];
  /** By output or gradient: the largest absolute error of a float32 implementation, and the largest value. */
  readonly float32_reference_error: Readonly<Record<string, readonly [number, number]>>;
}

const { cases } = readGoldenJson<{ cases: GoldenCase[] }>('numerics/ops.json');
const arrays = readGoldenArrays('numerics/ops.safetensors');

function stored(name: string): { shape: readonly number[]; data: ArrayLike<number> } {
  const found = arrays.get(name);
  if (found === undefined) throw new Error(`reference data: ${name} must exist`);
  return found;
}

test('every op of the reference data has a formula, and every formula an op', () => {
  expect(cases).toHaveLength(93);
  expect(Object.keys(formulas).sort()).toEqual([...new Set(cases.map(({ op }) => op))].sort());
});

describe('values and gradients', () => {
  for (const record of cases) {
    test(record.case, () => {
      const inputs: Record<string, Tensor> = {};
      const indices: Record<string, Int32Array> = {};
      for (const name of record.inputs) {
        const { data, shape } = stored(`${record.case}/in.${name}`);
        if (data instanceof Int32Array) indices[name] = data;
        else inputs[name] = record.grads.includes(`grad.${name}`) ? parameter(data, shape) : tensor(data, shape);
      }
      const upstream = stored(`${record.case}/gout`);

      const tape = new Tape();
      const { out, loss } = tape.record(() => {
        const out = formulas[record.op]({ inputs, indices, params: record.params, shape: upstream.shape });
        return { out, loss: sum(mul(out, tensor(upstream.data, upstream.shape))) };
      });
      const gradients = tape.gradients(loss);

      const compare = (what: string, actual: ArrayLike<number>): void => {
        const reference = stored(`${record.case}/${what}`).data;
        expectClose(`${record.case} ${what}`, actual, reference, goldenTolerance(record.float32_reference_error[what][0], reference));
      };
      expect(out.shape).toEqual(stored(`${record.case}/out`).shape);
      compare('out', out.data);
      for (const what of record.grads) compare(what, gradients.get(inputs[what.slice('grad.'.length)]) ?? []);
    });
  }
});

test('argmax finds the places where max_axis found its values', () => {
  const withPlaces = cases.filter(({ outputs }) => outputs.includes('argmax'));
  expect(withPlaces).toHaveLength(2);
  for (const { case: name, params } of withPlaces) {
    const { data, shape } = stored(`${name}/in.x`);
    const axes = shape.map((_, axis) => axis).filter((axis) => axis !== params.axis);
    const axisLast = transpose(tensor(data, shape), [...axes, params.axis ?? 0]);
    expect([...argmax(axisLast)]).toEqual(Array.from(stored(`${name}/argmax`).data));
  }
});
