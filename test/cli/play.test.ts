import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runFake, smallRun, temporaryFolder } from './fake-host.ts';

test('a random player without a terminal: the returns alone, the same for the same seed', async () => {
  const words = ['play', '--env', 'MinAtar-Breakout', '--episodes', '3', '--seed', '5'];
  const { code, stdout } = await runFake(words);
  expect(code).toBe(0);
  expect(stdout.trim().split('\n')).toEqual(
    [1, 2, 3].map((episode) => expect.stringMatching(RegExp(`^episode ${episode}: return \\d+ in \\d+ steps, terminated$`))),
  );
  expect((await runFake(words)).stdout).toBe(stdout);
});

test('a trained agent plays what its evaluation plays first', async () => {
  const folder = join(temporaryFolder(), 'run');
  await runFake([...smallRun, '--steps', '500', '--seed', '3', '--out', folder]);
  const evaluation = JSON.parse((await runFake(['eval', folder, '--episodes', '1', '--json'])).stdout);
  const { code, stdout } = await runFake(['play', folder]);
  expect([code, Number(/return (\S+) in/.exec(stdout)![1])]).toEqual([0, expect.closeTo(evaluation['eval/mean_return'], 2)]);
});

test('a game with lives is played to its end, as it is scored', async () => {
  const { stdout } = await runFake(['play', '--env', 'Orchard', '--seed', '1']);
  // An apple takes some 11 steps to fall, and each of three lives is lost by one.
  expect(Number(/ in (\d+) steps, terminated/.exec(stdout)![1])).toBeGreaterThan(30);
});

test('on a terminal each situation is drawn over the one before', async () => {
  const words = ['play', '--env', 'MinAtar-Breakout', '--steps', '2'];
  const plain = (await runFake(words, { columns: 60 })).stdout;
  const frames = plain.split('\r');
  expect(frames).toHaveLength(4); // nothing, the reset, two steps
  expect(frames[2].startsWith('\x1b[10A')).toBe(true);
  expect(frames[1].split('\n')).toHaveLength(11);
  expect(frames[1]).toContain('# # # #');
  expect(frames[3]).toMatch(/episode 1 {2}step 2 {2}return 0.*\nepisode 1: return 0 in 2 steps, not over\n$/s);
  expect((await runFake(words, { columns: 60, colors: true })).stdout).toContain('\x1b[48;2;');
});

test.each([true, false])('nothing is higher than the terminal, which would scroll at each step: colors %s', async (colors) => {
  for (const env of ['Orchard', 'Acrobot-v1', 'Chain']) {
    const { stdout } = await runFake(['play', '--env', env, '--steps', '2'], { columns: 80, rows: 12, colors });
    const frame = stdout.split('\r')[2];
    expect([env, frame.split('\n').length <= 12, frame.includes('step 1')]).toEqual([env, true, true]);
  }
});

test('pictures: one for each situation, counted on through episodes', async () => {
  const folder = join(temporaryFolder(), 'a', 'b');
  await runFake(['play', '--env', 'MinAtar-Freeway', '--steps', '4', '--images', folder]);
  expect(readdirSync(folder).sort()).toEqual(['000000.png', '000001.png', '000002.png', '000003.png', '000004.png']);
  expect(readFileSync(join(folder, '000000.png')).subarray(1, 4).toString()).toBe('PNG');
});

test('what cannot be played is refused before anything is written', async () => {
  const folder = join(temporaryFolder(), 'pictures');
  const cases: [string[], string][] = [
    [['play'], 'play: must be given the folder of a run, a file of weights, or --env NAME'],
    [['play', '--env', 'MinAtar-Brekout'], 'Did you mean MinAtar-Breakout?'],
    [['play', '--env', 'Chain', '--images', folder], '--images: must not be given for Chain, which has no pictures'],
  ];
  for (const [words, message] of cases) expect(await runFake(words)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  expect(existsSync(folder)).toBe(false);
});

test('interrupted, it ends with 130', async () => {
  expect(await runFake(['play', '--env', 'MinAtar-Freeway'], { interruptAt: 5 })).toMatchObject({ code: 130, pauses: 5 });
});
