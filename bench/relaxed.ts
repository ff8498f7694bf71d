// Fused multiplication and addition: an engine before V8 11.4 has the instructions behind a flag, which later ones may not know.

import { spawnSync } from 'node:child_process';

const flag = '--experimental-wasm-relaxed-simd';

/** What to start Node with, so that `fastMath` finds the instructions. */
export const relaxedFlags = (): readonly string[] => (spawnSync(process.execPath, [flag, '--eval', '0']).status === 0 ? [flag] : []);
