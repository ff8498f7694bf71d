// The safetensors format: named arrays and a few words about them in one flat file, which many frameworks read and write.
//
//   8 bytes: length of the header, little-endian │ header: JSON │ data: the arrays, end to end, row-major, little-endian
//   header: { "name": { "dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24] }, …, "__metadata__": { "key": "text" } }
//
// A file may come from anywhere. The reader believes nothing that it has not compared with the number of bytes it holds, and
// what it returns is complete. Typed arrays have the byte order of the machine, which is little-endian wherever JavaScript runs.

import { formatShape, type Shape, sizeOf } from '../tensor/index.ts';
import { type ByteSource, joinPieces, sourceOf } from './byte-source.ts';
import { type Dtype, readHeader } from './safetensors-header.ts';
import { FormatError, type SnapshotArray } from './snapshot.ts';

/** An array and how it is laid out. */
export interface StoredArray {
  readonly data: SnapshotArray;
  readonly shape: Shape;
}

/** What a file holds. Maps, because a file may use any name, `__proto__` too. */
export interface TensorFile {
  readonly arrays: ReadonlyMap<string, StoredArray>;
  readonly metadata: ReadonlyMap<string, string>;
}

/** How many bytes the length field takes, and the multiple at which data begins. */
const word = 8;

/** Bytes of the longest header that is read, as in the format's own reader; it is text that must be in memory as a whole. */
const longestHeader = 100_000_000;

/**
 * The bytes of a file. Equal contents give equal bytes: arrays are sorted by element size, widest first, then by name, so that
 * each begins at a multiple of its element size. Throws RangeError for a name that cannot be written and for a shape that does
 * not hold its data.
 */
export function encodeTensors(arrays: ReadonlyMap<string, StoredArray>, metadata?: ReadonlyMap<string, string>): Uint8Array {
  return joinPieces(tensorPieces(arrays, metadata));
}

/** As encodeTensors, in pieces that may be longer together than one array: the header, then the arrays' own memory, not a copy. */
export function tensorPieces(arrays: ReadonlyMap<string, StoredArray>, metadata: ReadonlyMap<string, string> = new Map()): Uint8Array[] {
  const sorted = [...arrays].sort(([a, x], [b, y]) => y.data.BYTES_PER_ELEMENT - x.data.BYTES_PER_ELEMENT || byName(a, b));
  const fields: string[] = [];
  if (metadata.size > 0) {
    const texts = [...metadata].sort(([a], [b]) => byName(a, b)).map(([key, text]) => `${quote(key)}:${quote(text)}`);
    fields.push(`"__metadata__":{${texts.join(',')}}`);
  }
  let end = 0;
  for (const [name, { data, shape }] of sorted) {
    if (name === '__metadata__') throw new RangeError('safetensors: no array can be called "__metadata__"; the format keeps that name');
    if (sizeOf(shape) !== data.length || !shape.every((length) => Number.isSafeInteger(length) && length >= 0)) {
      throw new RangeError(`safetensors: the shape of "${name}" must hold ${data.length} numbers; got ${formatShape(shape)}`);
    }
    const start = end;
    end += data.byteLength;
    fields.push(`${quote(name)}:${JSON.stringify({ dtype: dtypeOf(data), shape, data_offsets: [start, end] })}`);
  }
  const text = new TextEncoder().encode(`{${fields.join(',')}}`);
  const header = new Uint8Array(Math.ceil((word + text.length) / word) * word);
  new DataView(header.buffer).setBigUint64(0, BigInt(header.length - word), true);
  header.fill(0x20, word); // spaces, which JSON ignores
  header.set(text, word);
  return [header, ...sorted.map(([, { data }]) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength))];
}

/**
 * What the bytes of a file say, in arrays of their own. F64, F32, I32 and U8 keep their type; F16 and BF16 become Float32Array.
 * Throws FormatError, with the reason, for anything that is not exactly such a file.
 */
export function decodeTensors(file: Uint8Array | ByteSource): TensorFile {
  const source = sourceOf(file);
  if (source.length < word)
    throw new FormatError(`safetensors: a file must begin with ${word} bytes of length; got ${source.length} bytes`);
  const length = new DataView(source.read(0, word).buffer).getBigUint64(0, true);
  if (length > BigInt(source.length - word)) {
    throw new FormatError(
      `safetensors: the header must lie inside the file; got a header of ${length} bytes in a file of ${source.length}`,
    );
  }
  if (length > longestHeader) throw new FormatError(`safetensors: a header must take at most ${longestHeader} bytes; got ${length}`);
  const dataStart = word + Number(length);
  const header = readHeader(source.read(word, dataStart), source.length - dataStart);
  const arrays = new Map<string, StoredArray>();
  for (const [name, entry] of header.entries) {
    // Memory of its own begins at a multiple of 8 wherever the data lay in the file.
    const { buffer } = source.read(dataStart + entry.start, dataStart + entry.end);
    arrays.set(name, { data: read[entry.dtype](buffer), shape: entry.shape });
  }
  return { arrays, metadata: header.metadata };
}

const read: Readonly<Record<Dtype, (raw: ArrayBufferLike) => SnapshotArray>> = {
  F64: (raw) => new Float64Array(raw),
  F32: (raw) => new Float32Array(raw),
  I32: (raw) => new Int32Array(raw),
  U8: (raw) => new Uint8Array(raw),
  F16: (raw) => Float32Array.from(new Uint16Array(raw), fromHalf),
  BF16: (raw) => {
    // A bfloat16 is the upper half of a float32.
    const words = Uint32Array.from(new Uint16Array(raw), (bits) => bits * 2 ** 16);
    return new Float32Array(words.buffer);
  },
};

/** IEEE 754 binary16: a sign, five bits of exponent with bias 15, ten bits of fraction. */
function fromHalf(bits: number): number {
  const sign = bits >= 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

function dtypeOf(data: SnapshotArray): Dtype {
  if (data instanceof Float64Array) return 'F64';
  if (data instanceof Float32Array) return 'F32';
  return data instanceof Int32Array ? 'I32' : 'U8';
}

const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** JSON for a text. Throws RangeError for half a surrogate pair, which UTF-8 cannot hold. */
function quote(text: string): string {
  if (/\p{Surrogate}/u.test(text)) throw new RangeError(`safetensors: names and texts must be well-formed; got ${JSON.stringify(text)}`);
  return JSON.stringify(text);
}

// In every engine and page, but not in the language's own library.
declare const TextEncoder: new () => { encode(text: string): Uint8Array };
