// The platform's WebAssembly, which these tests cannot do without.

import { type WebAssemblyApi, webAssembly } from '../../../../src/tensor/kernels/wasm/webassembly.ts';

const found = webAssembly();
if (found === undefined) throw new Error('these tests need WebAssembly');

export const platform: WebAssemblyApi = found;
