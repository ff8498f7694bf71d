import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MetricsLog } from '../../src/cli/metrics-log.ts';
import { temporaryFolder } from './fake-host.ts';

test('lines are written behind what is there, when they are flushed', () => {
  const path = join(temporaryFolder(), 'metrics.jsonl');
  appendFileSync(path, 'earlier\n');
  const log = new MetricsLog(path);
  log.append('a');
  expect(readFileSync(path, 'utf8')).toBe('earlier\n');
  log.flush();
  log.append('b');
  log.append('c');
  log.sync();
  log.close();
  expect(readFileSync(path, 'utf8')).toBe('earlier\na\nb\nc\n');
});

test('a missing folder is a clear error', () => {
  const path = join(temporaryFolder(), 'missing', 'metrics.jsonl');
  expect(() => new MetricsLog(path)).toThrow(`${path}: must be writable; got no such file or folder (ENOENT)`);
});

// A device that is always full, where there is one.
test.runIf(existsSync('/dev/full'))('a full disk is a clear error', () => {
  const log = new MetricsLog('/dev/full');
  log.append('line');
  expect(() => log.flush()).toThrow('/dev/full: must take more lines; got a full disk (ENOSPC)');
  log.flush(); // the lines were given up; nothing fails twice
  log.close();
});
