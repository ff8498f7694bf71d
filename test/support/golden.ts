// Reads the reference data in test/golden. The .safetensors reader is written here on its own, from the format's description,
// so that the tests do not trust the reader they test.

import { readFileSync } from 'node:fs';

export type GoldenData = Float64Array | Float32Array | Int32Array | Uint8Array;

/** One stored array: row-major, the element type as it was stored. */
export interface GoldenArray {
  readonly shape: readonly number[];
  readonly data: GoldenData;
}

interface HeaderEntry {
  readonly dtype: 'F64' | 'F32' | 'I32' | 'U8';
  readonly shape: number[];
  readonly data_offsets: [number, number];
}

const views = { F64: Float64Array, F32: Float32Array, I32: Int32Array, U8: Uint8Array };

/** A JSON file by its path inside test/golden, typed by whoever knows what it holds. */
export const readGoldenJson = <T>(path: string): T => JSON.parse(readFileSync(locate(path), 'utf8')) as T; // reference data, checked in

/** The arrays of a .safetensors file by its path inside test/golden: u64 header length, JSON header, data. */
export function readGoldenArrays(path: string): ReadonlyMap<string, GoldenArray> {
  const file = readFileSync(locate(path));
  const start = 8 + Number(file.readBigUInt64LE(0));
  const header: Record<string, HeaderEntry> = JSON.parse(file.toString('utf8', 8, start));
  const arrays = new Map<string, GoldenArray>();
  for (const [name, { dtype, shape, data_offsets: range }] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const bytes = Uint8Array.from(file.subarray(start + range[0], start + range[1])); // a copy starts on an aligned address
    arrays.set(name, { shape, data: new views[dtype](bytes.buffer) });
  }
  return arrays;
}

const locate = (path: string): URL => new URL(`../golden/${path}`, import.meta.url);
