// deepq bench with a clock that jumps at every look, so that each case runs a few times whatever the machine.

import { describe, expect, test } from 'vitest';
import { runFake } from './fake-host.ts';

describe('deepq bench', () => {
  test('shows the peak loop, then each case, with its part of the peak where operations are counted', async () => {
    const { code, stdout } = await runFake(['bench'], { tick: 1e6 });
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^backend [\w-]+, one thread$/);
    expect(lines).toHaveLength(3 + 1 + 9);
    expect(lines[3]).toMatch(/s·c \+ d.* GFLOP\/s +100 %$/);
    expect(lines.filter((line) => line.startsWith('update'))).toHaveLength(3);
    expect(lines.filter((line) => line.startsWith('action'))).toHaveLength(2);
    for (const line of lines.filter((line) => /^(product|convolution)/.test(line))) expect(line).toMatch(/GFLOP\/s +[\d.]+ %$/);
  });

  test('prints one JSON object a line, and stops when asked to', async () => {
    const { code, stdout } = await runFake(['bench', '--json', '--seconds', '0.1'], { tick: 1e6, interruptAt: 1 });
    expect(code).toBe(130);
    expect(stdout).toBe('');
  });

  test('refuses a time that is none', async () => {
    const { code, stderr } = await runFake(['bench', '--seconds', '0']);
    expect(code).toBe(2);
    expect(stderr).toContain('--seconds: must be a positive number; got "0"');
  });
});
