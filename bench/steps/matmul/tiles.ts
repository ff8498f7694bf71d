// Tiles that were tried beside the one that is used: `npm run bench:steps -- tiles`. None of them is a step; docs/kernels.md says
// why each falls behind. K must be a multiple of 4, N of 48.

import { multiplyAddLoops } from '../../../src/index.ts';
import type { Step } from '../step.ts';
import { inPlace } from './in-place.ts';
import type { Matmul } from './matmul.ts';

const sizes = [
  [1, 1],
  [1, 4],
  [4, 1],
  [2, 2],
  [4, 2],
  [2, 3],
  [3, 3],
  [2, 4],
  [3, 4],
  [4, 4],
] as const;

export const tiles: readonly Step<Matmul>[] = [
  ...sizes.map(([rows, vectors]) => inPlace(`${rows}×${4 * vectors}`, { rows, vectors })),
  inPlace('2×16, two k at a time', { rows: 2, vectors: 4, unroll: 2 }),
  inPlace('2×16, four k at a time', { rows: 2, vectors: 4, unroll: 4 }),
  ...(multiplyAddLoops({ fused: true }).length > 0
    ? [inPlace('2×16, fused instructions', { rows: 2, vectors: 4 }, { relaxed: true })]
    : []),
];
