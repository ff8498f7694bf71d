// All emitted kernels, by family: to add a family, add it to the list. What no family provides would stay with the JavaScript set.

import { bytesFamily } from './bytes.ts';
import { convFamily } from './conv.ts';
import { activationsFamily, arithmeticFamily, elementwiseFamily } from './elementwise.ts';
import { elementwiseBackwardFamily } from './elementwise-backward.ts';
import type { KernelFamily } from './family.ts';
import { geluFamily } from './gelu.ts';
import { gemmFamily } from './gemm.ts';
import { productFamily } from './gemm-blocks.ts';
import { narrowFamily } from './gemm-narrow.ts';
import { restFamily } from './gemm-panel.ts';
import { slabFamily } from './gemm-slab.ts';
import { sparseFamily } from './gemm-sparse.ts';
import { gemvFamily } from './gemv.ts';
import { largestFamily } from './largest.ts';
import { layerNormFamily } from './layer-norm.ts';
import { layoutFamily } from './layout.ts';
import { lossesFamily } from './losses.ts';
import { ModuleBuilder, type ModuleOptions } from './module.ts';
import { picksFamily } from './picks.ts';
import { poolFamily } from './pool.ts';
import { reduceFamily } from './reduce.ts';
import { softmaxFamily } from './softmax.ts';
import { emitTails } from './tails.ts';
import { updateFamily } from './update.ts';

export const kernelFamilies: readonly KernelFamily[] = [
  gemmFamily,
  slabFamily,
  sparseFamily,
  restFamily,
  productFamily,
  narrowFamily,
  gemvFamily,
  convFamily,
  poolFamily,
  arithmeticFamily,
  elementwiseFamily,
  activationsFamily,
  elementwiseBackwardFamily,
  geluFamily,
  reduceFamily,
  largestFamily,
  layerNormFamily,
  softmaxFamily,
  lossesFamily,
  layoutFamily,
  picksFamily,
  bytesFamily,
  updateFamily,
];

/** The module of a family's kernels, not yet emitted. */
export function declareFamily(family: KernelFamily, options: ModuleOptions): ModuleBuilder {
  const module = new ModuleBuilder(options);
  family.emit?.(module, emitTails(module));
  return module;
}
