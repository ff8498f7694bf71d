// Where progress is shown: a line that is redrawn in place on a terminal, plain lines anywhere else.

import type { Output } from './host.ts';
import { ansiPaint, noPaint, type Progress, progressBar, progressLine } from './progress.ts';

export interface Display {
  /** Shows progress if it is time to. */
  progress(now: number, progress: Progress): void;
  /** Shows a passing note instead, if it is time to. */
  note(now: number, text: string): void;
  /** Makes room for ordinary lines. */
  clear(): void;
}

export function createDisplay(output: Output): Display {
  return output.redraws ? new RedrawnLine(output) : new PlainLines(output);
}

/** At most ten times a second, which is as fast as anyone reads. */
class RedrawnLine implements Display {
  readonly #output: Output;
  #drawn = Number.NEGATIVE_INFINITY;
  #visible = false;

  constructor(output: Output) {
    this.#output = output;
  }

  progress(now: number, progress: Progress): void {
    this.#draw(now, (columns) => progressBar(progress, columns, this.#output.colors ? ansiPaint : noPaint));
  }

  note(now: number, text: string): void {
    this.#draw(now, (columns) => text.slice(0, columns));
  }

  clear(): void {
    if (this.#visible) this.#output.write('\r\x1b[K');
    this.#visible = false;
    this.#drawn = Number.NEGATIVE_INFINITY;
  }

  /** The last column stays free: a character there makes some terminals begin a new line. */
  #draw(now: number, text: (columns: number) => string): void {
    if (now - this.#drawn < 100) return;
    this.#output.write(`\r${text(this.#output.columns() - 1)}\x1b[K`);
    this.#drawn = now;
    this.#visible = true;
  }
}

/** A line every five seconds or every tenth of the run, whichever is rarer: a log should be short. */
class PlainLines implements Display {
  readonly #output: Output;
  #last: { readonly time: number; readonly tenth: number } | undefined;

  constructor(output: Output) {
    this.#output = output;
  }

  progress(now: number, progress: Progress): void {
    const tenth = Math.floor((10 * progress.step) / progress.steps);
    this.#last ??= { time: now, tenth };
    if (now - this.#last.time < 5000 || tenth <= this.#last.tenth) return;
    this.#last = { time: now, tenth };
    this.#output.write(`${progressLine(progress)}\n`);
  }

  note(): void {}

  clear(): void {}
}
