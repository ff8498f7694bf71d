import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Conv2d } from '../../src/nn/conv2d.ts';
import { Embedding } from '../../src/nn/embedding.ts';
import { Flatten } from '../../src/nn/flatten.ts';
import { LayerNorm } from '../../src/nn/layer-norm.ts';
import { Linear } from '../../src/nn/linear.ts';
import { collect, type Module } from '../../src/nn/module.ts';
import { encodeTensors, type StoredArray } from '../../src/nn/safetensors.ts';
import { Sequential } from '../../src/nn/sequential.ts';
import { FormatError } from '../../src/nn/snapshot.ts';
import { encodeWeights, type LoadOptions, loadWeights } from '../../src/nn/weights-file.ts';
import { Rng } from '../../src/tensor/index.ts';

const valuesOf = (module: Module): number[] => [...module.parameters().values()].flatMap(({ data }) => [...data]);

/** Reads images of 3 × 4 with 2 channels; the convolution makes them 2 × 3 with 5. */
const createNetwork = (seed = 1): Sequential => {
  const rng = new Rng(seed);
  return new Sequential([new Conv2d(2, 5, 2, rng), new Flatten(), new Linear(30, 4, rng), new LayerNorm(4), new Linear(4, 4, rng)]);
};

describe('weights survive a file', () => {
  test('to the last bit, for any finite values', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 8, maxLength: 8 }), (values) => {
        const [network, other] = [new Linear(3, 2, new Rng(1)), new Linear(3, 2, new Rng(2))];
        network.weight.data.set(values.slice(0, 6));
        network.bias.data.set(values.slice(6));
        loadWeights(other, encodeWeights(network));
        expect(valuesOf(other)).toEqual(valuesOf(network)); // toEqual tells −0 from 0
      }),
    );
  });

  test('with texts about them, and equal weights give equal bytes', () => {
    const metadata = new Map([['env', 'CartPole-v1'], ['steps', '1000']]); // biome-ignore format: two entries
    const bytes = encodeWeights(createNetwork(), metadata);
    expect(loadWeights(createNetwork(2), bytes)).toEqual(metadata);
    expect(encodeWeights(createNetwork(), new Map([...metadata].reverse()))).toEqual(bytes);
  });

  test('but not when one of them is not finite', () => {
    const network = new Linear(2, 2, new Rng(1));
    network.weight.data[3] = Number.NaN;
    expect(() => encodeWeights(network)).toThrow(new RangeError('weights: "weight" must be finite; got NaN at place 3'));
  });
});

describe('a file that does not fit is refused by name, and no parameter is touched', () => {
  const array = (...shape: number[]): StoredArray => ({ data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(0.5), shape });
  const good = { weight: array(3, 2), bias: array(2) };
  const rows: [string, Record<string, StoredArray>, string][] = [
    ['a missing array', { weight: good.weight }, 'weights: "bias" must be in the file; it holds weight'],
    ['an array too many', { ...good, gain: array(2) }, 'weights: every array must be a parameter of this network; got "gain"'],
    ['another shape', { ...good, weight: array(3, 3) }, 'weights: "weight" must be [3, 2] for this network; the file has [3, 3]'],
    ['transposed', { ...good, weight: array(2, 3) }, 'weights: "weight" must be [3, 2] for this network; the file has [2, 3]'],
    ['another number of axes', { ...good, bias: array(2, 1) }, 'weights: "bias" must be [2] for this network; the file has [2, 1]'],
    [
      'NaN',
      { ...good, bias: { data: Float32Array.of(0, Number.NaN), shape: [2] } },
      'weights: "bias" must be finite; the file has NaN at place 1',
    ],
    [
      'beyond float32',
      { ...good, bias: { data: Float64Array.of(-1e300, 0), shape: [2] } },
      'weights: "bias" must be finite; the file has -Infinity at place 0',
    ],
    [
      'integers',
      { ...good, bias: { data: Int32Array.of(1, 2), shape: [2] } },
      'weights: "bias" must hold floating-point numbers; the file has Int32Array',
    ],
  ];
  test.each(rows)('%s', (_, arrays, message) => {
    const network = new Linear(3, 2, new Rng(1));
    const before = valuesOf(network);
    // Names sort bias before weight or after it; either may have been read when the other turns out wrong.
    expect(() => loadWeights(network, encodeTensors(new Map(Object.entries(arrays))))).toThrow(new FormatError(message));
    expect(valuesOf(network)).toEqual(before);
  });

  test('float64 and the exact names load', () => {
    const network = new Linear(3, 2, new Rng(1));
    loadWeights(network, encodeTensors(new Map([['weight', good.weight], ['bias', { data: Float64Array.of(0.1, 2), shape: [2] }]]))); // biome-ignore format: two entries
    expect([...network.bias.data]).toEqual([Math.fround(0.1), 2]);
  });
});

describe('renaming', () => {
  const bytes = encodeTensors(
    new Map([
      ['fc.weight', { data: Float32Array.of(1, 2), shape: [2, 1] }],
      ['fc.bias', { data: Float32Array.of(3), shape: [1] }],
    ]),
  );
  test('leads from names in the file to names in the network', () => {
    const network = new Linear(2, 1, new Rng(1));
    loadWeights(network, bytes, { rename: (name) => name.replace('fc.', '') });
    expect(valuesOf(network)).toEqual([1, 2, 3]);
  });

  test('must not lead two arrays to one name', () => {
    const network = new Linear(2, 1, new Rng(1));
    expect(() => loadWeights(network, bytes, { rename: () => 'bias' })).toThrow(
      'weights: "bias" must be in the file once; "fc.weight" is called that too',
    );
  });
});

describe("PyTorch's layout", () => {
  /** The network's parameters as PyTorch would store them; every number says where in the network it belongs. */
  function stored(network: Module): Map<string, StoredArray> {
    let next = 0;
    for (const { data } of network.parameters().values()) for (let i = 0; i < data.length; i++) data[i] = next++;
    const at = (name: string, i: number): number => network.parameters().get(name)!.data[i];
    const conv: number[] = []; // [O, C, kernelH, kernelW] from [kernelH, kernelW, C, O]
    for (let o = 0; o < 5; o++)
      for (let c = 0; c < 2; c++)
        for (let y = 0; y < 2; y++) for (let x = 0; x < 2; x++) conv.push(at('0.weight', ((y * 2 + x) * 2 + c) * 5 + o));
    const first: number[] = []; // [out, channel, row, column] from [row, column, channel, out]
    for (let o = 0; o < 4; o++)
      for (let c = 0; c < 5; c++)
        for (let y = 0; y < 2; y++) for (let x = 0; x < 3; x++) first.push(at('2.weight', ((y * 3 + x) * 5 + c) * 4 + o));
    const second: number[] = []; // [out, in] from [in, out]
    for (let o = 0; o < 4; o++) for (let i = 0; i < 4; i++) second.push(at('4.weight', i * 4 + o));
    const same = Array.from(network.parameters(), ([name, { data, shape }]) => [name, { data: data.slice(), shape }] as const);
    return new Map<string, StoredArray>([
      ...same,
      ['0.weight', { data: Float32Array.from(conv), shape: [5, 2, 2, 2] }],
      ['2.weight', { data: Float32Array.from(first), shape: [4, 30] }],
      ['4.weight', { data: Float32Array.from(second), shape: [4, 4] }],
    ]);
  }
  const options: LoadOptions = { layout: 'pytorch', flattened: { '2.weight': [2, 3, 5] } };

  test('puts every number of linear, flattened and convolution weights where it belongs, square ones too', () => {
    const network = createNetwork();
    const file = encodeTensors(stored(network));
    const other = createNetwork(2);
    loadWeights(other, file, options);
    expect(valuesOf(other)).toEqual(valuesOf(network));
  });

  test('leaves an embedding table as it is', () => {
    const layers = { symbols: new Embedding(3, 2, new Rng(1)) };
    const network: Module = { forward: (x) => x, parameters: () => collect(layers) };
    const table = { data: Float32Array.of(1, 2, 3, 4, 5, 6), shape: [3, 2] };
    loadWeights(network, encodeTensors(new Map([['symbols.weight', table]])), {
      layout: 'pytorch',
      rename: (name) => name.replace('weight', 'table'),
    });
    expect(valuesOf(network)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('says which order it expected', () => {
    const network = createNetwork();
    const file = encodeTensors(stored(network));
    const own = encodeWeights(network);
    const before = valuesOf(network);
    expect(() => loadWeights(network, own, options)).toThrow(
      'weights: "0.weight" must be [5, 2, 2, 2] in PyTorch\'s order for this network; the file has [2, 2, 2, 5]',
    );
    expect(() => loadWeights(network, file)).toThrow(
      'weights: "0.weight" must be [2, 2, 2, 5] for this network; the file has [5, 2, 2, 2]',
    );
    expect(valuesOf(network)).toEqual(before);
  });

  const wrong: [LoadOptions, string][] = [
    [{ flattened: { '2.weight': [2, 3, 5] } }, 'weights: flattened must be absent unless layout is \'pytorch\'; got "2.weight"'],
    [
      { layout: 'pytorch', flattened: { '3.weight': [2, 2, 1] } },
      'weights: flattened must name linear weights of this network; got "3.weight"',
    ],
    [{ layout: 'pytorch', flattened: { fc: [2, 2, 1] } }, 'weights: flattened must name linear weights of this network; got "fc"'],
    [
      { layout: 'pytorch', flattened: { '2.weight': [2, 3, 4] } },
      'weights: flattened "2.weight" must be an image [H, W, C] of 30 numbers for this network; got [2, 3, 4]',
    ],
  ];
  test.each(wrong)('options that do not fit are refused: %j', (given, message) => {
    expect(() => loadWeights(createNetwork(), encodeWeights(createNetwork()), given)).toThrow(new RangeError(message));
  });
});
