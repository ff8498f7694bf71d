import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runFake, smallRun, temporaryFolder } from './fake-host.ts';

const linesOf = (folder: string): Record<string, unknown>[] =>
  readFileSync(join(folder, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

const withoutSpeed = (text: string): string => text.replace(/,"charts\/SPS":\d+/g, '');

test('--diagnostics writes what goes on inside updates, draws it, and changes nothing of the run', async () => {
  const [plain, looked] = [join(temporaryFolder(), 'a'), join(temporaryFolder(), 'b')];
  expect((await runFake([...smallRun, '--steps', '1000', '--out', plain])).code).toBe(0);
  expect((await runFake([...smallRun, '--steps', '1000', '--out', looked, '--diagnostics'])).code).toBe(0);
  const read = (folder: string, file: string): Buffer => readFileSync(join(folder, file));
  expect(read(looked, 'checkpoint.safetensors').equals(read(plain, 'checkpoint.safetensors'))).toBe(true);

  const inside = linesOf(looked).filter((line) => 'diagnostics/td_errors' in line);
  expect(inside.map((line) => line['global_step'])).toEqual(
    [100, 200, 300, 400, 500, 600, 700, 800, 900, 1000].filter((step) => step >= 50),
  );
  expect(inside[3]).toMatchObject({
    'diagnostics/td_errors': expect.any(Array),
    'diagnostics/target_distance': expect.any(Number),
    'diagnostics/dead_share': expect.any(Number),
    'diagnostics/replay_age': expect.any(Number),
  });
  expect(linesOf(looked).filter((line) => 'diagnostics/overestimation' in line)).toHaveLength(10);
  const others = linesOf(looked).filter((line) => !Object.keys(line).some((name) => name.startsWith('diagnostics/')));
  expect(withoutSpeed(JSON.stringify(others))).toBe(withoutSpeed(JSON.stringify(linesOf(plain))));

  const [svg, before] = [looked, plain].map((folder) => read(folder, 'curve.svg').toString());
  for (const title of ['share of dead rectified units', 'age of what is replayed']) expect(svg).toContain(title);
  expect(svg).not.toContain('by priority'); // sampling is uniform
  expect(svg).not.toMatch(/NaN|undefined/);
  expect(before).not.toContain('class="panel"');
});

test('interrupted and resumed, it goes on without being asked again, and the lines are those of an uninterrupted run', async () => {
  const [whole, cut] = [join(temporaryFolder(), 'a'), join(temporaryFolder(), 'b')];
  const words = [...smallRun, '--steps', '900', '--diagnostics'];
  await runFake([...words, '--out', whole]);
  const { code, stderr } = await runFake([...words, '--out', cut], { interruptAt: 2 });
  expect([code, stderr]).toEqual([130, expect.stringContaining(`resume ${cut}\n`)]);
  expect((await runFake(['resume', cut])).code).toBe(0);
  const text = (folder: string): string => withoutSpeed(readFileSync(join(folder, 'metrics.jsonl'), 'utf8'));
  expect(text(cut)).toBe(text(whole));
});

test('--diagnostics false ends it when a run is resumed, and alone begins it', async () => {
  const out = join(temporaryFolder(), 'run');
  const stepsInside = (): unknown[] => linesOf(out).flatMap((line) => ('diagnostics/td_errors' in line ? [line['global_step']] : []));
  await runFake([...smallRun, '--steps', '200', '--out', out, '--diagnostics']);
  await runFake(['resume', out, '--steps', '400', '--quiet', '--diagnostics', 'false']);
  await runFake(['resume', out, '--steps', '500', '--quiet']);
  expect(stepsInside()).toEqual([100, 200]);
  await runFake(['resume', out, '--steps', '600', '--quiet', '--diagnostics']);
  expect(stepsInside()).toEqual([100, 200, 600]);
});
