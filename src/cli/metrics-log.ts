// A file to which lines are added as a run goes on. Lines wait in memory until flush(); one that fails leaves no half line.

import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync } from 'node:fs';
import { FileError, writeAll } from './atomic-file.ts';

export class MetricsLog {
  readonly #path: string;
  readonly #file: number;
  #size: number;
  #waiting: string[] = [];

  /** Opens the file or creates it, to write behind what it holds. Throws FileError. */
  constructor(path: string) {
    this.#path = path;
    try {
      this.#file = openSync(path, 'a');
      this.#size = fstatSync(this.#file).size;
    } catch (error) {
      throw new FileError(path, 'must be writable', error);
    }
  }

  append(line: string): void {
    this.#waiting.push(line, '\n');
  }

  /** Writes the waiting lines. Throws FileError; the file then ends with the line before them, and they are given up. */
  flush(): void {
    if (this.#waiting.length === 0) return;
    const data = new TextEncoder().encode(this.#waiting.join(''));
    this.#waiting = [];
    try {
      writeAll(this.#file, data);
      this.#size += data.length;
    } catch (error) {
      this.#cutBack();
      throw new FileError(this.#path, 'must take more lines', error);
    }
  }

  /** Flushes and forces everything to the disk. Throws as flush does. */
  sync(): void {
    this.flush();
    try {
      fsyncSync(this.#file);
    } catch (error) {
      throw new FileError(this.#path, 'must be forced to the disk', error);
    }
  }

  close(): void {
    closeSync(this.#file);
  }

  /** The error that led here is the one to report. */
  #cutBack(): void {
    try {
      ftruncateSync(this.#file, this.#size);
    } catch {}
  }
}
