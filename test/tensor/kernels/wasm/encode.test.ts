import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { appendF32, appendSigned, appendUnsigned, encodeModule } from '../../../../src/tensor/kernels/wasm/encode.ts';
import type { WasmMemory } from '../../../../src/tensor/kernels/wasm/webassembly.ts';
import { platform } from './platform.ts';

const encodeUnsigned = (value: number): number[] => appended(appendUnsigned, value);
const encodeSigned = (value: number): number[] => appended(appendSigned, value);

function appended(append: (bytes: number[], value: number) => void, value: number): number[] {
  const bytes: number[] = [];
  append(bytes, value);
  return bytes;
}

/** LEB128 read back as its definition says: Σ of seven bits a byte, and two's complement if signed. */
function decode(bytes: readonly number[], signed: boolean): number {
  const unsigned = bytes.reduce((sum, byte, i) => sum + (byte & 0x7f) * 128 ** i, 0);
  const negative = signed && (bytes[bytes.length - 1] & 0x40) !== 0;
  return negative ? unsigned - 128 ** bytes.length : unsigned;
}

const edges = [0, 1, 63, 64, 127, 128, 8191, 8192, 16383, 16384, 2 ** 31 - 1];

describe('LEB128', () => {
  test('numbers survive, in as few bytes as hold them, and only the last byte has no high bit', () => {
    const check = (value: number, signed: boolean): void => {
      const bytes = signed ? encodeSigned(value) : encodeUnsigned(value);
      expect(decode(bytes, signed)).toBe(value);
      expect(bytes.every((byte, i) => byte >> 7 === (i < bytes.length - 1 ? 1 : 0))).toBe(true);
      const bits = signed ? 1 + Math.ceil(Math.log2(value < 0 ? -value : value + 1)) : Math.max(1, Math.ceil(Math.log2(value + 1)));
      expect(bytes).toHaveLength(Math.max(1, Math.ceil(bits / 7)));
    };
    for (const edge of edges) for (const value of [edge, 0 - edge]) check(value, true);
    for (const edge of [...edges, 2 ** 31, 2 ** 32 - 1]) check(edge, false);
    fc.assert(fc.property(fc.integer(), (value) => check(value, true)));
    fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (value) => check(value, false)));
  });

  test('the examples of the standard', () => {
    expect(encodeUnsigned(624485)).toEqual([0xe5, 0x8e, 0x26]);
    expect(encodeSigned(-123456)).toEqual([0xc0, 0xbb, 0x78]);
  });

  test('what has no encoding is refused', () => {
    for (const value of [-1, 0.5, 2 ** 32, Number.NaN]) {
      expect(() => encodeUnsigned(value)).toThrow(`appendUnsigned: value must be a whole number in 0…4294967295; got ${value}`);
    }
    for (const value of [2 ** 31, -(2 ** 31) - 1, 0.5]) expect(() => encodeSigned(value)).toThrow('appendSigned: value must be');
  });
});

test('floats are stored lowest byte first', () => {
  expect(appended(appendF32, 1)).toEqual([0, 0, 0x80, 0x3f]);
});

describe('a module without functions', () => {
  const instantiate = (bytes: Uint8Array<ArrayBuffer>, memory: WasmMemory) =>
    new platform.Instance(new platform.Module(bytes), { host: { memory } });

  test('is valid, and says how much memory it needs at least', () => {
    const bytes = encodeModule([], { minimumPages: 2 });
    expect(platform.validate(bytes)).toBe(true);
    const memory = (pages: number): WasmMemory => new platform.Memory({ initial: pages, maximum: pages });
    expect(() => instantiate(bytes, memory(1))).toThrow('memory');
    expect(() => instantiate(bytes, memory(2))).not.toThrow();
  });

  test('may take shared memory, of a stated maximum', () => {
    const bytes = encodeModule([], { minimumPages: 1, shared: { maximumPages: 4 } });
    expect(() => instantiate(bytes, new platform.Memory({ initial: 1, maximum: 4, shared: true }))).not.toThrow();
    expect(() => instantiate(bytes, new platform.Memory({ initial: 1, maximum: 4 }))).toThrow('shared');
  });
});
