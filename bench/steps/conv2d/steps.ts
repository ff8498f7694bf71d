// The steps of the convolution, in the order of docs/kernels.md.

import type { Step } from '../step.ts';
import { sevenLoops } from './01-seven-loops.ts';
import { clipped } from './02-clipped.ts';
import { javascriptSet } from './03-javascript-set.ts';
import { im2col } from './04-im2col.ts';
import { offsets } from './05-offsets.ts';
import { engine } from './06-engine.ts';
import type { Convolve } from './convolve.ts';

export const convolveSteps: readonly Step<Convolve>[] = [sevenLoops, clipped, javascriptSet, im2col, offsets, engine];
