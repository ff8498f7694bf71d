// One process at a time writes to the folder of a run. Each puts an empty file there whose name says which process it is, and only then
// looks for those of others: of two that come at the same time, at least one sees the other and leaves. A file whose process has
// ended, killed for example, keeps nobody out. What runs on another computer cannot be seen from here, so its files count.

import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { codeOf, FileError } from './atomic-file.ts';
import { UsageError } from './exit.ts';

/** A process as the name of its file tells it. */
export interface Owner {
  readonly pid: number;
  /** When it began, because the numbers of processes are given away again: in ticks since the system started, 0 where it does not tell. */
  readonly began: string;
  /** The name of its computer, as far as a file's name can hold it. */
  readonly host: string;
}

export class RunLock {
  readonly #path: string;

  /** Takes a folder for this process. Throws UsageError when another one has it, FileError when no file can be made there. */
  constructor(folder: string) {
    const name = lockName(ownerWithId(process.pid));
    this.#path = join(folder, name);
    try {
      writeFileSync(this.#path, '');
      const entries = readdirSync(folder);
      requireUnused(folder, entries);
      for (const entry of entries) if (isLock(entry) && entry !== name) rmSync(join(folder, entry), { force: true });
    } catch (error) {
      this.release();
      throw error instanceof UsageError ? error : new FileError(folder, 'must be a folder that can be written to', error);
    }
    process.on('exit', this.release); // a second Ctrl-C ends the process at once
  }

  /** Gives the folder back. */
  readonly release = (): void => {
    process.off('exit', this.release);
    try {
      rmSync(this.#path, { force: true });
    } catch {} // the file will mean nothing once this process has ended
  };
}

/** Throws UsageError when the names of a folder's entries tell of another process that may still write there. */
export function requireUnused(folder: string, entries: readonly string[]): void {
  for (const entry of entries) {
    const owner = ownerNamed(entry);
    if (owner === undefined || isThisProcess(owner) || !mayRun(owner)) continue;
    throw new UsageError(
      `${folder}: must not be in use by another process; got process ${owner.pid} on ${owner.host}, which trains there. ` +
        `Wait for its end or choose another folder. If it has ended, remove ${join(folder, entry)}`,
    );
  }
}

const thisHost = hostname().replaceAll(/[^\w.-]/g, '_');

/** The process of that number on this computer. */
export const ownerWithId = (pid: number): Owner => ({ pid, began: statusOf(pid)?.began ?? '0', host: thisHost });

export const lockName = ({ pid, began, host }: Owner): string => `.lock.${pid}.${began}.${host}`;

export const isLock = (entry: string): boolean => ownerNamed(entry) !== undefined;

function ownerNamed(entry: string): Owner | undefined {
  const parts = /^\.lock\.([1-9]\d*)\.(\d+)\.([\w.-]*)$/.exec(entry);
  return parts === null ? undefined : { pid: Number(parts[1]), began: parts[2], host: parts[3] };
}

const isThisProcess = (owner: Owner): boolean => lockName(owner) === lockName(ownerWithId(process.pid));

/** False only for a process that has ended for certain. */
function mayRun({ pid, began, host }: Owner): boolean {
  if (host !== thisHost) return true;
  try {
    process.kill(pid, 0); // sends nothing
  } catch (error) {
    if (codeOf(error) !== 'EPERM') return false; // EPERM: it is another user's
  }
  const status = statusOf(pid);
  // A zombie has ended, though nobody has asked how. One that began at another time was given the number afterwards.
  return status === undefined || (status.state !== 'Z' && status.began === began);
}

/** What Linux tells of a process; undefined on other systems. */
function statusOf(pid: number): { readonly state: string; readonly began: string } | undefined {
  try {
    // "number (name) state …", and the name may hold anything, brackets too.
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ');
    return { state: fields[0], began: fields[19] };
  } catch {
    return undefined;
  }
}
