// Whether dividing work pays at present. There is no clock on this floor, so what the workers save is estimated from the work they
// did, and what they cost from how long the caller had to wait for them. While the account is in credit, work is divided. When it
// is overdrawn, because someone else needs the other core, the caller works alone for a while, each time for longer; then comes a
// trial (trial.ts), and if that fails, the next rest.
//
// A caller that shares its core with a worker does not see itself stand still. But it can see turns: threads that run side by side take
// parts about one for one; one that has the core while the other has none takes many at a time. So of many parts that workers
// took between two of the caller's own, none was saved, and the time for them was lost.
//
// So whatever happens around the process, dividing can only lose the credit, a wait, and after that ever rarer trials.

/** Multiply-adds in a millisecond of one thread: what a fast core does, so that savings are rather estimated too low. */
const workPerMillisecond = 20e6;
/** Milliseconds that may be lost when dividing begins, and the most that can be saved up for bad times. */
const grant = 2;
const mostCredit = 10;
/** Parts between two of the caller's that each worker may have done beside it. */
const mostBetween = 2;
/** Milliseconds that it may cost to call workers for nothing: they look for work that long, perhaps on the caller's core. */
const vain = 0.05;
/** Milliseconds of work that a trial may last, and what part of the next rest if that is more: systems take their time to find a core. */
const trial = 10;
const trialPart = 1 / 100;
/** Milliseconds of work done alone before the next trial. */
const shortestRest = 200;
const longestRest = 5000;

export class Ledger {
  #phase: 'rest' | 'trial' | 'dividing' = 'rest';
  /** What is left of a rest or a trial. */
  #left = 0;
  #nextRest = shortestRest;
  #credit = 0;
  /** Parts of the job that were done while the caller stood still. */
  #standing = 0;
  readonly #always: boolean;

  /** `always` is to divide whether it pays or not. */
  constructor(always: boolean) {
    this.#always = always;
    if (always) this.divide();
  }

  get phase(): 'rest' | 'trial' | 'dividing' {
    return this.#phase;
  }

  /** The caller is about to do so many multiply-adds alone. A rest that is over becomes a trial, and a trial that lasts too long a rest. */
  alone(work: number): void {
    this.#left -= work / workPerMillisecond;
    if (this.#left > 0) return;
    if (this.#phase === 'trial') this.#pause();
    else {
      this.#phase = 'trial';
      this.#left = Math.max(trial, trialPart * this.#nextRest);
    }
  }

  /** The trial went well. */
  divide(): void {
    this.#phase = 'dividing';
    this.#credit = grant;
  }

  /** So many workers took so many parts of the job between two that the caller took, or before its first or after its last. */
  between(taken: number, workers: number): void {
    if (taken > mostBetween * workers) this.#standing += taken;
  }

  /** A job is done: the workers did so many of its parts, each of so many multiply-adds, and the caller waited so many milliseconds for the last. */
  settle(helped: number, part: number, waited: number): void {
    const saved = ((helped - 2 * this.#standing) * part) / workPerMillisecond;
    const called = helped === 0 || this.#standing > 0 ? vain : 0;
    this.#standing = 0;
    this.#credit = Math.min(mostCredit, this.#credit + saved - waited - called);
    if (this.#credit < 0 && !this.#always) this.#pause();
    else if (this.#credit === mostCredit) this.#nextRest = shortestRest;
  }

  #pause(): void {
    this.#phase = 'rest';
    this.#left = this.#nextRest;
    this.#nextRest = Math.min(longestRest, 2 * this.#nextRest);
  }
}
