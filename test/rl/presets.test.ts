// Presets: valid for a run of any length, and each what its name says. Their tuned numbers are measured elsewhere, not pinned.

import { createConfig, DqnAgent, defaultConfig, envs, findPreset, presets, Rng, sizeOf, UnknownNameError } from 'deepq';
import fc from 'fast-check';
import { expect, test } from 'vitest';

const names = [...presets.keys()];

test.each(names)('%s is valid for runs of 1 to 1,000,000 steps', (name) => {
  const { config, description, source } = findPreset(name);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), (steps) => {
      expect(createConfig(config(steps))).toEqual(config(steps));
    }),
    { examples: [[1], [2], [9], [10], [11], [1_000_000]] },
  );
  expect(description.length).toBeGreaterThan(10);
  expect(source).toMatch(/\d{4}/);
});

/** The published values belong to a length of their own. */
const ownLength = ['atari-dqn'];

test.each(names)('%s makes an agent, and its schedules end with the run', (name) => {
  const config = { ...findPreset(name).config(40_000), replayCapacity: 50_000 };
  const observationShape = config.network.conv.length > 1 ? [84, 84, 4] : config.network.conv.length > 0 ? [10, 10, 4] : [4];
  const agent = new DqnAgent({ observationShape, actionCount: 2 }, config);
  expect(agent.config).toEqual(config);
  for (const schedule of [config.epsilon, config.learningRate]) {
    if ('steps' in schedule && !ownLength.includes(name)) expect(schedule.steps).toBeLessThanOrEqual(40_000);
  }
});

test('dqn and double-dqn are the published algorithms and differ in one field', () => {
  const dqn = findPreset('dqn').config(10_000);
  expect(dqn).toMatchObject({ nStep: 1, double: false, targetBlend: 1 });
  expect(dqn.targetEveryUpdates).toBeGreaterThan(1);
  expect(findPreset('double-dqn').config(10_000)).toEqual({ ...dqn, double: true });
});

test.each(envs)(
  'the preset that is named for $name makes an agent that keeps what it sees, with convolutions for pictures',
  ({ preset, create }) => {
    const env = create(new Rng(1));
    const config = { ...findPreset(preset).config(1000), replayCapacity: 500, warmupSteps: 100 };
    const agent = new DqnAgent(env, config);
    agent.observe(env.reset(), 0, env.step(0));
    expect(agent.steps).toBe(1);
    expect(config.network.conv.length > 0).toBe(sizeOf(env.observationShape) > 100);
  },
);

test('the default is valid', () => expect(createConfig(defaultConfig)).toEqual(defaultConfig));

test('a preset that is not there is answered with the closest that is', () => {
  expect(() => findPreset('duble-dqn')).toThrow(UnknownNameError);
  expect(() => findPreset('duble-dqn')).toThrow('got "duble-dqn". Did you mean double-dqn?');
});
