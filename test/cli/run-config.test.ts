import { expect, test } from 'vitest';
import {
  areEqualAsJson,
  decodeConfigFile,
  decodeRunConfig,
  encodeRunConfig,
  isRunConfig,
  type RunConfig,
} from '../../src/cli/run-config.ts';
import { defaultConfig } from '../../src/index.ts';

const run: RunConfig = {
  environment: 'Chain',
  preset: 'dqn',
  steps: 1000,
  evaluationEpisodes: 20,
  diagnostics: true,
  config: defaultConfig,
};

test('what is written is read back', () => {
  expect(decodeRunConfig(encodeRunConfig(run), 'file')).toEqual(run);
});

test('what is the same in a file counts as the same: JSON has no −0, and no order of fields', () => {
  const { gamma, ...others } = { ...defaultConfig, seed: -0 };
  expect(areEqualAsJson({ ...others, gamma }, { ...defaultConfig, seed: 0 })).toBe(true);
  expect(areEqualAsJson({ ...others, gamma }, { ...defaultConfig, seed: 1 })).toBe(false);
});

test('a file of an earlier version does not say over how many episodes, nor of diagnostics: what it had', () => {
  const earlier = JSON.stringify({ ...run, evaluationEpisodes: undefined, diagnostics: undefined });
  expect(decodeRunConfig(earlier, 'file')).toEqual({ ...run, evaluationEpisodes: 100, diagnostics: false });
});

test('a file is a whole run when it has a configuration in it, some fields of one otherwise', () => {
  const whole = decodeConfigFile(encodeRunConfig(run), 'file');
  const part = decodeConfigFile('{"gamma":0.5}', 'file');
  expect([isRunConfig(whole), isRunConfig(part)]).toEqual([true, false]);
  expect(part).toEqual({ gamma: 0.5 });
});

test.each([
  ['{"environment"', 'file: must be JSON; got '],
  ['# title\n\ntext', 'file: must be JSON; got Unexpected token'],
  ['[]', 'file: must hold an object; got []'],
  ['null', 'file: must hold an object; got null'],
  [JSON.stringify({ ...run, environment: 3 }), 'file: "environment" must be a name; got 3'],
  [JSON.stringify({ ...run, preset: undefined }), 'file: "preset" must be a name; got nothing'],
  [JSON.stringify({ ...run, steps: 0.5 }), 'file: "steps" must be a positive integer; got 0.5'],
  [JSON.stringify({ ...run, evaluationEpisodes: 0 }), 'file: "evaluationEpisodes" must be a positive integer; got 0'],
  [JSON.stringify({ ...run, diagnostics: 1 }), 'file: "diagnostics" must be true or false; got 1'],
  [JSON.stringify({ ...run, environment: 'Chian' }), 'file: environment: must be one of '],
  [JSON.stringify({ ...run, config: null }), 'file: config.seed: must be an integer; got undefined'],
  [JSON.stringify({ ...run, config: { ...defaultConfig, gamma: '1' } }), 'file: config.gamma: must be in [0, 1]; got "1"'],
  [JSON.stringify({ ...run, config: { ...defaultConfig, more: 1 } }), 'file: config.more: must be absent'],
  [encodeRunConfig(run).replace('"gamma"', '"__proto__": {}, "gamma"'), 'file: config.__proto__: must be absent'],
])('damaged text is refused in one line: %s', (text, message) => {
  expect(() => decodeRunConfig(text, 'file')).toThrow(message);
  expect(() => decodeRunConfig(text, 'file')).toThrow(/^.*$/);
});
