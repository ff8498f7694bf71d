// The JavaScript kernel set: plain loops that define what every kernel means.

import type { Kernels } from '../kernels.ts';
import * as conv from './conv.ts';
import * as elementwise from './elementwise.ts';
import * as gemm from './gemm.ts';
import * as layout from './layout.ts';
import * as losses from './losses.ts';
import * as pool from './pool.ts';
import * as reduce from './reduce.ts';
import * as rows from './rows.ts';
import * as update from './update.ts';

export const jsKernels: Kernels = {
  ...gemm,
  ...conv,
  ...pool,
  ...elementwise,
  ...layout,
  ...reduce,
  ...rows,
  ...losses,
  ...update,
};
