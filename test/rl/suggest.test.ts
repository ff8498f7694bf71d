import { closestName, envs, suggestion, UnknownNameError } from 'deepq';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editDistance } from '../../src/rl/suggest.ts';

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 7 });

/** The definition as a recursion over the ends of both words, without a table. */
function slowDistance(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length;
  const [restA, restB] = [a.slice(0, -1), b.slice(0, -1)];
  const choices = [slowDistance(restA, restB) + (a.at(-1) === b.at(-1) ? 0 : 1), slowDistance(restA, b) + 1, slowDistance(a, restB) + 1];
  if (a.length > 1 && b.length > 1 && a.at(-1) === b.at(-2) && a.at(-2) === b.at(-1)) {
    choices.push(slowDistance(a.slice(0, -2), b.slice(0, -2)) + 1);
  }
  return Math.min(...choices);
}

test('the edit distance follows its definition', () => {
  const short = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 5 });
  fc.assert(fc.property(short, short, (a, b) => editDistance(a, b) === slowDistance(a, b)));
});

test('the edit distance is symmetric, 0 for equal words only, and at most the longer length', () => {
  fc.assert(
    fc.property(word, word, (a, b) => {
      const distance = editDistance(a, b);
      expect(distance).toBe(editDistance(b, a));
      expect(distance === 0).toBe(a === b);
      expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
      expect(distance).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
    }),
  );
});

test('one mistake of each kind is one', () => {
  const mistakes = ['chian', 'chan', 'chaain', 'chaim'];
  expect(mistakes.map((typed) => editDistance(typed, 'chain'))).toEqual([1, 1, 1, 1]);
});

test('suggests what was probably meant, and nothing when nothing is close', () => {
  const names = envs.map((entry) => entry.name);
  const expected = {
    cartpole: 'CartPole-v1',
    'CartPole-v0': 'CartPole-v1',
    acrobat: 'Acrobot-v1',
    Mountaincar: 'MountainCar-v0',
    grid: 'GridWorld-3x3',
    cahtc: 'Catch',
    'deep-sea': 'DeepSea',
    Pong: undefined,
    '': undefined,
  };
  for (const [typed, meant] of Object.entries(expected)) expect([typed, closestName(typed, names)]).toEqual([typed, meant]);
});

test('says so in a hint and in an error', () => {
  expect(suggestion('trian', ['train', 'eval'])).toBe('. Did you mean train?');
  expect(suggestion('zzz', ['train', 'eval'])).toBe('');
  const error = new UnknownNameError('command', 'trian', ['train', 'eval']);
  expect(error).toMatchObject({
    name: 'UnknownNameError',
    given: 'trian',
    closest: 'train',
    message: 'command: must be one of train, eval; got "trian". Did you mean train?',
  });
});
