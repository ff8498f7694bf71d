// The best that arithmetic does here, to compare kernels with: sums in registers, each multiplied and added to in turn, no memory
// read. One chain of s ← s·c + d waits for its own result, so several run side by side; how many pay is up to the processor, and the
// fastest loop counts. Each set of kernels is compared with a loop made of what it is made of: scalars, vectors, fused vectors.

import { backend, type LimitLoop, multiplyAddLoops } from '../../index.ts';

/** The loops for the backend that is current. */
export function multiplyAddCeilings(): readonly LimitLoop[] {
  const { name } = backend();
  return name === 'js' ? scalarLoops : multiplyAddLoops({ fused: name === 'wasm-relaxed' });
}

const steps = 20_000;
const c = 0.999;
const d = 0.001;

const scalarLoops: readonly LimitLoop[] = [scalar(8, eightChains), scalar(12, twelveChains), scalar(14, fourteenChains)];

function scalar(chains: number, loop: (steps: number, c: number, d: number) => number): LimitLoop {
  // After n steps, s₀ became cⁿs₀ + d(1 − cⁿ)/(1 − c); the chains start at 0, 1, 2, …
  const power = c ** steps;
  const expected = (power * chains * (chains - 1)) / 2 + (chains * d * (1 - power)) / (1 - c);
  return { name: `scalar s·c + d, ${chains} chains`, amount: 2 * chains * steps, unit: 'FLOP', run: () => loop(steps, c, d), expected };
}

// biome-ignore format: chains are easier to count in rows than one to a line.
function eightChains(steps: number, c: number, d: number): number {
  let s0 = 0, s1 = 1, s2 = 2, s3 = 3, s4 = 4, s5 = 5, s6 = 6, s7 = 7;
  for (let i = 0; i < steps; i++) {
    s0 = s0 * c + d; s1 = s1 * c + d; s2 = s2 * c + d; s3 = s3 * c + d;
    s4 = s4 * c + d; s5 = s5 * c + d; s6 = s6 * c + d; s7 = s7 * c + d;
  }
  return s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7;
}

// biome-ignore format: chains are easier to count in rows than one to a line.
function twelveChains(steps: number, c: number, d: number): number {
  let s0 = 0, s1 = 1, s2 = 2, s3 = 3, s4 = 4, s5 = 5, s6 = 6, s7 = 7, s8 = 8, s9 = 9, s10 = 10, s11 = 11;
  for (let i = 0; i < steps; i++) {
    s0 = s0 * c + d; s1 = s1 * c + d; s2 = s2 * c + d; s3 = s3 * c + d; s4 = s4 * c + d; s5 = s5 * c + d;
    s6 = s6 * c + d; s7 = s7 * c + d; s8 = s8 * c + d; s9 = s9 * c + d; s10 = s10 * c + d; s11 = s11 * c + d;
  }
  return s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9 + s10 + s11;
}

// biome-ignore format: chains are easier to count in rows than one to a line.
function fourteenChains(steps: number, c: number, d: number): number {
  let s0 = 0, s1 = 1, s2 = 2, s3 = 3, s4 = 4, s5 = 5, s6 = 6, s7 = 7, s8 = 8, s9 = 9, s10 = 10, s11 = 11, s12 = 12, s13 = 13;
  for (let i = 0; i < steps; i++) {
    s0 = s0 * c + d; s1 = s1 * c + d; s2 = s2 * c + d; s3 = s3 * c + d; s4 = s4 * c + d; s5 = s5 * c + d; s6 = s6 * c + d;
    s7 = s7 * c + d; s8 = s8 * c + d; s9 = s9 * c + d; s10 = s10 * c + d; s11 = s11 * c + d; s12 = s12 * c + d; s13 = s13 * c + d;
  }
  return s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9 + s10 + s11 + s12 + s13;
}
