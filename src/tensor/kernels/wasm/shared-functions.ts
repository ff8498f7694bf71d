// Functions of one module that others call. They lie in a table, as WebAssembly has it, one for each memory; a module finds them
// there by their places when it calls them, so it can be started before them. To import them as functions would need them then and
// there, and a JavaScript function in the place of one that is not emitted yet takes half a millisecond to connect.

import type { WasmFunction, WasmTable, WebAssemblyApi } from './webassembly.ts';

/** Their names, in the order of their places. */
export const sharedFunctions = [
  'packRows',
  'packTailRows',
  'packColumns',
  'packTailColumns',
  'packSlab',
  'restOfPanels',
  'allFinite',
  'sparsePanels',
  'product',
] as const;

export type SharedFunction = (typeof sharedFunctions)[number];

/** A table with nothing in it. */
export const createTable = (api: WebAssemblyApi): WasmTable => new api.Table({ element: 'anyfunc', initial: sharedFunctions.length });

/** Puts those of a module's functions in their places that others may call. */
export function share(table: WasmTable, exports: Readonly<Record<string, WasmFunction>>): void {
  sharedFunctions.forEach((name, place) => {
    if (name in exports) table.set(place, exports[name]);
  });
}
