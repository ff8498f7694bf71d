import { describe, expect, test } from 'vitest';
import { type Arguments, type Flag, parseArguments, parseNumber } from '../../src/cli/arguments.ts';
import { UsageError } from '../../src/cli/exit.ts';

const flags: readonly Flag[] = [
  { name: 'steps', value: 'N', description: '' },
  { name: 'learningRate', alias: 'learning-rate', value: 'VALUE', description: '' },
  { name: 'double', value: 'true|false', optional: true, description: '' },
  { name: 'json', description: '' },
];
const parse = (...words: string[]): Arguments => parseArguments('train', words, flags, ['FOLDER']);

test('values are read after a space or an equals sign, and the last of a repeated flag counts', () => {
  expect(parse('--steps', '5').count('steps')).toBe(5);
  expect(parse('--steps=5').count('steps')).toBe(5);
  expect(parse('--steps', '5', '--steps', '6').count('steps')).toBe(6);
  expect(parse('--learningRate', '-1').text('learningRate')).toBe('-1');
});

test('both spellings of a flag are one flag', () => {
  expect(parse('--learning-rate', '1').text('learningRate')).toBe('1');
});

test('a truth value may be left out, and only true and false belong to it', () => {
  expect(parse('--double').text('double')).toBe('true');
  expect(parse('--double', 'false', 'runs/x').text('double')).toBe('false');
  expect(parse('--double=false').text('double')).toBe('false');
  const given = parse('--double', 'runs/x');
  expect([given.text('double'), given.positionals]).toEqual(['true', ['runs/x']]);
});

test('what was not given is absent', () => {
  const given = parse();
  expect([given.has('json'), given.text('steps'), given.count('steps'), given.positive('steps')]).toEqual([
    false,
    undefined,
    undefined,
    undefined,
  ]);
});

describe('a wrong command line is a UsageError that says what is wrong', () => {
  test.each([
    [['--stesp', '5'], 'train: there is no flag --stesp. Did you mean --steps?'],
    [['--qqqqqqqq'], 'train: there is no flag --qqqqqqqq. `deepq help train` lists them'],
    [['-x'], 'train: there is no flag -x. `deepq help train` lists them'],
    [['--steps'], '--steps: must be followed by N; got nothing'],
    [['--steps='], '--steps: must be followed by N; got nothing'],
    [['--steps', ''], '--steps: must be followed by N; got nothing'],
    [['--steps', '--json'], '--steps: must be followed by N; got the flag --json'],
    [['--json=1'], '--json: takes no value; got "1"'],
    [['a', 'b'], 'train: takes FOLDER and no further words; got "b"'],
  ])('%j', (words, message) => {
    expect(() => parse(...words)).toThrow(new UsageError(message));
  });

  test.each([
    ['0', '--steps: must be a positive integer; got 0'],
    ['1.5', '--steps: must be an integer; got "1.5"'],
    ['many', '--steps: must be an integer; got "many"'],
    ['1e300', '--steps: must be an integer; got "1e300"'],
  ])('--steps %s', (text, message) => {
    expect(() => parse(`--steps=${text}`).count('steps')).toThrow(new UsageError(message));
  });
});

test('numbers are read as people write them, and nothing else is a number', () => {
  expect(['25_000', '1e6', '.5', '-3', '+2', '1.'].map(parseNumber)).toEqual([25000, 1e6, 0.5, -3, 2, 1]);
  for (const text of ['', '.', 'e5', '0x10', 'Infinity', 'NaN', '1 000', '1,000', '--1', '_1']) expect(parseNumber(text)).toBeNaN();
});
