import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SavePace } from '../../src/cli/save-pace.ts';

test('a run that is quickly saved is saved as often as was asked for', () => {
  const pace = new SavePace(30, 500);
  const due = [30_500, 30_501].map((now) => pace.isDue(now));
  expect(due).toEqual([false, true]);
  pace.saved(30_501, 30_600);
  expect([60_600, 60_601].map((now) => pace.isDue(now))).toEqual([false, true]);
});

test('however long saving takes, each time is followed by nine times as much training', () => {
  const someTimes = fc.array(fc.tuple(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.double({ min: 0.01, max: 1e5, noNaN: true })), {
    minLength: 1,
  });
  fc.assert(
    fc.property(fc.double({ min: 0.01, max: 100, noNaN: true }), someTimes, (seconds, steps) => {
      const pace = new SavePace(seconds, 0);
      let now = 0;
      let trained = 0;
      let owed = 0;
      for (const [saving, training] of steps) {
        now += training;
        trained += training;
        if (!pace.isDue(now)) continue;
        expect(trained).toBeGreaterThan(Math.max(1000 * seconds, owed) * (1 - 1e-9));
        pace.saved(now, now + saving);
        now += saving;
        owed = 9 * saving;
        trained = 0;
      }
    }),
  );
});
