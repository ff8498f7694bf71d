// The steps of the matrix product, in the order of docs/kernels.md.

import type { Step } from '../step.ts';
import { textbook } from './01-textbook.ts';
import { rowOrder } from './02-row-order.ts';
import { javascriptTile } from './03-javascript-tile.ts';
import { scalar } from './04-scalar.ts';
import { vectors } from './05-vectors.ts';
import { oneRow } from './06-one-row.ts';
import { tile } from './07-tile.ts';
import { panels } from './08-panels.ts';
import { blocks } from './09-blocks.ts';
import { engine } from './10-engine.ts';
import type { Matmul } from './matmul.ts';

export const matmulSteps: readonly Step<Matmul>[] = [
  textbook,
  rowOrder,
  javascriptTile,
  scalar,
  vectors,
  oneRow,
  tile,
  panels,
  blocks,
  engine,
];
