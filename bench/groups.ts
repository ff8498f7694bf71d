// All groups, in the order in which they run.

import { act } from './act.bench.ts';
import type { Group } from './case.ts';
import { conv2d } from './conv2d.bench.ts';
import { elementwise } from './elementwise.bench.ts';
import { env } from './env.bench.ts';
import { gemm } from './gemm.bench.ts';
import { layout } from './layout.bench.ts';
import { optimizer } from './optimizer.bench.ts';
import { phases } from './phases.bench.ts';
import { replay } from './replay.bench.ts';
import { rows } from './rows.bench.ts';
import { train } from './train.bench.ts';
import { update } from './update.bench.ts';

export const groups: readonly Group[] = [update, act, train, phases, gemm, conv2d, elementwise, rows, layout, optimizer, replay, env];
