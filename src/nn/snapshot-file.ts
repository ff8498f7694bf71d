// Snapshots as bytes: the arrays of a snapshot become the arrays of a safetensors file, each named by its path, and everything
// else one JSON text beside them. Equal snapshots give equal bytes, and decoding gives back exactly what was encoded.

import { type ByteSource, joinPieces } from './byte-source.ts';
import { decodeTensors, type StoredArray, tensorPieces } from './safetensors.ts';
import { FormatError, type Snapshot, type SnapshotArray, type SnapshotValue } from './snapshot.ts';

/** What stands in the JSON text for what JSON cannot hold. Names that begin with $ are kept for this. */
type Reference = { readonly $array: string } | { readonly $number: '-0' };

/** Snapshots nested in snapshots, at most; a text from elsewhere could exhaust the stack. */
const deepest = 100;

/**
 * The bytes of a snapshot. Throws RangeError for a number that is not finite, as restoring it could only do harm, and for names
 * that begin with $, are empty or contain a slash: two arrays could then have one path.
 */
export function encodeSnapshot(snapshot: Snapshot): Uint8Array {
  return joinPieces(snapshotPieces(snapshot));
}

/** As encodeSnapshot, in pieces that may be longer together than one array; among them is the snapshot's own memory, not a copy. */
export function snapshotPieces(snapshot: Snapshot): Uint8Array[] {
  const arrays = new Map<string, StoredArray>();
  const text = JSON.stringify(toJson(snapshot, [], arrays));
  return tensorPieces(arrays, new Map([['snapshot', text]]));
}

/** The snapshot that a file from `encodeSnapshot` or `snapshotPieces` holds. Throws FormatError for anything else. */
export function decodeSnapshot(file: Uint8Array | ByteSource): Snapshot {
  const { arrays, metadata } = decodeTensors(file);
  const text = metadata.get('snapshot');
  if (text === undefined) throw new FormatError('snapshot: the file must have "snapshot" in its metadata; it has weights only');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new FormatError('snapshot: the text in the metadata must be JSON');
  }
  const value = fromJson(json, arrays, 0);
  if (value === null || typeof value !== 'object' || Array.isArray(value) || ArrayBuffer.isView(value)) {
    throw new FormatError('snapshot: the text in the metadata must be an object');
  }
  return value as Snapshot; // the other members of the union were ruled out above
}

function toJson(value: SnapshotValue, path: readonly (string | number)[], arrays: Map<string, StoredArray>): SnapshotValue | Reference {
  if (path.length > deepest) throw new RangeError(`snapshot: nesting must be at most ${deepest} levels deep; got more`);
  const name = path.join('/');
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new RangeError(`snapshot: "${name}" must be finite; got ${value}`);
    return Object.is(value, -0) ? { $number: '-0' } : value;
  }
  if (value === null || typeof value !== 'object') return value;
  if (isArrayData(value)) {
    arrays.set(name, { data: value, shape: [value.length] });
    return { $array: name };
  }
  if (Array.isArray(value)) return value.map((item: SnapshotValue, i) => toJson(item, [...path, i], arrays));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      if (!/^[^$/][^/]*$/.test(key)) {
        throw new RangeError(`snapshot: names must not be empty, begin with $ or contain /; got ${JSON.stringify(key)}`);
      }
      return [key, toJson(item, [...path, key], arrays)];
    }),
  );
}

function fromJson(value: unknown, arrays: ReadonlyMap<string, StoredArray>, depth: number): SnapshotValue {
  if (depth > deepest) throw new FormatError(`snapshot: nesting must be at most ${deepest} levels deep; the file has more`);
  if (value === null || typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map((item) => fromJson(item, arrays, depth + 1));
  const entries = Object.entries(value as object); // JSON holds nothing else
  if (entries[0]?.[0].startsWith('$')) return dereference(value as Partial<Record<string, unknown>>, arrays);
  // fromEntries defines properties without calling setters, so the name __proto__ is a name like any other.
  return Object.fromEntries(entries.map(([key, item]) => [key, fromJson(item, arrays, depth + 1)]));
}

/** What a Reference stands for. Throws FormatError for anything that only begins like one. */
function dereference(reference: Partial<Record<string, unknown>>, arrays: ReadonlyMap<string, StoredArray>): SnapshotValue {
  const { $array: name, $number: number, ...rest } = reference;
  if (Object.keys(rest).length === 0) {
    if (number === '-0' && name === undefined) return -0;
    const stored = typeof name === 'string' && number === undefined ? arrays.get(name) : undefined;
    if (stored !== undefined) return stored.data;
  }
  const text = (JSON.stringify(reference) ?? '').slice(0, 60);
  throw new FormatError(`snapshot: names that begin with $ must stand for an array of the file or −0; got ${text}`);
}

const isArrayData = (value: object): value is SnapshotArray => ArrayBuffer.isView(value);
