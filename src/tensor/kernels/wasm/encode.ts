// The bytes of a WebAssembly module: numbers, sections and nothing else. What the functions compute is assembler.ts' business.
//
//   module:  "\0asm" 1 │ types │ imports │ functions │ exports │ code        (each section: id, byte length, contents)

import type { ValueType } from './instructions.ts';

const typeCodes: Readonly<Record<ValueType, number>> = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b };

/** A value type as one byte. */
export const typeCode = (type: ValueType): number => typeCodes[type];

/** The byte that stands for a block without a result. */
export const noResult = 0x40;

/** LEB128: seven bits a byte, lowest first; the high bit says that more follow. For whole numbers in 0 … 2³² − 1. */
export function appendUnsigned(bytes: number[], value: number): void {
  if (!Number.isInteger(value) || value < 0 || value > 0xffffffff) {
    throw new RangeError(`appendUnsigned: value must be a whole number in 0…4294967295; got ${value}`);
  }
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}

/** LEB128 in two's complement: the last byte's bit 6 is the sign. For whole numbers in −2³¹ … 2³¹ − 1. */
export function appendSigned(bytes: number[], value: number): void {
  if (value !== (value | 0)) throw new RangeError(`appendSigned: value must be a whole number in −2³¹…2³¹−1; got ${value}`);
  let rest = value;
  while (rest < -0x40 || rest > 0x3f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>= 7;
  }
  bytes.push(rest & 0x7f);
}

/** The four bytes of a 32-bit float, the eight of a 64-bit one; lowest first, as in linear memory. */
export const appendF32 = (bytes: number[], value: number): void => void bytes.push(...new Uint8Array(Float32Array.of(value).buffer));
export const appendF64 = (bytes: number[], value: number): void => void bytes.push(...new Uint8Array(Float64Array.of(value).buffer));

/** What a function takes and gives; a function of this subset of WebAssembly gives one value or none. */
export interface Signature {
  readonly parameters: readonly ValueType[];
  readonly result: ValueType | null;
}

/** Bytes in several arrays, one after another: they are put together once, when all are known. */
export type Parts = readonly (readonly number[])[];

export interface EncodedFunction {
  readonly signature: Signature;
  /** The name under which JavaScript finds it; null for functions that only others call. */
  readonly exportedAs: string | null;
  /** Locals and instructions, without the length in front. */
  readonly body: Parts;
}

/** The limits of the memory that a module imports. `shared` memory, which threads see together, must state a maximum. */
export interface MemoryImport {
  readonly minimumPages: number;
  readonly shared?: { readonly maximumPages: number };
}

/** What a module calls through the table that it then imports: of which length, and of which types. */
export interface TableImport {
  readonly length: number;
  readonly signatures: readonly Signature[];
}

/** A whole module, which imports its memory as "host"."memory" and a table as "host"."table". The table's types come first, in order. */
export function encodeModule(functions: readonly EncodedFunction[], memory: MemoryImport, table?: TableImport): Uint8Array<ArrayBuffer> {
  const types = (table?.signatures ?? []).map(encodeType);
  const typeNumbers = functions.map(({ signature }) => {
    const type = encodeType(signature);
    const known = types.findIndex((other) => other.length === type.length && other.every((byte, i) => byte === type[i]));
    return encodeNumber(known >= 0 ? known : types.push(type) - 1);
  });
  const exported = functions.flatMap(({ exportedAs }, index) =>
    exportedAs === null ? [] : [encodeName(exportedAs).concat(0x00, encodeNumber(index))],
  );
  const least = encodeNumber(memory.minimumPages);
  const limits = memory.shared ? [0x03].concat(least, encodeNumber(memory.shared.maximumPages)) : [0x00].concat(least);
  const imports = [fromHost('memory', [0x02].concat(limits))];
  if (table) imports.push(fromHost('table', [0x01, 0x70, 0x00].concat(encodeNumber(table.length))));
  const bodies = functions.flatMap(({ body }) => [encodeNumber(lengthOf(body)), ...body]);
  return join([
    [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, types),
    ...section(2, imports),
    ...section(3, typeNumbers),
    ...section(7, exported),
    ...section(10, bodies, functions.length),
  ]);
}

/** A function's locals, as runs of one type, in front of its instructions. */
export function encodeBody(locals: readonly ValueType[], instructions: readonly number[]): Parts {
  const runs: number[][] = [];
  for (let start = 0, end = 0; start < locals.length; start = end) {
    while (end < locals.length && locals[end] === locals[start]) end++;
    runs.push(encodeNumber(end - start).concat(typeCode(locals[start])));
  }
  return [encodeNumber(runs.length), ...runs, instructions];
}

function encodeType({ parameters, result }: Signature): number[] {
  const results = result === null ? [] : [typeCode(result)];
  return [0x60].concat(encodeNumber(parameters.length), parameters.map(typeCode), results.length, results);
}

function encodeNumber(value: number): number[] {
  const bytes: number[] = [];
  appendUnsigned(bytes, value);
  return bytes;
}

const fromHost = (name: string, what: readonly number[]): number[] => encodeName('host').concat(encodeName(name), what);

/** Names are ASCII here, so a character is a byte. */
function encodeName(name: string): number[] {
  const bytes = encodeNumber(name.length);
  for (let i = 0; i < name.length; i++) bytes.push(name.charCodeAt(i));
  return bytes;
}

/** A section holds so many items, one after another. */
function section(id: number, items: Parts, count: number = items.length): Parts {
  const contents = [encodeNumber(count), ...items];
  return [[id].concat(encodeNumber(lengthOf(contents))), ...contents];
}

const lengthOf = (parts: Parts): number => parts.reduce((length, part) => length + part.length, 0);

function join(parts: Parts): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(lengthOf(parts));
  let end = 0;
  for (const part of parts) {
    bytes.set(part, end);
    end += part.length;
  }
  return bytes;
}
