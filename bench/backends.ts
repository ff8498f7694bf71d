// The kernel sets to measure, by the name that `--backend` takes. A new set is one line here: each runs in processes of its
// own, is checked against the same references, and stands beside the others in the tables.

import { type Backend, createJsBackend, createWasmBackend } from '../src/index.ts';

/** Name → backend, or null where this machine cannot run it. */
export const backends: ReadonlyMap<string, () => Backend | null> = new Map<string, () => Backend | null>([
  ['wasm', () => createWasmBackend()],
  ['wasm-2-threads', () => createWasmBackend({ threads: 2 })],
  ['wasm-relaxed', createRelaxedBackend],
  ['js', () => createJsBackend()],
]);

/** With fused multiplication and addition; null where the engine has none. */
function createRelaxedBackend(): Backend | null {
  const created = createWasmBackend({ fastMath: true });
  return created?.name === 'wasm-relaxed' ? created : null;
}
