// deepq resume: a run goes on from its checkpoint as if it had never stopped.

import { createVectorEnv, decodeCheckpoint, FormatError, Rng, resumeTraining, type Training } from '../../index.ts';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { type ExitCode, UsageError } from '../exit.ts';
import type { Host } from '../host.ts';
import { metricsUpTo } from '../metrics.ts';
import { areEqualAsJson, decodeRunConfig, fromFile, type RunConfig } from '../run-config.ts';
import { RunFolder } from '../run-folder.ts';
import { Session, type SessionSettings, sessionFlags, sessionSettings } from '../session.ts';
import { warnOfStandstill } from '../standstill.ts';
import { withThreads } from '../threads.ts';

export const resume: Command = {
  name: 'resume',
  summary: 'continue a run from its checkpoint, byte for byte',
  usage: 'RUN_FOLDER [flags]',
  positionals: ['RUN_FOLDER'],
  flags: [{ name: 'steps', value: 'N', description: 'a new length of the whole run; as planned by default' }, ...sessionFlags],
  notes:
    'The metrics are cut back to the checkpoint, so that they equal those of a run that was never interrupted. When all steps are\n' +
    'trained, only the evaluation is done.',
  run(given: Arguments, host: Host): Promise<ExitCode> {
    return withThreads(given, host, async () => {
      const settings = sessionSettings(given, host);
      const [path] = given.positionals;
      if (path === undefined) throw new UsageError('resume: must be followed by the folder of a run, such as runs/cartpole');
      const folder = RunFolder.open(path);
      try {
        return await goOn(folder, given, settings, host);
      } finally {
        folder.close();
      }
    });
  },
};

/** From the checkpoint to the end. */
function goOn(folder: RunFolder, given: Arguments, settings: SessionSettings, host: Host): Promise<ExitCode> {
  const { run, training } = readRun(folder, given);
  const step = training.agent.steps;
  if (step > run.steps) throw new UsageError(`--steps: must be at least ${step}, which the run has reached; got ${run.steps}`);

  const metrics = folder.pathOf('metrics.jsonl');
  const history = metricsUpTo(step, folder.readText('metrics.jsonl'), metrics);
  // Nothing was written until here: whatever is damaged has been found.
  folder.clean();
  folder.write('metrics.jsonl', history.text);
  warnOfStandstill(run, step, given, host);
  return new Session({ run, training, folder, episodes: history.episodes, settings, host }).complete();
}

/** The run as it was saved. Throws FileError, and FormatError when a file is damaged. */
function readRun(folder: RunFolder, given: Arguments): { run: RunConfig; training: Training } {
  const source = folder.pathOf('config.json');
  const planned = decodeRunConfig(folder.readText('config.json'), source);
  const saved = folder.pathOf('checkpoint.safetensors');
  const checkpoint = fromFile(saved, () => folder.readPieces('checkpoint.safetensors', decodeCheckpoint));
  const { environment, config } = checkpoint;
  if (environment !== planned.environment || !areEqualAsJson(config, planned.config)) {
    throw new FormatError(`${source}: must be as the checkpoint was made with; got other values. A run goes on exactly as it began`);
  }
  const env = createVectorEnv(environment, config.envs, new Rng(config.seed).fork('env'));
  const training = fromFile(saved, () => resumeTraining(checkpoint, env));
  const run = {
    ...planned,
    steps: given.count('steps') ?? planned.steps,
    evaluationEpisodes: given.count('eval-episodes') ?? planned.evaluationEpisodes,
    diagnostics: given.truth('diagnostics') ?? planned.diagnostics,
  };
  return { run, training };
}
