// Weights as files that travel: a network's parameters in the safetensors format, and back into a network of the same form.
// Files that hold the same layers as PyTorch stores them can be read as well.

import { equalShapes, formatShape, type Shape, sizeOf } from '../tensor/index.ts';
import type { Module } from './module.ts';
import { decodeTensors, encodeTensors, type StoredArray } from './safetensors.ts';
import { FormatError } from './snapshot.ts';

export interface LoadOptions {
  /**
   * The order of numbers in the file: 'native' as encodeWeights writes it, by default, or 'pytorch'. There a linear weight is
   * [out, in] instead of [in, out], and a convolution's [O, C, kernelH, kernelW] instead of [kernelH, kernelW, C, O]. Parameters
   * with another number of axes, or whose name does not end in "weight", are the same in both.
   */
  readonly layout?: 'native' | 'pytorch';
  /**
   * For layout 'pytorch': the image [H, W, C] behind each linear weight that reads a flattened one, by the weight's name in
   * the network. PyTorch flattens channel by channel, this engine pixel by pixel; without the entry the rows would be mixed up.
   */
  readonly flattened?: Readonly<Record<string, Shape>>;
  /** From a name in the file to the name in the network; the same by default. */
  readonly rename?: (name: string) => string;
}

/**
 * A file with every parameter of a module, and texts about them. Equal weights give equal bytes. Throws RangeError when a
 * weight is not finite: no network could be read back from it.
 */
export function encodeWeights(module: Module, metadata?: ReadonlyMap<string, string>): Uint8Array {
  const parameters = module.parameters();
  for (const [name, { data }] of parameters) {
    const at = data.findIndex((x) => !Number.isFinite(x));
    if (at >= 0) throw new RangeError(`weights: "${name}" must be finite; got ${data[at]} at place ${at}`);
  }
  return encodeTensors(parameters, metadata);
}

/**
 * Sets every parameter of a module from a file and returns the file's metadata. Names and shapes must be exactly the module's,
 * numbers floating-point and finite. Throws FormatError for a file that does not fit, RangeError for options that do not;
 * then no parameter has been touched.
 */
export function loadWeights(module: Module, bytes: Uint8Array, options: LoadOptions = {}): ReadonlyMap<string, string> {
  const { layout = 'native', flattened = {}, rename = (name) => name } = options;
  const parameters = module.parameters();
  for (const [name, image] of Object.entries(flattened)) checkFlattened(name, image, parameters.get(name)?.shape, layout);

  const { arrays, metadata } = decodeTensors(bytes);
  const found = new Map<string, StoredArray>();
  for (const [name, array] of arrays) {
    const target = rename(name);
    if (!parameters.has(target))
      throw new FormatError(`weights: every array must be a parameter of this network; got ${JSON.stringify(target)}`);
    if (found.has(target)) throw new FormatError(`weights: "${target}" must be in the file once; "${name}" is called that too`);
    found.set(target, array);
  }
  const values = Array.from(parameters, ([name, { shape }]) => {
    const array = found.get(name);
    if (array === undefined)
      throw new FormatError(`weights: "${name}" must be in the file; it holds ${[...found.keys()].join(', ').slice(0, 200)}`);
    const image = layout === 'pytorch' ? imageOf(name, shape, flattened) : null;
    return readValues(name, array, shape, image);
  });

  let next = 0;
  for (const { data } of parameters.values()) data.set(values[next++]);
  return metadata;
}

/** The numbers of one parameter in the network's order. Throws FormatError. */
function readValues(name: string, { data, shape: stored }: StoredArray, shape: Shape, image: Shape | null): Float32Array {
  const [H, W, C, O] = image ?? [];
  const expected = image === null ? shape : shape.length === 4 ? [O, C, H, W] : [O, H * W * C];
  if (!equalShapes(stored, expected)) {
    const order = image === null ? '' : " in PyTorch's order";
    throw new FormatError(
      `weights: "${name}" must be ${formatShape(expected)}${order} for this network; the file has ${formatShape(stored)}`,
    );
  }
  if (!(data instanceof Float32Array || data instanceof Float64Array)) {
    throw new FormatError(`weights: "${name}" must hold floating-point numbers; the file has ${data.constructor.name}`);
  }
  const values = image === null ? Float32Array.from(data) : fromPyTorch(data, H, W, C, O);
  const at = values.findIndex((x) => !Number.isFinite(x));
  if (at >= 0) throw new FormatError(`weights: "${name}" must be finite; the file has ${values[at]} at place ${at}`);
  return values;
}

/** How a weight is read from PyTorch's layout: as [O, C, H, W] to [H, W, C, O]; a plain linear weight is the case H = W = 1. */
function imageOf(name: string, shape: Shape, flattened: Readonly<Record<string, Shape>>): Shape | null {
  if (!/(^|\.)weight$/.test(name)) return null;
  if (shape.length === 4) return shape;
  if (shape.length !== 2) return null;
  const [H, W, C] = Object.hasOwn(flattened, name) ? flattened[name] : [1, 1, shape[0]];
  return [H, W, C, shape[1]];
}

/** data[O, C, H, W] → [H, W, C, O] */
function fromPyTorch(data: Float32Array | Float64Array, H: number, W: number, C: number, O: number): Float32Array {
  const values = new Float32Array(data.length);
  let at = 0;
  for (let h = 0; h < H; h++) {
    for (let w = 0; w < W; w++) {
      for (let c = 0; c < C; c++) for (let o = 0; o < O; o++) values[at++] = data[((o * C + c) * H + h) * W + w];
    }
  }
  return values;
}

function checkFlattened(name: string, image: Shape, shape: Shape | undefined, layout: 'native' | 'pytorch'): void {
  if (layout !== 'pytorch') throw new RangeError(`weights: flattened must be absent unless layout is 'pytorch'; got "${name}"`);
  if (shape?.length !== 2 || !/(^|\.)weight$/.test(name)) {
    throw new RangeError(`weights: flattened must name linear weights of this network; got "${name}"`);
  }
  if (image.length !== 3 || sizeOf(image) !== shape[0] || !image.every((length) => Number.isInteger(length) && length > 0)) {
    throw new RangeError(
      `weights: flattened "${name}" must be an image [H, W, C] of ${shape[0]} numbers for this network; got ${formatShape(image)}`,
    );
  }
}
