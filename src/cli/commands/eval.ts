// deepq eval: how good a trained network is, without exploration or learning.

import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createConfig, createEnv, DqnAgent, type DqnConfig, decodeTensors, FormatError, findEnv, loadWeights, Rng } from '../../index.ts';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { createDisplay } from '../displays.ts';
import { asUsage, type ExitCode, exitCode, UsageError } from '../exit.ts';
import { evaluateInSlices } from '../final-evaluation.ts';
import { formatCount } from '../format.ts';
import type { Host } from '../host.ts';
import { evaluationMetrics } from '../metrics.ts';
import { decodeRunConfig } from '../run-config.ts';
import { readBytes, readText } from '../run-folder.ts';
import { evaluationText } from '../summary.ts';

export const evaluate: Command = {
  name: 'eval',
  summary: 'evaluate a trained network over greedy episodes',
  usage: 'RUN_FOLDER|WEIGHTS_FILE [flags]',
  positionals: ['RUN_FOLDER or WEIGHTS_FILE'],
  flags: [
    { name: 'episodes', value: 'N', description: '100 by default' },
    { name: 'seed', value: 'N', description: "decides every episode; the run's own by default, which repeats its final evaluation" },
    { name: 'env', value: 'NAME', description: 'the environment; the one it was trained in by default' },
    { name: 'config', value: 'FILE', description: "a run's config.json, for weights that do not tell their network" },
    { name: 'json', description: 'one JSON object on standard output, and nothing else' },
  ],
  async run(given: Arguments, host: Host): Promise<ExitCode> {
    const [target] = given.positionals;
    if (target === undefined) throw new UsageError('eval: must be followed by the folder of a run or a file of weights');
    const path = weightsPath(target);
    const episodes = given.count('episodes') ?? 100;
    const { agent, environment, step } = loadAgent(path, given);
    const task = { agent, environment, episodes, seed: given.integer('seed') ?? agent.config.seed };

    const display = given.has('json') ? undefined : createDisplay(host.stdout);
    const note = (done: number): void => display?.note(host.now(), `evaluating: ${formatCount(done)} of ${formatCount(episodes)} episodes`);
    const evaluation = await evaluateInSlices(task, host, note);
    display?.clear();
    if (evaluation === undefined) return exitCode.interrupted;
    const text = given.has('json')
      ? `${JSON.stringify(evaluationMetrics(step, evaluation))}\n`
      : evaluationText(path, environment, evaluation);
    host.stdout.write(text);
    return exitCode.ok;
  },
};

function weightsPath(target: string): string {
  if (!existsSync(target))
    throw new UsageError(`${target}: must be the folder of a run or a file of weights; there is nothing of this name`);
  return statSync(target).isDirectory() ? join(target, 'weights.safetensors') : target;
}

/** An agent with the weights of a file. Throws FileError, FormatError or ConfigError when it cannot be read, UsageError for flags. */
function loadAgent(path: string, given: Arguments): { agent: DqnAgent; environment: string; step: number } {
  const bytes = readBytes(path);
  const { environment, config, step } = descriptionOf(path, decodeTensors(bytes).metadata, given);
  const env = createEnv(environment, new Rng(config.seed)); // for its sizes alone
  const agent = new DqnAgent(env, { ...config, replayCapacity: config.batchSize }); // it will not learn
  loadWeights(agent.online, bytes);
  return { agent, environment, step };
}

/** What the weights are of: flags before what the file says of itself. */
function descriptionOf(
  path: string,
  metadata: ReadonlyMap<string, string>,
  given: Arguments,
): { environment: string; config: DqnConfig; step: number } {
  const configPath = given.text('config');
  const run = configPath === undefined ? undefined : asUsage(() => decodeRunConfig(readText(configPath), configPath));
  const environment = given.text('env') ?? run?.environment ?? metadata.get('environment');
  const config = run?.config ?? storedConfig(path, metadata);
  if (environment === undefined || config === undefined) {
    throw new UsageError(`${path}: says nothing of its environment and network. Add --config with the config.json of a run like it`);
  }
  if (given.has('env')) asUsage(() => findEnv(environment));
  return { environment, config, step: Number(metadata.get('step') ?? 0) };
}

function storedConfig(path: string, metadata: ReadonlyMap<string, string>): DqnConfig | undefined {
  const text = metadata.get('config');
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new FormatError(`${path}: "config" in the metadata must be JSON; got ${text.slice(0, 60)}`);
  }
  return createConfig(value as DqnConfig); // createConfig checks every field
}
