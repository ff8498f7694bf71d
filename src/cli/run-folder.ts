// The folder of a run: which files it holds, who may begin one in it, and how its files are read and written.

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ByteSource } from '../index.ts';
import { type Content, codeOf, FileError, nothingThere, removeOrphans, writeFileAtomically } from './atomic-file.ts';
import { UsageError } from './exit.ts';
import { readPieces } from './file-source.ts';
import { isLock, RunLock, requireUnused } from './run-lock.ts';

/** What a run writes. All but the metrics, which grow, are replaced in one step each. */
export const runFiles = ['config.json', 'metrics.jsonl', 'curve.svg', 'weights.safetensors', 'checkpoint.safetensors'] as const;
export type RunFile = (typeof runFiles)[number];

/** The folder is this process's alone until it is closed. */
export class RunFolder {
  readonly path: string;
  readonly #lock: RunLock;

  private constructor(path: string) {
    this.path = path;
    this.#lock = new RunLock(path);
  }

  /**
   * A folder for a new run. It is made if need be; one that holds something is accepted only to overwrite the run in it, and
   * then loses a run's files and no others. Throws UsageError when it is not accepted, FileError when it cannot be made.
   */
  static create(path: string, overwrite: boolean): RunFolder {
    const entries = entriesOf(path);
    requireUnused(path, entries);
    const present = entries.filter((entry) => !isLock(entry) && !runFiles.some((name) => entry.startsWith(`.${name}.`)));
    if (!overwrite && present.length > 0) {
      throw new UsageError(
        `--out: ${path} must be new or empty; it holds ${present.join(', ')}. Add --overwrite to replace the run in it, or choose another folder`,
      );
    }
    writing(path, () => mkdirSync(path, { recursive: true }));
    const folder = new RunFolder(path);
    folder.clean();
    writing(path, () => {
      for (const name of runFiles) rmSync(join(path, name), { force: true });
    });
    return folder;
  }

  /** The folder of an existing run. Throws UsageError when there is none, or when another process writes to it. */
  static open(path: string): RunFolder {
    requirePath(path, 'the folder of a run');
    if (!existsSync(join(path, 'checkpoint.safetensors'))) {
      throw new UsageError(`${path}: must be the folder of a run; it has no checkpoint.safetensors`);
    }
    return new RunFolder(path);
  }

  /** Leaves the folder to other processes. */
  close(): void {
    this.#lock.release();
  }

  pathOf(name: RunFile): string {
    return join(this.path, name);
  }

  /** Removes what killed processes left. Throws FileError. */
  clean(): void {
    writing(this.path, () => removeOrphans(this.path, runFiles));
  }

  /** Replaces a file. Throws FileError, and then the earlier one is as it was. */
  write(name: RunFile, content: Content): void {
    writeFileAtomically(this.pathOf(name), content);
  }

  readText(name: RunFile): string {
    return readText(this.pathOf(name));
  }

  /** What `read` makes of a file that it is given a piece at a time. Throws FileError, and what `read` throws. */
  readPieces<T>(name: RunFile, read: (file: ByteSource) => T): T {
    return readPieces(this.pathOf(name), read);
  }
}

/** Throws UsageError when a path of the command line leads nowhere; `what` should be there. */
export function requirePath(path: string, what: string): void {
  if (!existsSync(path)) throw new UsageError(`${path}: must be ${what}; got ${nothingThere}`);
}

/** A whole file as text. Throws FileError. */
export function readText(path: string): string {
  return new TextDecoder().decode(readBytes(path));
}

/** A whole file. Throws FileError. */
export function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new FileError(path, 'must be readable', error);
  }
}

/** Does some work in a folder. Throws FileError when it cannot be done. */
function writing(path: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw new FileError(path, 'must be a folder that can be written to', error);
  }
}

/** Throws UsageError when the path leads to something that is no folder. */
function entriesOf(path: string): string[] {
  try {
    return readdirSync(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    if (codeOf(error) === 'ENOTDIR') throw new UsageError(`--out: ${path} must be a folder; a file is in the way`);
    throw new FileError(path, 'must be a readable folder', error);
  }
}
