// Step 6. Four vectors of sums instead of one: additions that do not wait for each other, and a broadcast shared by four.

import type { Step } from '../step.ts';
import { inPlace } from './in-place.ts';
import type { Matmul } from './matmul.ts';

export const oneRow: Step<Matmul> = inPlace('1×16 tile', { rows: 1, vectors: 4 });
