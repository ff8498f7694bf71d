// A file that is read a range at a time, because it may be longer than one array of bytes can be.

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { ByteSource } from '../index.ts';
import { FileError, mostAtOnce } from './atomic-file.ts';

/** What `read` makes of a file; `most` bytes are asked of the system at once. Throws FileError, and what `read` throws. */
export function readPieces<T>(path: string, read: (file: ByteSource) => T, most: number = mostAtOnce): T {
  const file = readable(path, () => openSync(path, 'r'));
  try {
    const length = readable(path, () => fstatSync(file).size);
    return read({ length, read: (start, end) => readable(path, () => readRange(file, start, end, most)) });
  } finally {
    closeSync(file);
  }
}

function readRange(file: number, start: number, end: number, most: number): Uint8Array {
  const bytes = new Uint8Array(end - start);
  let at = 0;
  while (at < bytes.length) {
    const count = readSync(file, bytes, at, Math.min(bytes.length - at, most), start + at);
    if (count === 0) throw new Error(`its end after ${start + at} bytes, of ${end} that it had`);
    at += count;
  }
  return bytes;
}

function readable<T>(path: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw new FileError(path, 'must be readable', error);
  }
}
