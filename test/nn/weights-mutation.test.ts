// Damages weights files in many ways. Whatever the bytes, loading either takes the whole file or throws FormatError and leaves
// every parameter as it was, to the last bit.

import { describe, expect, test } from 'vitest';
import { LayerNorm } from '../../src/nn/layer-norm.ts';
import { Linear } from '../../src/nn/linear.ts';
import type { Module } from '../../src/nn/module.ts';
import { decodeTensors } from '../../src/nn/safetensors.ts';
import { Sequential } from '../../src/nn/sequential.ts';
import { FormatError } from '../../src/nn/snapshot.ts';
import { encodeWeights, loadWeights } from '../../src/nn/weights-file.ts';
import { Rng } from '../../src/tensor/index.ts';
import { fileOf } from '../support/safetensors-file.ts';

const mutationsOfEachKind = 3000;

const createNetwork = (seed: number, width = 4): Sequential => {
  const rng = new Rng(seed);
  return new Sequential([new Linear(3, width, rng), new LayerNorm(width), new Linear(width, 2, rng)]);
};
const original = encodeWeights(createNetwork(1), new Map([['env', 'CartPole-v1']]));
const relative = encodeWeights(createNetwork(2, 5));

const headerLength = (bytes: Uint8Array): number => Number(new DataView(bytes.buffer).getBigUint64(0, true));
const join = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));
const pick = <T>(rng: Rng, choices: readonly T[]): T => choices[rng.integer(choices.length)];

/** A place at which edits hurt: mostly in the length and the header. */
const place = (rng: Rng): number => (rng.integer(4) > 0 ? rng.integer(8 + headerLength(original)) : rng.integer(original.length));

function editHeader(rng: Rng, edit: (header: string) => string): Uint8Array {
  const end = 8 + headerLength(original);
  let header = new TextDecoder().decode(original.subarray(8, end));
  for (let edits = 1 + rng.integer(2); edits > 0; edits--) header = edit(header);
  return fileOf(header, original.subarray(end));
}

/** Replaces one match, chosen at random. */
function replaceOne(rng: Rng, text: string, pattern: RegExp, replacement: (found: string) => string): string {
  const matches = [...text.matchAll(pattern)];
  if (matches.length === 0) return text;
  const { index, 0: found } = pick(rng, matches);
  return text.slice(0, index) + replacement(found) + text.slice(index + found.length);
}

const numbers = [
  '0',
  '-1',
  '1',
  '8',
  '64',
  '0.5',
  '1e3',
  '1e400',
  '4294967296',
  '9007199254740993',
  '-0',
  'null',
  '"4"',
  '[]',
  '{}',
  'true',
];
const fragments = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\',
  ' ',
  '\u0000',
  '"__proto__":{}',
  '"a":1,',
  ',"__metadata__":{}',
  '\ud83d\ude00',
  'NaN',
];
const types = ['F64', 'F32', 'F16', 'BF16', 'I32', 'U8', 'I64', 'BOOL', '', '__proto__'];

const kinds: Record<string, (rng: Rng) => Uint8Array> = {
  'flipped bits': (rng) => {
    const bytes = original.slice();
    for (let flips = 1 + rng.integer(8); flips > 0; flips--) bytes[place(rng)] ^= 1 << rng.integer(8);
    return bytes;
  },
  'a flipped bit of the data': (rng) => {
    const bytes = original.slice();
    const start = 8 + headerLength(original);
    bytes[start + rng.integer(original.length - start)] ^= 1 << rng.integer(8);
    return bytes;
  },
  'a cut end': (rng) => original.slice(0, rng.integer(original.length)),
  'a longer end': (rng) =>
    join(
      original,
      Uint8Array.from({ length: 1 + rng.integer(40) }, () => rng.integer(256)),
    ),
  'moved pieces': (rng) => {
    const [from, to] = [place(rng), place(rng)];
    const piece = original.subarray(from, from + rng.integer(40));
    const skipped = pick(rng, [0, piece.length, rng.integer(20)]);
    return join(original.subarray(0, to), piece, original.subarray(to + skipped));
  },
  'two files in one': (rng) => {
    const at = place(rng);
    return join(original.subarray(0, at), relative.subarray(Math.max(0, at - 8 + rng.integer(17))));
  },
  'another length field': (rng) => {
    const bytes = original.slice();
    const length = BigInt(headerLength(original));
    const near = length + BigInt(rng.integer(65)) - 32n;
    const value = pick(rng, [
      near,
      0n,
      2n,
      BigInt(bytes.length) - 8n,
      BigInt(bytes.length),
      length + 2n ** 32n,
      2n ** 53n,
      2n ** 63n,
      2n ** 64n - 1n,
    ]);
    new DataView(bytes.buffer).setBigUint64(0, value, true);
    return bytes;
  },
  'another header': (rng) =>
    editHeader(rng, (header) =>
      pick(rng, [
        () => replaceOne(rng, header, /\d+/g, () => pick(rng, numbers)),
        () => replaceOne(rng, header, /(?<=\[|,)\d+(?=\]|,)/g, (found) => String(Number(found) + rng.integer(9) - 4)),
        () => replaceOne(rng, header, /(?<="dtype":")\w+/g, () => pick(rng, types)),
        () =>
          replaceOne(rng, header, /"[^"]*"/g, () =>
            pick(rng, ['""', '"0.weight"', '"0.bias"', '"dtype"', '"__metadata__"', '"__proto__"']),
          ),
        () =>
          replaceOne(rng, header, /"[^"]*":(\{[^}]*\}|\[[^\]]*\]|"[^"]*"),?/g, (found) =>
            pick(rng, ['', `${found},${found}`, found + found]),
          ),
        () => replaceOne(rng, header, /./g, (found) => pick(rng, [found + pick(rng, fragments), pick(rng, fragments), ''])),
        () => replaceOne(rng, header, /\s*$/g, () => ' '.repeat(rng.integer(20))),
      ])(),
    ),
};

const bytesOf = (module: Module): Uint8Array[] =>
  Array.from(module.parameters().values(), ({ data }) => new Uint8Array(data.slice().buffer));

describe(`${mutationsOfEachKind} mutations of each kind load whole or not at all`, () => {
  test.each(Object.entries(kinds))('%s', (kind, mutate) => {
    const rng = new Rng(20).fork(kind);
    const network = createNetwork(3);
    const untouched = bytesOf(network);
    let loaded = 0;
    for (let i = 0; i < mutationsOfEachKind; i++) {
      const bytes = mutate(rng);
      try {
        loadWeights(network, bytes);
      } catch (error) {
        if (!(error instanceof FormatError)) throw new Error(`mutation ${i} of "${kind}" must load or throw FormatError`, { cause: error });
        expect(bytesOf(network)).toEqual(untouched);
        continue;
      }
      loaded++;
      const { arrays } = decodeTensors(bytes);
      for (const [name, { data }] of network.parameters()) {
        expect(data).toEqual(Float32Array.from(arrays.get(name)!.data));
        expect(data.every(Number.isFinite)).toBe(true);
      }
      for (const [j, { data }] of [...network.parameters().values()].entries()) data.set(new Float32Array(untouched[j].slice().buffer));
    }
    expect(loaded).toBeLessThan(mutationsOfEachKind);
    if (kind === 'a flipped bit of the data') expect(loaded).toBeGreaterThan(mutationsOfEachKind / 2); // any finite number is a weight
  });
});
