// Snapshots as bytes: the arrays of a snapshot become the arrays of a safetensors file, each named by its path, and everything
// else one JSON text beside them. Equal snapshots give equal bytes, and decoding gives back exactly what was encoded.

import { decodeTensors, encodeTensors, type StoredArray } from './safetensors.ts';
import { FormatError, type Snapshot, type SnapshotArray, type SnapshotValue } from './snapshot.ts';

/** What stands in the JSON text for what JSON cannot hold. Keys that begin with $ are kept for this. */
type Reference = { readonly $array: string } | { readonly $number: '-0' };

/** The bytes of a snapshot. Throws RangeError for a number that is not finite: restoring it could only do harm. */
export function encodeSnapshot(snapshot: Snapshot): Uint8Array {
  const arrays = new Map<string, StoredArray>();
  const text = JSON.stringify(toJson(snapshot, '', arrays));
  return encodeTensors(arrays, new Map([['snapshot', text]]));
}

/** The snapshot that bytes from `encodeSnapshot` hold. Throws FormatError for anything else. */
export function decodeSnapshot(bytes: Uint8Array): Snapshot {
  const { arrays, metadata } = decodeTensors(bytes);
  const text = metadata.get('snapshot');
  if (text === undefined) throw new FormatError('snapshot: the file must have "snapshot" in its metadata; it has weights only');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new FormatError('snapshot: the text in the metadata must be JSON');
  }
  const value = fromJson(json, arrays);
  if (value === null || typeof value !== 'object' || Array.isArray(value) || ArrayBuffer.isView(value)) {
    throw new FormatError('snapshot: the text in the metadata must be an object');
  }
  return value as Snapshot; // the other members of the union were ruled out above
}

function toJson(value: SnapshotValue, path: string, arrays: Map<string, StoredArray>): SnapshotValue | Reference {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new RangeError(`snapshot: "${path}" must be finite; got ${value}`);
    return Object.is(value, -0) ? { $number: '-0' } : value;
  }
  if (value === null || typeof value !== 'object') return value;
  if (isArrayData(value)) {
    arrays.set(path, { data: value, shape: [value.length] });
    return { $array: path };
  }
  const below = (name: string | number): string => (path === '' ? `${name}` : `${path}/${name}`);
  if (Array.isArray(value)) return value.map((item: SnapshotValue, i) => toJson(item, below(i), arrays));
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      if (name.startsWith('$')) throw new RangeError(`snapshot: names must not begin with $; got ${JSON.stringify(name)}`);
      return [name, toJson(item, below(name), arrays)];
    }),
  );
}

function fromJson(value: unknown, arrays: ReadonlyMap<string, StoredArray>): SnapshotValue {
  if (value === null || typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map((item) => fromJson(item, arrays));
  const entries = Object.entries(value as object); // JSON holds nothing else
  const [name, reference] = entries[0] ?? [];
  if (name === '$number') return -0;
  if (name === '$array') {
    const stored = arrays.get(String(reference));
    if (stored === undefined) throw new FormatError(`snapshot: the file must hold the array "${reference}" that its text refers to`);
    return stored.data;
  }
  // fromEntries defines properties without calling setters, so the name __proto__ is a name like any other.
  return Object.fromEntries(entries.map(([key, item]) => [key, fromJson(item, arrays)]));
}

const isArrayData = (value: object): value is SnapshotArray => ArrayBuffer.isView(value);
