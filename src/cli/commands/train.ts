// deepq train: a new run from a preset, a file and flags.

import { join } from 'node:path';
import { createVectorEnv, DqnAgent, findEnv, findPreset, Rng, Training } from '../../index.ts';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { applyConfigFlags, configFlags } from '../config-flags.ts';
import { withPart } from '../config-part.ts';
import { asUsage, type ExitCode, UsageError } from '../exit.ts';
import type { Host } from '../host.ts';
import { decodeConfigFile, isRunConfig, type RunConfig, usualEvaluation } from '../run-config.ts';
import { RunFolder, readText } from '../run-folder.ts';
import { Session, sessionFlags, sessionSettings } from '../session.ts';
import { warnOfStandstill } from '../standstill.ts';
import { withThreads } from '../threads.ts';

export const train: Command = {
  name: 'train',
  summary: 'train an agent and evaluate it',
  usage: '--env NAME [flags]',
  positionals: [],
  flags: [
    { name: 'env', value: 'NAME', description: 'the environment; `deepq envs` lists them' },
    {
      name: 'preset',
      value: 'NAME',
      description: 'where the configuration begins; steady by default, `deepq envs` names the one that suits',
    },
    { name: 'config', value: 'FILE', description: 'begin from the config.json of a run, or lay some fields as JSON over the preset' },
    { name: 'steps', value: 'N', description: 'environment steps; as many as the environment needs by default' },
    { name: 'out', value: 'FOLDER', description: 'the run folder; runs/ENV-PRESET-seedN by default' },
    { name: 'overwrite', description: 'replace the run in that folder' },
    ...sessionFlags,
  ],
  configFlags,
  notes:
    'The run folder receives config.json, metrics.jsonl, curve.svg, weights.safetensors and checkpoint.safetensors.\n' +
    'Ctrl-C saves the run and prints the line that continues it; a second Ctrl-C ends the process at once.',
  run(given: Arguments, host: Host): Promise<ExitCode> {
    return withThreads(given, host, async () => {
      const settings = sessionSettings(given, host);
      const run = planRun(given);
      const training = startTraining(run); // before the folder is touched: it may refuse the configuration
      const folder = RunFolder.create(given.text('out') ?? defaultFolder(run), given.has('overwrite'));
      try {
        advisePreset(run, given, host);
        warnOfStandstill(run, 0, given, host);
        return await new Session({ run, training, folder, episodes: [], settings, host }).complete();
      } finally {
        folder.close();
      }
    });
  },
};

/** What the command line asks for. Throws UsageError for what does not exist or makes no sense, FileError for --config. */
function planRun(given: Arguments): RunConfig {
  const start = startingPoint(given);
  return {
    ...start,
    evaluationEpisodes: given.count('eval-episodes') ?? start.evaluationEpisodes,
    diagnostics: given.truth('diagnostics') ?? start.diagnostics,
    config: applyConfigFlags(start.config, given, start.steps),
  };
}

/** Before the configuration's own flags: a preset, or a file, or a file laid over a preset. */
function startingPoint(given: Arguments): RunConfig {
  const path = given.text('config');
  const file = path === undefined ? {} : asUsage(() => decodeConfigFile(readText(path), path));
  const environment = given.text('env');
  if (isRunConfig(file)) {
    if (given.has('preset')) throw new UsageError(`--preset: must not be given with ${path}, which holds a whole configuration`);
    return {
      ...file,
      environment: environment === undefined ? file.environment : asUsage(() => findEnv(environment), '--env').name,
      steps: given.count('steps') ?? file.steps,
    };
  }
  if (environment === undefined) throw new UsageError('train: --env must be given, such as --env CartPole-v1. `deepq envs` lists them');
  const { trainingSteps } = asUsage(() => findEnv(environment), '--env');
  const steps = given.count('steps') ?? trainingSteps;
  const preset = given.text('preset') ?? 'steady';
  const base = asUsage(() => findPreset(preset), '--preset').config(steps);
  const config = path === undefined ? base : asUsage(() => withPart(base, file, path));
  return { environment, preset, steps, evaluationEpisodes: usualEvaluation, diagnostics: false, config };
}

/** Names the preset that suits the environment when nobody has chosen one: the default is for small tasks, and slow on pictures. */
function advisePreset({ environment, preset }: RunConfig, given: Arguments, host: Host): void {
  const { preset: suiting } = findEnv(environment);
  if (suiting === preset || ['preset', 'config', 'quiet'].some((flag) => given.has(flag))) return;
  host.stderr.write(`deepq: ${preset} is for small tasks; what suits ${environment} is --preset ${suiting}\n`);
}

/** Everything that is random descends from the configuration's seed. Throws UsageError when the two do not fit each other. */
function startTraining({ environment, config }: RunConfig): Training {
  const env = createVectorEnv(environment, config.envs, new Rng(config.seed).fork('env'));
  return new Training(
    env,
    asUsage(() => new DqnAgent(env, config)),
  );
}

const defaultFolder = ({ environment, preset, config }: RunConfig): string => join('runs', `${environment}-${preset}-seed${config.seed}`);
