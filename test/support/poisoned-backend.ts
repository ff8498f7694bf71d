// A backend whose scratch turns to NaN as its scope closes, of the kind that is the default: what reads it later shows at once.

import { type Backend, createJsBackend } from '../../src/tensor/backend.ts';
import { backend } from '../../src/tensor/current-backend.ts';
import { createWasmBackend } from '../../src/tensor/kernels/wasm/backend.ts';

/** A new one. Throws Error when there is none of this kind. */
export function createPoisonedBackend(): Backend {
  const { name } = backend();
  const poisoned = name === 'js' ? createJsBackend({ poison: true }) : createWasmBackend({ poison: true });
  if (poisoned?.name !== name) throw new Error(`createPoisonedBackend: backend must be js or wasm; got ${name}`);
  return poisoned;
}
