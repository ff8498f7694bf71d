import { createConfig, type DqnConfig, findPreset, presets, switches } from 'deepq';
import { expect, test } from 'vitest';

const names = [...presets.keys()];

test.each(names)('each addition of %s can be turned off, and the rest stays', (name) => {
  const config = findPreset(name).config(20_000);
  for (const { isOn, off } of switches.filter((each) => each.isOn(config))) {
    const without = createConfig(off(config));
    expect(isOn(without)).toBe(false);
    const changed = (Object.keys(config) as (keyof DqnConfig)[]).filter((field) => without[field] !== config[field]);
    expect(changed).toHaveLength(1);
  }
});

test('every addition is on in some preset, and turning off what is off changes nothing', () => {
  for (const { isOn, off } of switches) {
    const configs = names.map((name) => findPreset(name).config(20_000));
    expect(configs.some(isOn)).toBe(true);
    for (const config of configs) if (!isOn(config)) expect(isOn(off(config))).toBe(false);
  }
});

test('deep Q-learning as first published has none of them', () => {
  const config = findPreset('dqn').config(20_000);
  expect(switches.filter(({ isOn }) => isOn(config)).map(({ name }) => name)).toEqual([]);
});
