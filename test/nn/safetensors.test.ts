import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { joinPieces } from '../../src/nn/byte-source.ts';
import { decodeTensors, encodeTensors, type StoredArray, tensorPieces } from '../../src/nn/safetensors.ts';
import type { SnapshotArray } from '../../src/nn/snapshot.ts';
import { someShape } from '../support/arbitraries.ts';
import { readGoldenArrays } from '../support/golden.ts';
import { fileOf } from '../support/safetensors-file.ts';

/** Names that have caught readers before, and any other. */
const someName = fc.oneof(
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    '',
    ' ',
    '"',
    '\\',
    '\\"',
    ':',
    '{}',
    '0',
    '1.weight',
    'ключ',
    '重み',
    '🎈',
    '\u0000',
  ),
  fc.string({ unit: 'binary' }).filter((name) => name !== '__metadata__'),
);

/** Any bits at all, seen as any of the four types, at a place of its own in a larger buffer. */
const someData = (length: number): fc.Arbitrary<SnapshotArray> =>
  fc.tuple(fc.uint8Array({ minLength: 8 * length + 8, maxLength: 8 * length + 8 }), fc.nat(3)).map(([bytes, type]) => {
    const { buffer } = Uint8Array.from(bytes);
    if (type === 0) return new Float64Array(buffer, 8, length);
    if (type === 1) return new Float32Array(buffer, 4, length);
    return type === 2 ? new Int32Array(buffer, 4, length) : new Uint8Array(buffer, 3, length);
  });

const someArray: fc.Arbitrary<StoredArray> = fc
  .oneof(someShape(0, 3, 4), fc.constantFrom([0], [3, 0], [0, 2]))
  .chain((shape) => someData(shape.reduce((size, length) => size * length, 1)).map((data) => ({ data, shape })));

const someArrays = fc.array(fc.tuple(someName, someArray), { maxLength: 6 }).map((entries) => new Map(entries));
const someMetadata = fc.array(fc.tuple(someName, fc.string({ unit: 'binary' })), { maxLength: 3 }).map((entries) => new Map(entries));

const bytesOf = ({ data }: StoredArray): number[] => [...new Uint8Array(data.buffer, data.byteOffset, data.byteLength)];

describe('a file', () => {
  test('gives back every array to the last bit, NaN payloads too, and every text', () => {
    fc.assert(
      fc.property(someArrays, someMetadata, (arrays, metadata) => {
        const decoded = decodeTensors(encodeTensors(arrays, metadata));
        expect(new Set(decoded.arrays.keys())).toEqual(new Set(arrays.keys()));
        for (const [name, array] of arrays) {
          const found = decoded.arrays.get(name)!;
          expect(found.shape).toEqual(array.shape);
          expect(found.data.constructor).toBe(array.data.constructor);
          expect(bytesOf(found)).toEqual(bytesOf(array));
        }
        expect(decoded.metadata).toEqual(metadata);
      }),
      { numRuns: 300 },
    );
  });

  test('has the same bytes whatever the order of its arrays and texts', () => {
    fc.assert(
      fc.property(someArrays, someMetadata, (arrays, metadata) => {
        const reversed = encodeTensors(new Map([...arrays].reverse()), new Map([...metadata].reverse()));
        expect(reversed).toEqual(encodeTensors(arrays, metadata));
      }),
    );
  });

  test('begins its data, and each array, where a view can be laid on it', () => {
    fc.assert(
      fc.property(someArrays, (arrays) => {
        const bytes = encodeTensors(arrays);
        const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
        expect((8 + length) % 8).toBe(0);
        const header: Record<string, { data_offsets: number[] }> = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
        for (const [name, { data }] of arrays) expect(header[name].data_offsets[0] % data.BYTES_PER_ELEMENT).toBe(0);
      }),
    );
  });

  test('comes in pieces that are the memory of its arrays, and is read a range at a time', () => {
    fc.assert(
      fc.property(someArrays, someMetadata, (arrays, metadata) => {
        const [, ...pieces] = tensorPieces(arrays, metadata);
        const buffers = new Set(pieces.map(({ buffer }) => buffer));
        for (const { data } of arrays.values()) expect(buffers.has(data.buffer)).toBe(true);
        const bytes = joinPieces(tensorPieces(arrays, metadata));
        let longest = 0;
        const read = (start: number, end: number): Uint8Array => {
          longest = Math.max(longest, end - start);
          return bytes.slice(start, end);
        };
        expect(decodeTensors({ length: bytes.length, read })).toEqual(decodeTensors(bytes));
        const header = Number(new DataView(bytes.buffer).getBigUint64(0, true));
        expect(longest).toBe(Math.max(8, header, ...[...arrays.values()].map(({ data }) => data.byteLength)));
      }),
    );
  });

  test('can be read from any place in a larger buffer, and nothing read shares memory with it', () => {
    const bytes = encodeTensors(new Map([['a', { data: Float64Array.of(1, 2), shape: [2] }]]));
    const pool = Buffer.alloc(bytes.length + 3);
    pool.set(bytes, 3);
    const { data } = decodeTensors(pool.subarray(3)).arrays.get('a')!;
    pool.fill(0);
    expect([...data]).toEqual([1, 2]);
    expect(data.buffer.byteLength).toBe(16);
  });

  test('written elsewhere is read as an independent reader reads it', () => {
    const { arrays } = decodeTensors(readFileSync(new URL('../golden/numerics/optimizers.safetensors', import.meta.url)));
    expect(arrays).toEqual(readGoldenArrays('numerics/optimizers.safetensors'));
  });
});

test('half precision and bfloat16 become float32', () => {
  const half = [0x0000, 0x8000, 0x0001, 0x03ff, 0x0400, 0x3c00, 0x3555, 0xc000, 0x7bff, 0x7c00, 0xfc00, 0x7e00];
  const halfValues = [0, -0, 2 ** -24, 1023 * 2 ** -24, 2 ** -14, 1, 0.333251953125, -2, 65504, Infinity, -Infinity, Number.NaN];
  const brain = [0x0000, 0x8000, 0x3f80, 0xbf80, 0x4049, 0x7f80, 0x7fc0, 0x0001];
  const brainValues = [0, -0, 1, -1, 3.140625, Infinity, Number.NaN, 2 ** -133];
  const read = (dtype: string, words: number[]): SnapshotArray => {
    const header = JSON.stringify({ x: { dtype, shape: [words.length], data_offsets: [0, 2 * words.length] } });
    return decodeTensors(fileOf(header, new Uint8Array(Uint16Array.from(words).buffer))).arrays.get('x')!.data;
  };
  expect(read('F16', half)).toEqual(Float32Array.from(halfValues));
  expect(read('BF16', brain)).toEqual(Float32Array.from(brainValues));
});

describe('what cannot be written is refused', () => {
  const one = { data: Float32Array.of(1), shape: [1] };
  test.each([
    ['a shape that is none', new Map([['a', { ...one, shape: [-1, -1] }]]), /shape of "a" must hold 1 numbers; got \[-1, -1\]/],
    ['a shape that does not hold the data', new Map([['a', { ...one, shape: [2] }]]), /shape of "a" must hold 1 numbers; got \[2\]/],
    ['the name of the metadata', new Map([['__metadata__', one]]), /no array can be called "__metadata__"/],
    ['half a surrogate pair', new Map([['\ud800', one]]), /must be well-formed/],
  ])('%s', (_, arrays, message) => {
    expect(() => encodeTensors(arrays)).toThrow(message);
    expect(() => encodeTensors(arrays)).toThrow(RangeError);
  });
});
