// One generator of cases for every op, by the op's name: small random shapes and values, away from the points where a derivative
// jumps. An op that joins ops/all.ts is tested as soon as it has a line in one of these families, and until then a test fails.

import { elementwiseCases } from './op-cases/elementwise.ts';
import { imageCases } from './op-cases/images.ts';
import { layoutCases } from './op-cases/layout.ts';
import { lossCases } from './op-cases/losses.ts';
import type { OpCases } from './op-cases/op-case.ts';
import { productCases } from './op-cases/products.ts';
import { rowCases } from './op-cases/rows.ts';

export const opCases: OpCases = {
  ...elementwiseCases,
  ...productCases,
  ...imageCases,
  ...layoutCases,
  ...rowCases,
  ...lossCases,
};
