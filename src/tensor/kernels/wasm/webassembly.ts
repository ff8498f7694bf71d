// The few parts of the platform's WebAssembly object that are used, typed here so that the engine needs no DOM types. The
// declaration belongs to this module alone and cannot clash with the types of Node or a browser.

export interface WasmMemory {
  readonly buffer: ArrayBufferLike;
}

/** Functions by number. */
export interface WasmTable {
  set(place: number, value: WasmFunction): void;
}

/** An emitted function as JavaScript calls it: missing and surplus arguments are allowed, as for any function. */
export type WasmFunction = (...operands: (number | undefined)[]) => number;

export interface WebAssemblyApi {
  validate(bytes: Uint8Array<ArrayBuffer>): boolean;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (
    module: object,
    imports: { readonly host: { readonly memory: WasmMemory; readonly table?: WasmTable } },
  ) => { readonly exports: Readonly<Record<string, WasmFunction>> };
  readonly Memory: new (pages: { readonly initial: number; readonly maximum: number; readonly shared?: boolean }) => WasmMemory;
  readonly Table: new (options: { readonly element: 'anyfunc'; readonly initial: number }) => WasmTable;
}

declare const WebAssembly: WebAssemblyApi | undefined;

/** The platform's WebAssembly; undefined where there is none. */
export const webAssembly = (): WebAssemblyApi | undefined => (typeof WebAssembly === 'undefined' ? undefined : WebAssembly);

/** Whether a failure means `not here`: a policy against compiling what is valid, or no room for the memory. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Error && ['RangeError', 'EvalError', 'SecurityError', 'CompileError'].includes(error.name);
}
