// All emitted kernels, by family: to add a family, add it to the list. What is not emitted stays with the JavaScript set.

import type { EmitOptions } from './code.ts';
import { convFamily } from './conv.ts';
import type { KernelFamily } from './family.ts';
import { gemmFamily } from './gemm.ts';
import { type EmittedModule, ModuleBuilder } from './module.ts';
import { emitTails } from './tails.ts';

export const kernelFamilies: readonly KernelFamily[] = [gemmFamily, convFamily];

/** The module with every family in it. */
export function emitKernels(options: EmitOptions): EmittedModule {
  const m = new ModuleBuilder(options);
  const tails = emitTails(m);
  for (const family of kernelFamilies) family.emit(m, tails);
  return m.finish();
}
