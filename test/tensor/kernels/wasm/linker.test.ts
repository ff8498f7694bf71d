import { expect, test } from 'vitest';
import { result } from '../../../../src/tensor/kernels/wasm/code.ts';
import { i32 } from '../../../../src/tensor/kernels/wasm/expressions.ts';
import { declareFamily } from '../../../../src/tensor/kernels/wasm/families.ts';
import type { KernelFamily } from '../../../../src/tensor/kernels/wasm/family.ts';
import { productFamily } from '../../../../src/tensor/kernels/wasm/gemm-blocks.ts';
import { narrowFamily } from '../../../../src/tensor/kernels/wasm/gemm-narrow.ts';
import { Linker } from '../../../../src/tensor/kernels/wasm/linker.ts';
import { workspaceEnd } from '../../../../src/tensor/kernels/wasm/module.ts';
import { platform } from './platform.ts';

/** n → 2n, for others. */
const twice: KernelFamily = {
  provides: [],
  emit: (m) => void m.exported('twice', { n: 'i32' }, (f, { n }) => f.give(i32.add(n, n)), 'i32'),
};

/** n → 2n + 1 where n is not 0, else 0, by a function that belongs to others. */
const mayCallIt: KernelFamily = {
  provides: [],
  mayCall: { twice },
  emit(m) {
    const found = m.imported('twice', { n: 'i32' }, 'i32');
    m.kernel(
      'odd',
      { n: 'i32' },
      (f, { n }) => {
        const sum = f.let(n);
        f.if(n, () => sum.set(i32.add(result('i32', found, n), 1)));
        f.give(sum);
      },
      'i32',
    );
  },
};

/** n → the same, by a kernel of another family. */
const needsIt: KernelFamily = {
  provides: [],
  needs: [mayCallIt],
  emit(m) {
    const odd = m.imported('odd', { length: 'i32', n: 'i32' }, 'i32');
    m.kernel('same', { n: 'i32' }, (f, { n }) => f.give(result('i32', odd, 0, n)), 'i32');
  },
};

/** A linker on a memory of its own, and what it did: the families that were instantiated, and those of which others were told. */
function linkOn(pages = 1) {
  const memory = new platform.Memory({ initial: pages, maximum: pages });
  const instantiated: KernelFamily[] = [];
  const changed: KernelFamily[] = [];
  const linker = new Linker(
    (family, called) => {
      instantiated.push(family);
      const builder = declareFamily(family, { relaxed: false });
      const { exports } = new platform.Instance(new platform.Module(builder.finish()), { host: { memory, ...called } });
      return { kernels: builder.kernels, exports, divided: exports };
    },
    (family) => void changed.push(family),
  );
  const call = (family: KernelFamily, name: string, ...operands: number[]): number => linker.find(family).divided[name](...operands);
  return { linker, memory, instantiated, changed, call };
}

test('what may be called is started when it is, and only then', () => {
  const { instantiated, changed, call } = linkOn();
  expect([call(mayCallIt, 'odd', 0, 0), call(mayCallIt, 'odd', 0, 0)]).toEqual([0, 0]);
  expect(instantiated).toEqual([mayCallIt]);
  expect(call(mayCallIt, 'odd', 0, 5)).toBe(11);
  expect(instantiated).toEqual([mayCallIt, twice, mayCallIt]); // the caller again, with the function itself
  expect(changed).toEqual([mayCallIt]);
  expect(call(mayCallIt, 'odd', 0, 6)).toBe(13);
  expect(instantiated).toHaveLength(3);
});

test('who calls a module that was instantiated anew is as well, and kernels kept from before go on', () => {
  const { linker, instantiated, changed, call } = linkOn();
  const kept = linker.find(needsIt).divided['same'];
  expect(instantiated).toEqual([mayCallIt, needsIt]);
  expect(kept(0, 4)).toBe(9);
  expect(instantiated).toEqual([mayCallIt, needsIt, twice, mayCallIt, needsIt]);
  expect(changed).toEqual([mayCallIt, needsIt]);
  expect([kept(0, 7), call(needsIt, 'same', 0, 7)]).toEqual([15, 15]);
  expect(instantiated).toHaveLength(5);
});

/** `product` of a[M,K] and b[K,N], all ones, at places behind the workspace. */
const operandsFor = (M: number, N: number, K: number): number[] => {
  const at = workspaceEnd;
  return [at, at + 65536, at + 131072, 0, M * N, 4 * N, 4 * K, 4, 4 * N, 0, 0, 0, M, N, K, 0, 1];
};

test('a product of whole panels without zeros is one module; more are started as sizes and numbers ask for them', () => {
  const { memory, instantiated, call } = linkOn(20);
  const floats = new Float32Array(memory.buffer).fill(1, (workspaceEnd + 65536) / 4);
  const multiply = (M: number, N: number, K: number): number => {
    call(productFamily, 'product', ...operandsFor(M, N, K));
    return floats[workspaceEnd / 4 + M * N - 1];
  };
  const count = (): number => new Set(instantiated).size;
  expect([multiply(64, 64, 64), count()]).toEqual([64, 1]);
  expect([multiply(64, 68, 64), count()]).toEqual([64, 2]); // a panel of 4 columns
  expect([multiply(64, 67, 64), count()]).toEqual([64, 3]); // columns to be copied
  floats.fill(0, (workspaceEnd + 65536) / 4, (workspaceEnd + 131072) / 4);
  expect([multiply(64, 64, 64), count()]).toEqual([0, 4]); // zeros to be left out
  call(narrowFamily, 'narrowProduct', ...operandsFor(64, 2, 64));
  expect(count()).toBe(5);
});
