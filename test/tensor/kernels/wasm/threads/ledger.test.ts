import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Ledger } from '../../../../../src/tensor/kernels/wasm/threads/ledger.ts';

/** Multiply-adds of a millisecond, as the ledger counts. */
const ms = 20e6;

/** Works alone, a millisecond at a time, until the phase changes; returns how long that took. */
function aloneUntilChange(ledger: Ledger): number {
  const { phase } = ledger;
  for (let spent = 1; spent < 100_000; spent++) {
    ledger.alone(ms);
    if (ledger.phase !== phase) return spent;
  }
  throw new Error(`the phase must change; got stuck in ${phase}`);
}

test('the first call begins a trial', () => {
  const ledger = new Ledger(false);
  ledger.alone(1);
  expect(ledger.phase).toBe('trial');
});

test('trials that fail become rare: they take less than a twentieth of the work from the start, and a hundredth in the end', () => {
  const ledger = new Ledger(false);
  ledger.alone(1);
  let [trials, rests] = [0, 0];
  for (let round = 0; round < 20; round++) {
    trials += aloneUntilChange(ledger); // the trial fails
    const rest = aloneUntilChange(ledger);
    rests += rest;
    expect(trials / (trials + rests)).toBeLessThan(0.05);
    if (round > 8) expect(rest).toBe(5000);
  }
  expect(trials / rests).toBeLessThan(0.02);
});

describe('while work is divided', () => {
  function dividing(): Ledger {
    const ledger = new Ledger(false);
    ledger.alone(1);
    ledger.divide();
    return ledger;
  }

  test('waits that cost more than the workers save end it, whatever was saved before', () => {
    const job = fc.record({ saved: fc.double({ min: 0, max: 50, noNaN: true }), waited: fc.double({ min: 0, max: 5, noNaN: true }) });
    fc.assert(
      fc.property(fc.array(job), (before) => {
        const ledger = dividing();
        let balance = 0;
        for (const { saved, waited } of before) {
          if (ledger.phase !== 'dividing') break;
          ledger.settle(saved, ms, waited);
          balance += saved - waited;
          if (ledger.phase === 'dividing') expect(balance).toBeGreaterThanOrEqual(-2 - 1e-9); // never more lost than the grant
        }
        for (let i = 0; i < 13 && ledger.phase === 'dividing'; i++) ledger.settle(0, ms, 1);
        expect(ledger.phase).toBe('rest');
      }),
    );
  });

  test('it goes on as long as the workers save what they cost', () => {
    const ledger = dividing();
    for (let i = 0; i < 1000; i++) ledger.settle(1, 0.5 * ms, 0.5);
    expect(ledger.phase).toBe('dividing');
  });

  test('turns end it: a job that one thread does whole while the other stands still saves nothing', () => {
    const ledger = dividing();
    for (let i = 0; i < 1000; i++) {
      for (let own = 0; own < 4; own++) ledger.between(1, 1); // side by side
      ledger.settle(4, 0.02 * ms, 0);
    }
    expect(ledger.phase).toBe('dividing');
    let jobs = 0;
    for (; jobs < 200 && ledger.phase === 'dividing'; jobs++) {
      const whole = jobs % 3 === 0 ? 8 : 0; // by the worker, or by the caller
      ledger.between(whole, 1);
      ledger.settle(whole, 0.02 * ms, 0);
    }
    expect(ledger.phase).toBe('rest');
    expect(jobs).toBeGreaterThan(50); // what was saved before is spent first
  });

  test('several workers may take more between two parts of the caller', () => {
    const ledger = dividing();
    for (let i = 0; i < 1000; i++) {
      ledger.between(6, 3);
      ledger.settle(6, 0.02 * ms, 0);
    }
    expect(ledger.phase).toBe('dividing');
    for (let i = 0; i < 200; i++) ledger.between(7, 3);
    ledger.settle(7 * 200, 0.02 * ms, 0);
    expect(ledger.phase).toBe('rest');
  });

  test('good times make the next rest short again', () => {
    const ledger = new Ledger(false);
    ledger.alone(1);
    for (let i = 0; i < 5; i++) {
      aloneUntilChange(ledger);
      aloneUntilChange(ledger);
    }
    ledger.divide();
    for (let i = 0; i < 20; i++) ledger.settle(1, ms, 0);
    ledger.settle(0, ms, 13);
    expect(aloneUntilChange(ledger)).toBe(200);
  });
});

test('always means always', () => {
  const ledger = new Ledger(true);
  for (let i = 0; i < 100; i++) ledger.settle(0, ms, 100);
  expect(ledger.phase).toBe('dividing');
});
