// All emitted kernels, by family: to add a family, add it to the list. What is not emitted stays with the JavaScript set.

import type { EmitOptions } from './code.ts';
import { convFamily } from './conv.ts';
import { elementwiseFamily } from './elementwise.ts';
import { elementwiseBackwardFamily } from './elementwise-backward.ts';
import type { KernelFamily } from './family.ts';
import { gemmFamily } from './gemm.ts';
import { layerNormFamily } from './layer-norm.ts';
import { layoutFamily } from './layout.ts';
import { lossesFamily } from './losses.ts';
import { ModuleBuilder } from './module.ts';
import { picksFamily } from './picks.ts';
import { reduceFamily } from './reduce.ts';
import { softmaxFamily } from './softmax.ts';
import { emitTails } from './tails.ts';
import { updateFamily } from './update.ts';

export const kernelFamilies: readonly KernelFamily[] = [
  gemmFamily,
  convFamily,
  elementwiseFamily,
  elementwiseBackwardFamily,
  reduceFamily,
  layerNormFamily,
  softmaxFamily,
  lossesFamily,
  layoutFamily,
  picksFamily,
  updateFamily,
];

/** A family and the module that is to hold its kernels. */
export interface DeclaredFamily {
  readonly family: KernelFamily;
  readonly module: ModuleBuilder;
}

/** Every family in a module of its own, declared and not emitted; their workspaces lie one behind another. */
export function declareFamilies(options: EmitOptions): readonly DeclaredFamily[] {
  let workspaceEnd: number | undefined;
  return kernelFamilies.map((family) => {
    const module = new ModuleBuilder(options, workspaceEnd);
    family.emit(module, emitTails(module));
    workspaceEnd = module.workspaceEnd;
    return { family, module };
  });
}
