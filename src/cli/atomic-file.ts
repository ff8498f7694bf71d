// Files that are either complete or not there. The new content goes to a temporary name in the same folder, is forced to the
// disk, and then takes the place of the old file in one step, so that no crash and no full disk can leave half a file.

import { closeSync, fsyncSync, openSync, readdirSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** The few calls that are used of the file system; tests pass one that fails. */
export interface FileSystem {
  /** Creates a file, or empties it, and returns its descriptor. */
  create(path: string): number;
  /** Writes some bytes, beginning at `offset`, and returns how many. */
  write(file: number, data: Uint8Array, offset: number): number;
  sync(file: number): void;
  close(file: number): void;
  rename(from: string, to: string): void;
  remove(path: string): void;
  /** Forces a folder's list of names to the disk. */
  syncFolder(path: string): void;
}

/** Bytes that are written or read by one call; Node refuses 2 GiB. */
export const mostAtOnce: number = 2 ** 30;

export const nodeFileSystem: FileSystem = {
  create: (path) => openSync(path, 'w'),
  write: (file, data, offset) => writeSync(file, data, offset, Math.min(data.length - offset, mostAtOnce)),
  sync: fsyncSync,
  close: closeSync,
  rename: renameSync,
  remove: (path) => rmSync(path, { force: true }),
  syncFolder(path) {
    if (process.platform === 'win32') return; // folders cannot be opened there, and need not be
    const folder = openSync(path, 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  },
};

/** A file could not be read or written. The facts are in the message and in the fields. */
export class FileError extends Error {
  readonly path: string;
  /** The system's code, such as ENOSPC. */
  readonly code: string | undefined;

  constructor(path: string, requirement: string, cause: unknown, hint = '') {
    const code = codeOf(cause);
    const reason = code === undefined ? String(cause) : Object.hasOwn(reasons, code) ? `${reasons[code]} (${code})` : code;
    super(`${path}: ${requirement}; got ${reason}${hint}`, { cause });
    this.name = 'FileError';
    this.path = path;
    this.code = code;
  }
}

/** What a file is to hold: a text, bytes, or pieces of bytes one behind the other. */
export type Content = string | Uint8Array | readonly Uint8Array[];

/** Replaces a file or creates it. Throws FileError; the earlier file is then as it was and nothing is left behind. */
export function writeFileAtomically(path: string, content: Content, files: FileSystem = nodeFileSystem): void {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    fill(temporary, piecesOf(content), files);
    files.rename(temporary, path);
  } catch (error) {
    removeQuietly(temporary, files);
    throw new FileError(path, 'must be writable', error, '. An earlier file of this name is as it was');
  }
  try {
    files.syncFolder(dirname(path));
  } catch (error) {
    throw new FileError(dirname(path), 'must be forced to the disk', error);
  }
}

/** Removes what killed processes left of atomic writes of these files. */
export function removeOrphans(folder: string, names: readonly string[]): void {
  for (const entry of readdirSync(folder)) {
    if (names.some((name) => entry.startsWith(`.${name}.`) && /^\d+\.tmp$/.test(entry.slice(name.length + 2)))) {
      rmSync(join(folder, entry), { force: true });
    }
  }
}

/** The system's code of an error, such as ENOENT. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Writes all of the data; a system may take it in pieces. */
export function writeAll(file: number, data: Uint8Array, files: Pick<FileSystem, 'write'> = nodeFileSystem): void {
  let offset = 0;
  while (offset < data.length) offset += files.write(file, data, offset);
}

function piecesOf(content: Content): readonly Uint8Array[] {
  if (typeof content === 'string') return [new TextEncoder().encode(content)];
  return content instanceof Uint8Array ? [content] : content;
}

function fill(path: string, pieces: readonly Uint8Array[], files: FileSystem): void {
  const file = files.create(path);
  try {
    for (const piece of pieces) writeAll(file, piece, files);
    files.sync(file);
  } finally {
    files.close(file);
  }
}

/** The first error is the one to report. */
function removeQuietly(path: string, files: FileSystem): void {
  try {
    files.remove(path);
  } catch {}
}

/** What errors say is at a path that leads nowhere. */
export const nothingThere = 'no such file or folder';

/** What errors say they got, by the system's code. */
const reasons: Readonly<Record<string, string>> = {
  EACCES: 'no permission',
  EDQUOT: 'a disk quota that is used up',
  EFBIG: 'a file larger than is allowed',
  EISDIR: 'a folder',
  EMFILE: 'too many open files',
  ENOENT: nothingThere,
  ENOSPC: 'a full disk',
  ENOTDIR: 'a path through something that is no folder',
  EPERM: 'no permission',
  EROFS: 'a file system that is read-only',
};
