// Every example runs as it stands, and comes to what its text says. Examples are programs: importing one runs it.

import { readdirSync, readFileSync } from 'node:fs';
import { decodeCheckpoint } from 'deepq';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { expectClose } from './support/tolerance.ts';

const printed: string[] = [];

beforeEach(() => {
  printed.length = 0;
  vi.spyOn(console, 'log').mockImplementation((...words) => printed.push(words.join(' ')) as never); // as console.log: nothing returned is used
});
afterEach(() => vi.restoreAllMocks());

test('01: the tape agrees with the definition of a derivative, and downhill is down', async () => {
  const { answers, differences, gradient, losses } = await import('../examples/01-tensor-and-gradient.ts');
  expectClose('gradient', gradient, differences, 1e-3);
  expect(gradient.every((d) => Math.abs(d) > 0.1)).toBe(true);
  for (let i = 1; i < losses.length; i++) expect(losses[i]).toBeLessThan(losses[i - 1]);
  expect(Array.from(answers.data, Math.sign)).toEqual([1, 1, -1, -1]);
});

test('02: the network draws the sine', async () => {
  const { fitted, largestError } = await import('../examples/02-fit-a-curve.ts');
  expect(fitted.shape).toEqual([64, 1]);
  expect(largestError).toBeLessThan(0.05);
  expect(printed.join('\n')).toMatch(/largest error 0\.0/);
});

test('04: the preset learns to balance', async () => {
  const { curve, result } = await import('../examples/04-library-and-preset.ts');
  expect(curve[0]).toBeLessThan(40); // random play
  expect(result.returns).toHaveLength(20);
  expect(result.mean).toBeGreaterThan(150);
});

test('05: what was learned beats a plain rule, which beats chance', async () => {
  const { learned, random, thermostat } = await import('../examples/05-own-environment.ts');
  expect(thermostat).toBeLessThan(random / 2);
  expect(learned).toBeLessThan(0.9 * thermostat);
});

test('06: a resumed run is the same run, and weights mean the same in both layouts', async () => {
  const { metadata, output, resumedBytes, same, values } = await import('../examples/06-save-resume-and-pytorch-weights.ts');
  expect(same).toBe(true);
  const { environment, steps, config } = decodeCheckpoint(resumedBytes);
  expect([environment, steps, config.seed]).toEqual(['Catch', 2000, 5]);
  expect([...metadata]).toEqual([['environment', 'Catch']]);
  expect(values[0]).toEqual(values[1]);
  expect(output).toBe(72);
});

test('examples are numbered without a gap, and each is run by a test', () => {
  const examples = namesIn('../examples/').filter((name) => name.endsWith('.ts'));
  expect(examples.map((name) => name.slice(0, 2))).toEqual(examples.map((_, i) => String(i + 1).padStart(2, '0')));
  const tests = namesIn('.').filter((name) => name.endsWith('.test.ts'));
  const text = tests.map((name) => readFileSync(new URL(name, import.meta.url), 'utf8')).join('\n');
  expect(examples.filter((name) => !text.includes(`examples/${name}`))).toEqual([]);
});

const namesIn = (folder: string): string[] => readdirSync(new URL(folder, import.meta.url), { recursive: true, encoding: 'utf8' }).sort();
