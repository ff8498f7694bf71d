// A module is a function of one tensor that owns named parameters. Networks are modules made of modules, and names grow from
// the outside in: "torso.0.weight". This file also copies and blends the parameters of equal networks.

import { backend, equalShapes, formatShape, type Parameter, type Tensor } from '../tensor/index.ts';
import { FormatError, readFinite, type Snapshot } from './snapshot.ts';

export interface Module {
  /** The output for a batch of inputs; the first axis is the batch. Throws ShapeError. */
  forward(x: Tensor): Tensor;
  /** Everything that learns, by name, in a fixed order; each once, or it would be clipped and moved as often as it has names. */
  parameters(): ReadonlyMap<string, Parameter>;
  /** Kind and sizes in a few words, for summaries: "Linear 4 → 64, relu". */
  describe?(): string;
  /** The modules it is made of, by name, when data passes through one after another. */
  readonly layers?: Readonly<Record<string, Module>>;
}

/** The parameters of named parts, each name prefixed by the part's. One that parts share is there once, by the first of its names. */
export function collect(parts: Readonly<Record<string, Module>>): Map<string, Parameter> {
  const all = new Map<string, Parameter>();
  const seen = new Set<Parameter>();
  for (const [part, module] of Object.entries(parts)) {
    for (const [name, parameter] of module.parameters()) {
      if (!seen.has(parameter)) all.set(`${part}.${name}`, parameter);
      seen.add(parameter);
    }
  }
  return all;
}

/** How many numbers a module learns. */
export function parameterCount(module: Module): number {
  let count = 0;
  for (const parameter of module.parameters().values()) count += parameter.data.length;
  return count;
}

/** to ← from, parameter by parameter. Throws Error when the two do not have the same names and shapes. */
export function copyParameters(to: Module, from: Module): void {
  forEachPair('copyParameters', to, from, (target, source) => target.data.set(source.data));
}

/** to ← to + τ(from − to), parameter by parameter [Lillicrap 2016, §3]. Throws as copyParameters does. */
export function blendParameters(to: Module, from: Module, tau: number): void {
  const { kernels } = backend();
  forEachPair('blendParameters', to, from, (target, source) => kernels.blend(target.data, source.data, tau));
}

/** A copy of every parameter's values, by name. */
export function snapshotParameters(module: Module): Snapshot {
  return Object.fromEntries(Array.from(module.parameters(), ([name, parameter]) => [name, parameter.data.slice()]));
}

/** Sets every parameter from a snapshot; none is touched unless all fit. Throws FormatError. */
export function restoreParameters(module: Module, snapshot: Snapshot): void {
  const parameters = module.parameters();
  const unknown = Object.keys(snapshot).find((name) => !parameters.has(name));
  if (unknown !== undefined) throw new FormatError(`snapshot: "${unknown}" must be a parameter of this network; it is none`);
  const values = Array.from(parameters, ([name, { data }]) => readFinite(snapshot, name, Float32Array, data.length));
  let next = 0;
  for (const { data } of parameters.values()) data.set(values[next++]);
}

/** Throws RangeError unless a size of a layer is a positive integer. */
export function checkSize(who: string, name: string, size: number): void {
  if (!Number.isSafeInteger(size) || size < 1) throw new RangeError(`${who}: ${name} must be a positive integer; got ${size}`);
}

/** Visits the parameters of equal names, but none before all are known to fit. It makes neither lists nor pairs: it may run after every update. */
function forEachPair(who: string, to: Module, from: Module, visit: (target: Parameter, source: Parameter) => void): void {
  const sources = from.parameters();
  const targets = to.parameters();
  if (sources.size !== targets.size) throw new Error(`${who}: both must have the same parameters; got ${targets.size} and ${sources.size}`);
  for (const name of targets.keys()) {
    const target = targets.get(name) as Parameter; // the name is one of its own
    const source = sources.get(name);
    if (source !== undefined && equalShapes(source.shape, target.shape)) continue;
    const found = source === undefined ? 'none' : formatShape(source.shape);
    throw new Error(`${who}: "${name}" must be ${formatShape(target.shape)} in both; got ${found} in the source`);
  }
  for (const name of targets.keys()) visit(targets.get(name) as Parameter, sources.get(name) as Parameter); // both were found above
}
