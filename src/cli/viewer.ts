// How a game is watched: redrawn in place on a terminal, at a speed for eyes, and as numbered pictures in a folder.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Env, Image } from '../index.ts';
import { FileError } from './atomic-file.ts';
import type { Host } from './host.ts';
import { encodePng } from './png.ts';
import { drawPicture } from './terminal-picture.ts';

/** Small pictures are enlarged until their longer side has about so many pixels. */
const pictureSize = 320;

export class Viewer {
  readonly #host: Host;
  readonly #milliseconds: number;
  readonly #folder: string | undefined;
  #pictures = 0;
  /** Lines on the terminal that the next situation is drawn over. */
  #lines = 0;

  /** Shows so many situations a second; pictures go to the folder, which is made. Throws FileError. */
  constructor(host: Host, speed: number, folder: string | undefined) {
    this.#host = host;
    this.#milliseconds = 1000 / speed;
    this.#folder = folder;
    if (folder !== undefined) asFileError(folder, () => mkdirSync(folder, { recursive: true }));
  }

  /** The present situation. Throws FileError. */
  async show(env: Env, caption: string): Promise<void> {
    const image = env.image?.();
    if (this.#folder !== undefined && image !== undefined) this.#write(this.#folder, image);
    const { stdout } = this.#host;
    if (!stdout.redraws) return this.#host.pause();
    const columns = stdout.columns() - 1;
    const rows = stdout.rows() - 1; // the last is the caption's. What is taller would scroll, and leave a part behind at each step
    const picture = stdout.colors && image !== undefined ? drawPicture(image, columns, rows) : textOf(env, columns, rows);
    const lines = [...picture, caption.slice(0, columns)];
    const up = this.#lines > 1 ? `\x1b[${this.#lines - 1}A` : '';
    stdout.write(`\r${up}${lines.map((line) => `${line}\x1b[K`).join('\n')}`);
    this.#lines = lines.length;
    await this.#host.pause(this.#milliseconds);
  }

  /** Leaves the last situation on the terminal and begins a new line. */
  leave(): void {
    if (this.#lines > 0) this.#host.stdout.write('\n');
    this.#lines = 0;
  }

  #write(folder: string, image: Image): void {
    const scale = Math.max(1, Math.round(pictureSize / Math.max(image.width, image.height)));
    const path = join(folder, `${String(this.#pictures++).padStart(6, '0')}.png`);
    asFileError(path, () => writeFileSync(path, encodePng(image, scale)));
  }
}

/** As much of the situation as has room. */
function textOf(env: Env, columns: number, rows: number): string[] {
  const lines = env.render?.().split('\n') ?? [];
  return lines.slice(0, rows).map((line) => line.slice(0, columns));
}

function asFileError(path: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw new FileError(path, 'must be writable', error);
  }
}
