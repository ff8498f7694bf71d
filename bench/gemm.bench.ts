// The matrix product at cubes from cache-resident to large, and at the sizes a DQN update asks for: forward, and the two
// transposed products of the backward pass.

import { backend, type GemmOptions } from '../src/index.ts';
import { boundByArithmetic } from './bounds.ts';
import { type Case, checkClose, type Group } from './case.ts';
import { fillWithIntegers, overMatrixProducts } from './reference.ts';

export const gemm: Group = {
  name: 'gemm',
  description: 'matrix products a[M,K] · b[K,N]; % is of the best loop of multiplications and additions',
  createCases: () =>
    boundByArithmetic([
      ...[8, 16, 32, 64, 128, 256, 512].map((side) => product('cube', side, side, side)),
      ...layer(64, 4, 64),
      ...layer(64, 64, 64),
      ...layer(64, 64, 2),
      ...layer(128, 120, 84),
      ...layer(32, 3136, 512),
      product('act', 1, 64, 64),
      product('act', 1, 512, 3136),
    ]),
};

const plain: GemmOptions = { transposeA: false, transposeB: false, accumulate: false };

/** What a layer of inputs[K] → outputs[N] costs for a batch of B. */
const layer = (B: number, K: number, N: number): Case[] => [
  product('forward', B, N, K),
  product('dx', B, K, N, { ...plain, transposeB: true }), // d[B,N] · wᵀ
  product('dw', K, N, B, { ...plain, transposeA: true }), // xᵀ · d[B,N]
];

function product(role: string, M: number, N: number, K: number, options: GemmOptions = plain): Case {
  const { alloc, kernels } = backend();
  const a = fillWithIntegers(alloc(M * K), 1);
  const b = fillWithIntegers(alloc(K * N), 2);
  const out = alloc(M * N);
  const run = (): number => {
    kernels.gemm(out, a, b, M, N, K, options);
    return out[out.length - 1];
  };
  const name = `${role} ${M}×${K} · ${K}×${N}`;
  return {
    name,
    work: { amount: 2 * M * N * K, unit: 'FLOP', other: 4 * (M * K + K * N + M * N) },
    check() {
      const wanted = new Float64Array(M * N);
      const inA = (at: number): number => (options.transposeA ? (at % K) * M + Math.floor(at / K) : at);
      const inB = (at: number): number => (options.transposeB ? (at % N) * K + Math.floor(at / N) : at);
      overMatrixProducts(M, N, K, (aAt, bAt, outAt) => {
        wanted[outAt] += a[inA(aAt)] * b[inB(bAt)];
      });
      run();
      checkClose(name, out, wanted, 0);
    },
    run,
  };
}
