// Modules that call each other's functions, each emitted when it is first needed. What a module may call but has not called yet is
// for the time being a JavaScript function, which starts the module it belongs to. As that costs more than the call of one module
// by another, the caller is then instantiated anew, with the function itself; so modules must keep nothing but in linear memory.

import type { KernelFamily } from './family.ts';
import type { KernelDeclaration } from './module.ts';
import type { WasmFunction } from './webassembly.ts';

export type Functions = Readonly<Record<string, WasmFunction>>;

/** A family's kernels as they were emitted, instantiated. */
export interface EmittedFamily {
  readonly kernels: readonly KernelDeclaration[];
  /** The functions of the module, which other modules call. */
  readonly exports: Functions;
  /** The same as JavaScript calls them: some divide their work among threads. */
  readonly divided: Functions;
}

/** Instantiates a family's module with the functions it calls. It is emitted and compiled the first time. */
export type Instantiate = (family: KernelFamily, called: Functions) => EmittedFamily;

interface Linked {
  readonly family: KernelFamily;
  readonly called: Record<string, WasmFunction>;
  readonly callers: Set<Linked>;
  emitted: EmittedFamily;
}

export class Linker {
  readonly #instantiate: Instantiate;
  readonly #changed: (family: KernelFamily, emitted: EmittedFamily) => void;
  readonly #linked = new Map<KernelFamily, Linked>();

  /** `changed` hears of families that were instantiated anew. */
  constructor(instantiate: Instantiate, changed: (family: KernelFamily, emitted: EmittedFamily) => void) {
    this.#instantiate = instantiate;
    this.#changed = changed;
  }

  /** The kernels of a family. */
  find(family: KernelFamily): EmittedFamily {
    return this.#find(family).emitted;
  }

  #find(family: KernelFamily): Linked {
    const known = this.#linked.get(family);
    if (known !== undefined) return known;
    const { needs = [], mayCall = {} } = family;
    const needed = needs.map((each) => this.#find(each));
    const called: Record<string, WasmFunction> = Object.assign({}, ...needed.map(({ emitted }) => emitted.exports));
    for (const [name, callee] of Object.entries(mayCall)) called[name] = whenCalled(() => this.#connect(linked, callee, name));
    const linked: Linked = { family, called, callers: new Set(), emitted: this.#instantiate(family, called) };
    for (const each of needed) each.callers.add(linked);
    this.#linked.set(family, linked);
    return linked;
  }

  /** From now on the caller finds the callee's functions among its own; this is one of them. */
  #connect(caller: Linked, callee: KernelFamily, name: string): WasmFunction {
    const { callers, emitted } = this.#find(callee);
    callers.add(caller);
    this.#renew(caller, emitted.exports);
    return emitted.exports[name];
  }

  #renew(linked: Linked, exports: Functions): void {
    const { family, called, callers } = linked;
    linked.emitted = this.#instantiate(family, Object.assign(called, exports));
    this.#changed(family, linked.emitted);
    for (const caller of callers) this.#renew(caller, linked.emitted.exports);
  }
}

/** A function that is found when it is first called. It takes as many operands as any does: a rest parameter would make garbage. */
function whenCalled(find: () => WasmFunction): WasmFunction {
  let run: WasmFunction | undefined;
  return (a, b, c, d, e, f, g, h, i, j, k, l, m, n, o) => {
    run ??= find();
    return run(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o);
  };
}
