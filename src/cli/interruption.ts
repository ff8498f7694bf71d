// Ctrl-C in two stages: the first asks, so that a run can be saved, and the second ends the process at once.

/** Whether someone has asked the process to end. */
export interface Interruption {
  readonly requested: boolean;
}

/** One that the program itself can make. */
export interface Request extends Interruption {
  /** Asks, as often as it may be called; it never ends the process. */
  request(): void;
}

/**
 * Milliseconds in which further signals count as the same request: under npm, one Ctrl-C arrives twice, from the terminal and
 * from npm.
 */
const sameRequest = 400;

/**
 * Watches for signals that ask. `onSignal` subscribes to them and `end` leaves the process at once; `now` is in milliseconds.
 * Signals arrive only while the program awaits, so long work must pause now and then.
 */
export function watchForInterruption(onSignal: (listener: () => void) => void, now: () => number, end: () => void): Request {
  let first: number | undefined;
  let asked = false;
  onSignal(() => {
    if (first === undefined) first = now();
    else if (now() - first > sameRequest) end();
  });
  return {
    get requested() {
      return asked || first !== undefined;
    },
    request() {
      asked = true;
    },
  };
}
