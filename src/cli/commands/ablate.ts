// deepq ablate: what each addition of a preset is worth, by turning off one at a time.

import { createConfig, findEnv, findPreset, switches } from '../../index.ts';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { applyConfigFlags, configFlags } from '../config-flags.ts';
import { asUsage, type ExitCode, UsageError } from '../exit.ts';
import { decodePlan } from '../experiment/plan.ts';
import type { Host } from '../host.ts';
import { usualEvaluation } from '../run-config.ts';
import { gridFlags, planFile, runGrid } from './experiment.ts';

export const ablate: Command = {
  name: 'ablate',
  summary: 'train a preset with each of its additions off in turn',
  usage: '--env NAME [flags]',
  positionals: [],
  flags: [
    { name: 'env', value: 'NAME', description: 'the environment; `deepq envs` lists them' },
    { name: 'preset', value: 'NAME', description: 'whose additions are tried; steady by default' },
    { name: 'seeds', value: 'N', description: 'seeds 1 to N for each variant; 3 by default' },
    { name: 'steps', value: 'N', description: 'environment steps of a run; as many as the environment needs by default' },
    { name: 'eval-episodes', value: 'N', description: `greedy episodes of each final network; ${usualEvaluation} by default` },
    ...gridFlags,
  ],
  configFlags: configFlags.filter((flag) => flag.name !== 'seed'), // the grid has several
  notes: 'The grid is written to plan.json in the folder, an experiment file like any other.',
  async run(given: Arguments, host: Host): Promise<ExitCode> {
    const name = given.text('env');
    if (name === undefined) throw new UsageError('ablate: --env must be given, such as --env CartPole-v1. `deepq envs` lists them');
    const { name: environment, trainingSteps } = asUsage(() => findEnv(name), '--env');
    const preset = given.text('preset') ?? 'steady';
    const steps = given.count('steps') ?? trainingSteps;
    const whole = applyConfigFlags(createConfig(asUsage(() => findPreset(preset), '--preset').config(steps)), given, steps);
    const on = switches.filter(({ isOn }) => isOn(whole));
    if (on.length === 0) throw new UsageError(`--preset: must have something to turn off; got ${preset}, which is plain deep Q-learning`);
    const variants = [
      { name: preset, preset, config: whole },
      ...on.map((each) => ({ name: `no ${each.name}`, preset, config: createConfig(each.off(whole)) })),
    ];
    const text = JSON.stringify({
      name: `ablate-${environment}-${preset}`,
      environments: [environment],
      variants,
      seeds: given.count('seeds') ?? 3,
      steps,
      evaluationEpisodes: given.count('eval-episodes') ?? usualEvaluation,
    });
    return runGrid(decodePlan(text, planFile), text, given, host);
  },
};
