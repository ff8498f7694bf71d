// A module under construction: kernels, which JavaScript calls, the functions they share, and the workspace they may use. What is
// declared here is emitted by finish() and not before; functions that nothing calls are not emitted at all.

import type { Callable } from './assembler.ts';
import { Code, type EmitOptions, type Local } from './code.ts';
import { type EncodedFunction, encodeModule, type Parts, type Signature } from './encode.ts';
import type { ValueType } from './instructions.ts';
import { type SharedFunction, sharedFunctions } from './shared-functions.ts';

/**
 * What a kernel takes. A buffer arrives as the address of its first element; `in` is only read, `out` is written, or both.
 * An `in` may be null on the JavaScript side, and its address is then 0.
 */
export type ParameterKind = 'in' | 'out' | 'i32' | 'f32' | 'f64';

type Named<Kinds extends Readonly<Record<string, ParameterKind | ValueType>>> = {
  readonly [N in keyof Kinds]: Local<Kinds[N] extends ValueType ? Kinds[N] : 'i32'>;
};

/** A kernel as the JavaScript side has to call it: addresses of the buffers, length of the first, then the numbers. */
export interface KernelDeclaration {
  readonly name: string;
  /** For each buffer whether it is written. */
  readonly buffers: readonly ('in' | 'out')[];
}

export interface ModuleOptions extends EmitOptions {
  /** Where the workspace begins, if elsewhere than usual: threads that run at the same time need one each. */
  readonly workspace?: number | undefined;
  /** The size of the memory in pages where it is one that threads share; undefined where it is not. */
  readonly sharedPages?: number | undefined;
}

/** A function that finish() is to emit. */
interface Pending extends Omit<EncodedFunction, 'body'> {
  emit(): Parts;
}

const pageBytes = 65536;

/** Where no buffer is: 128 bytes of zeros, which every module may read and none writes. */
export const nowhere = 0;

/** From here to `workspaceEnd` lies the workspace, which all modules share. */
const workspaceStart = 128;
export const workspaceEnd: number = 10 * pageBytes;
export const workspaceBytes: number = workspaceEnd - workspaceStart;

export class ModuleBuilder {
  readonly kernels: readonly KernelDeclaration[];
  readonly #options: ModuleOptions;
  readonly #kernels: KernelDeclaration[] = [];
  /** The types of the functions of other modules. */
  readonly #called: Signature[] = [];
  /** In the order of their places in the module: what is exported as it is declared, the others as they are first called. */
  readonly #pending: Pending[] = [];
  #reservedEnd: number;
  readonly #workspaceEnd: number;

  constructor(options: ModuleOptions) {
    const { workspace = workspaceStart } = options;
    this.#options = options;
    this.#reservedEnd = workspace;
    this.#workspaceEnd = workspace + workspaceBytes;
    this.kernels = this.#kernels;
  }

  /**
   * Sets memory aside for kernels to work in, aligned to 64 bytes, and returns its address. Its contents last for one call: the
   * kernels of other modules use the same memory. Throws RangeError when the workspace is full.
   */
  reserve(bytes: number): number {
    const address = this.#reservedEnd;
    this.#reservedEnd = align(address + bytes);
    if (this.#reservedEnd > this.#workspaceEnd)
      throw new RangeError(`reserve: must fit up to ${this.#workspaceEnd}; got ${bytes} from ${address} on`);
    return address;
  }

  /** A function of another module, which must be in its place before it is called. To be declared before finish(). */
  elsewhere<Types extends Readonly<Record<string, ValueType>>>(
    name: SharedFunction,
    parameters: Types,
    result: ValueType | null = null,
  ): Callable {
    const signature = { parameters: Object.values(parameters), result };
    const type = this.#called.push(signature) - 1;
    return { name, signature, parameters: Object.keys(parameters), index: sharedFunctions.indexOf(name), type };
  }

  /** A function for other modules too, which find it by its name. */
  shared<Types extends Readonly<Record<string, ValueType>>>(
    name: SharedFunction,
    parameters: Types,
    body: (code: Code, parameters: Named<Types>) => void,
    result: ValueType | null = null,
  ): Callable {
    return this.#add(name, parameters, result, name, (code) => body(code, named(parameters, code.parameters)));
  }

  /** A function that kernels call. Its parameters are named, in order. */
  function<Types extends Readonly<Record<string, ValueType>>>(
    name: string,
    parameters: Types,
    body: (code: Code, parameters: Named<Types>) => void,
    result: ValueType | null = null,
  ): Callable {
    return this.#add(name, parameters, result, null, (code) => body(code, named(parameters, code.parameters)));
  }

  /**
   * A kernel, exported by its name. Its parameters are named, buffers first, as in the interface Kernels; `length` is the number
   * of elements of the first buffer.
   */
  kernel<Kinds extends Readonly<Record<string, ParameterKind>>>(
    name: string,
    parameters: Kinds,
    body: (code: Code, parameters: Named<Kinds> & { readonly length: Local<'i32'> }) => void,
    result: ValueType | null = null,
  ): void {
    const kinds = Object.entries(parameters);
    const buffers = kinds.flatMap(([, kind]) => (kind === 'in' || kind === 'out' ? [kind] : []));
    if (kinds.slice(0, buffers.length).some(([, kind]) => kind !== 'in' && kind !== 'out')) {
      throw new Error(`kernel ${name}: buffers must come before numbers; got ${Object.values(parameters).join(', ')}`);
    }
    const types = kinds.map(([parameter, kind]) => [parameter, kind === 'in' || kind === 'out' ? 'i32' : kind] as const);
    types.splice(buffers.length, 0, ['length', 'i32']);
    const all = Object.fromEntries(types);
    this.#kernels.push({ name, buffers });
    this.#add(name, all, result, name, (code) => {
      body(code, named(all, code.parameters) as Named<Kinds> & { length: Local<'i32'> }); // the same names, and length
    });
  }

  /** Emits everything. Throws TypeError where a body finds the wrong operands. */
  finish(): Uint8Array<ArrayBuffer> {
    const functions: EncodedFunction[] = [];
    for (const { signature, exportedAs, emit } of this.#pending) functions.push({ signature, exportedAs, body: emit() }); // grows meanwhile
    const { sharedPages } = this.#options;
    const shared = sharedPages === undefined ? {} : { shared: { maximumPages: sharedPages } };
    const table = this.#called.length > 0 ? { length: sharedFunctions.length, signatures: this.#called } : undefined;
    return encodeModule(functions, { minimumPages: Math.ceil(this.#reservedEnd / pageBytes), ...shared }, table);
  }

  #add(
    name: string,
    parameters: Readonly<Record<string, ValueType>>,
    result: ValueType | null,
    exportedAs: string | null,
    body: (code: Code) => void,
  ): Callable {
    const signature = { parameters: Object.values(parameters), result };
    const emit = (): Parts => {
      const code = new Code(name, signature, this.#options);
      body(code);
      return code.finish();
    };
    const pending = this.#pending;
    const place = (): number => pending.push({ signature, exportedAs, emit }) - 1;
    let index = exportedAs === null ? -1 : place();
    return {
      name,
      signature,
      parameters: Object.keys(parameters),
      get index() {
        if (index < 0) index = place();
        return index;
      },
    };
  }
}

function named<Types extends Readonly<Record<string, ValueType>>>(types: Types, locals: readonly Local[]): Named<Types> {
  return Object.fromEntries(Object.keys(types).map((name, i) => [name, locals[i]])) as Named<Types>; // made in this order
}

/** The next multiple of 64: a cache line, and more than any vector needs. */
export const align = (address: number): number => Math.ceil(address / 64) * 64;
