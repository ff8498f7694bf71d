// Step 7. Two rows: every vector of b that is loaded meets two rows of a. With 8 sums, 4 vectors of b and a broadcast, 13 of the
// 16 registers are taken.

import type { Step } from '../step.ts';
import { inPlace } from './in-place.ts';
import type { Matmul } from './matmul.ts';

export const tile: Step<Matmul> = inPlace('2×16 tile', { rows: 2, vectors: 4 });
