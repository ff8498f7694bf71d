// A run with --threads is the run without it, byte for byte; its network is large enough for its kernels to be divided.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { backend, createWasmBackend, useBackend } from 'deepq';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { runFake, smallRun, temporaryFolder } from './fake-host.ts';

// Threads share emitted kernels, so the run without them needs these too.
beforeEach(() => void useBackend(createWasmBackend() ?? backend()));
afterEach(() => void vi.unstubAllGlobals());

const largeRun = [...smallRun, '--network.hidden', '300,300', '--batchSize', '50', '--steps', '120', '--quiet'];
const checkpoint = (folder: string): string => readFileSync(join(folder, 'checkpoint.safetensors'), 'latin1');

test('the bytes are the same, in train and in resume, and the backend is what it was before', async () => {
  const folder = temporaryFolder();
  const before = backend();
  const [alone, shared] = [join(folder, 'alone'), join(folder, 'shared')];
  expect(await runFake([...largeRun, '--out', alone])).toMatchObject({ code: 0, stderr: '' });
  expect(await runFake([...largeRun, '--out', shared, '--threads', '3'])).toMatchObject({ code: 0, stderr: '' });
  expect(checkpoint(shared) === checkpoint(alone)).toBe(true);
  expect((await runFake(['resume', alone, '--steps', '150', '--eval-episodes', '5', '--quiet'])).code).toBe(0);
  expect((await runFake(['resume', shared, '--steps', '150', '--eval-episodes', '5', '--quiet', '--threads', '2'])).code).toBe(0);
  expect(checkpoint(shared) === checkpoint(alone)).toBe(true);
  expect(backend()).toBe(before);
});

test('numbers that make no sense are refused', async () => {
  const { code, stderr } = await runFake([...largeRun, '--out', join(temporaryFolder(), 'run'), '--threads', '17']);
  expect([code, stderr]).toEqual([2, expect.stringContaining('--threads: must be a whole number in 1…16; got 17')]);
});

test('where there can be no threads, the run says so and goes on', async () => {
  vi.stubGlobal('SharedArrayBuffer', undefined);
  const words = [...smallRun, '--steps', '100', '--quiet', '--threads', '2'];
  const refused = await runFake([...words, '--out', join(temporaryFolder(), 'run')]);
  expect([refused.code, refused.stderr]).toEqual([
    0,
    expect.stringMatching(/^--threads: has no effect here: there is no SharedArrayBuffer/),
  ]);
  vi.stubGlobal('WebAssembly', undefined);
  const { code, stderr } = await runFake([...words, '--out', join(temporaryFolder(), 'run')]);
  expect([code, stderr]).toEqual([0, '--threads: has no effect here, for there is no WebAssembly with SIMD\n']);
});
