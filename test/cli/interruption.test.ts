import { expect, test } from 'vitest';
import { invocation, shellWord } from '../../src/cli/host.ts';
import { watchForInterruption } from '../../src/cli/interruption.ts';

/** Signals at these times, and at which of them the process was ended. */
function signalsAt(times: readonly number[]): { requested: boolean[]; ended: number[] } {
  let signal = (): void => {};
  let time = 0;
  const ended: number[] = [];
  const watch = (listener: () => void): void => {
    signal = listener;
  };
  const interruption = watchForInterruption(
    watch,
    () => time,
    () => void ended.push(time),
  );
  const requested = [interruption.requested];
  for (const next of times) {
    time = next;
    signal();
    requested.push(interruption.requested);
  }
  return { requested, ended };
}

test('the first signal asks, a later one ends', () => {
  expect(signalsAt([1000])).toEqual({ requested: [false, true], ended: [] });
  expect(signalsAt([1000, 3000])).toEqual({ requested: [false, true, true], ended: [3000] });
});

test('one Ctrl-C that arrives twice is one request', () => {
  expect(signalsAt([1000, 1005, 1300]).ended).toEqual([]);
});

test('the program itself asks as often as it likes, and the first signal after that does not end', () => {
  let signal = (): void => {};
  let time = 0;
  const ended: number[] = [];
  const interruption = watchForInterruption(
    (listener) => {
      signal = listener;
    },
    () => time,
    () => void ended.push(time),
  );
  for (time = 0; time < 5000; time += 1000) interruption.request();
  expect([interruption.requested, ended]).toEqual([true, []]);
  signal();
  expect(ended).toEqual([]);
  time += 1000;
  signal();
  expect(ended).toEqual([6000]);
});

test('commands to paste begin the way this process was begun', () => {
  expect(invocation('/home/x/project/dist/cli/main.js', '/home/x/project')).toBe('node dist/cli/main.js');
  expect(invocation('/home/x/my project/dist/cli/main.js', '/home/x')).toBe("node 'my project/dist/cli/main.js'");
  expect(invocation('/usr/local/bin/deepq', '/home/x')).toBe('deepq');
  expect(invocation('/home/x/project/node_modules/.bin/deepq', '/home/x/project')).toBe('npx deepq');
  expect(invocation('/home/x/.npm/_npx/2f1/node_modules/.bin/deepq', '/home/x')).toBe('npx deepq');
});

test('a path with special characters stays one word', () => {
  expect(shellWord('runs/a-1_b.c')).toBe('runs/a-1_b.c');
  expect(shellWord("it's here")).toBe(String.raw`'it'\''s here'`);
  expect(shellWord('')).toBe("''");
});
