// Snapshots: the state of any stateful object as plain nested data, so that one file format saves them all. Also the readers
// that restore() methods use: a snapshot may come from a file, so nothing in it is trusted.

import type { RngState } from '../tensor/index.ts';

export type SnapshotArray = Float32Array | Float64Array | Int32Array | Uint8Array;
export type SnapshotValue = number | string | boolean | null | SnapshotArray | readonly SnapshotValue[] | Snapshot;
export type Snapshot = { readonly [name: string]: SnapshotValue };

/** Data from outside does not have the form it should have. The message names the place and both sides. */
export class FormatError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FormatError';
  }
}

/** The finite number stored under a name. Throws FormatError. */
export function readNumber(snapshot: Snapshot, name: string): number {
  const value = own(snapshot, name);
  if (typeof value !== 'number' || !Number.isFinite(value)) throw expected(name, 'a finite number', value);
  return value;
}

/** The non-negative integer stored under a name. Throws FormatError. */
export function readCount(snapshot: Snapshot, name: string): number {
  const value = own(snapshot, name);
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw expected(name, 'a non-negative integer', value);
  return value;
}

/** The integer in 0 … length − 1 stored under a name. Throws FormatError. */
export function readIndex(snapshot: Snapshot, name: string, length: number): number {
  const value = own(snapshot, name);
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value >= length)
    throw expected(name, `an integer in 0…${length - 1}`, value);
  return value;
}

/** The integer in low … high stored under a name. Throws FormatError. */
export function readInteger(snapshot: Snapshot, name: string, low: number, high: number): number {
  const value = own(snapshot, name);
  if (typeof value !== 'number' || !Number.isInteger(value) || value < low || value > high)
    throw expected(name, `an integer in ${low}…${high}`, value);
  return value;
}

/** The truth value stored under a name. Throws FormatError. */
export function readBoolean(snapshot: Snapshot, name: string): boolean {
  const value = own(snapshot, name);
  if (typeof value !== 'boolean') throw expected(name, 'true or false', value);
  return value;
}

/** The list of finite numbers stored under a name; of this length when one is given. Throws FormatError. */
export function readNumbers(snapshot: Snapshot, name: string, length?: number): number[] {
  const value = own(snapshot, name);
  if (!Array.isArray(value) || !value.every((x) => typeof x === 'number' && Number.isFinite(x)))
    throw expected(name, 'a list of numbers', value);
  if (length !== undefined && value.length !== length) throw expected(name, `${length} numbers`, value);
  return value;
}

/** The array of one element type and length stored under a name. Throws FormatError. */
export function readArray<T extends SnapshotArray>(snapshot: Snapshot, name: string, type: new (length: number) => T, length: number): T {
  const value = own(snapshot, name);
  if (!(value instanceof type) || value.length !== length) throw expected(name, `${type.name}[${length}]`, value);
  return value;
}

/** As readArray, and every number in it is finite. Throws FormatError. */
export function readFinite<T extends Float32Array | Float64Array>(
  snapshot: Snapshot,
  name: string,
  type: new (length: number) => T,
  length: number,
): T {
  const array: T = readArray(snapshot, name, type, length);
  const at = array.findIndex((x) => !Number.isFinite(x));
  if (at >= 0) throw new FormatError(`snapshot: "${name}" must be finite; got ${array[at]} at place ${at}`);
  return array;
}

/** The snapshot nested under a name. Throws FormatError. */
export function readSnapshot(snapshot: Snapshot, name: string): Snapshot {
  const value = own(snapshot, name);
  if (value === null || typeof value !== 'object' || Array.isArray(value) || ArrayBuffer.isView(value))
    throw expected(name, 'a snapshot', value);
  return value as Snapshot; // the other members of the union were ruled out above
}

/**
 * The list stored under a name, of this length when one is given, each of its elements read by `read`, which finds it under the
 * name too. Throws FormatError.
 */
export function readList<T>(snapshot: Snapshot, name: string, read: (element: Snapshot, name: string) => T, length?: number): T[] {
  const value = own(snapshot, name);
  if (!Array.isArray(value)) throw expected(name, 'a list', value);
  if (length !== undefined && value.length !== length) throw expected(name, `a list of ${length}`, value);
  return value.map((element: SnapshotValue) => read({ [name]: element }, name));
}

/** The random generator's state stored under a name: two times four unsigned 32-bit words, not all zero. Throws FormatError. */
export function readRngState(snapshot: Snapshot, name: string): RngState {
  const nested = readSnapshot(snapshot, name);
  const words = (which: string): number[] => {
    const four = readNumbers(nested, which, 4);
    if (four.some((word) => word !== word >>> 0) || four.every((word) => word === 0))
      throw expected(`${name}.${which}`, 'four unsigned 32-bit words, not all zero', four);
    return four;
  };
  return { identity: words('identity'), words: words('words') };
}

function own(snapshot: Snapshot, name: string): SnapshotValue | undefined {
  return Object.hasOwn(snapshot, name) ? snapshot[name] : undefined;
}

function expected(name: string, what: string, got: SnapshotValue | undefined): FormatError {
  return new FormatError(`snapshot: "${name}" must be ${what}; got ${describe(got)}`);
}

/** One level deep, for a snapshot from a file may be nested deeper than JSON.stringify can go. */
function describe(value: SnapshotValue | undefined): string {
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}[${value.length}]`;
  if (Array.isArray(value))
    return `[${value
      .slice(0, 8)
      .map((part) => (Array.isArray(part) ? 'a list' : describe(part)))
      .join(', ')}]`.slice(0, 60);
  if (value !== null && typeof value === 'object') return 'a snapshot';
  return (JSON.stringify(value) ?? 'nothing').slice(0, 60);
}
