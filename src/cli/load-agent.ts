// From a file of weights to an agent that can act: what was trained, in which environment.

import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createConfig, createEnv, DqnAgent, type DqnConfig, decodeTensors, FormatError, findEnv, loadWeights, Rng } from '../index.ts';
import type { Arguments, Flag } from './arguments.ts';
import { asUsage, UsageError } from './exit.ts';
import { decodeRunConfig, fromFile } from './run-config.ts';
import { readBytes, readText, requirePath } from './run-folder.ts';

export interface LoadedAgent {
  readonly agent: DqnAgent;
  readonly environment: string;
  /** The step of the run at which the weights were written. */
  readonly step: number;
}

/** The flags that `loadAgent` heeds. */
export const agentFlags: readonly Flag[] = [
  { name: 'env', value: 'NAME', description: 'the environment; the one it was trained in by default' },
  { name: 'config', value: 'FILE', description: "a run's config.json, for weights that do not tell their network" },
];

/** The file of weights that a run's folder, or the path itself, leads to. Throws UsageError when there is none. */
export function weightsPath(target: string): string {
  const what = 'the folder of a run or a file of weights';
  requirePath(target, what);
  if (!statSync(target).isDirectory()) return target;
  const inside = join(target, 'weights.safetensors');
  if (!existsSync(inside)) throw new UsageError(`${target}: must be ${what}; it has no weights.safetensors`);
  return inside;
}

/** An agent with the weights of a file. Throws FileError, FormatError or ConfigError when it cannot be read, UsageError for flags. */
export function loadAgent(path: string, given: Arguments): LoadedAgent {
  const bytes = readBytes(path);
  const { metadata } = fromFile(path, () => decodeTensors(bytes));
  const { environment, config, step } = descriptionOf(path, metadata, given);
  return fromFile(path, () => {
    const env = createEnv(environment, new Rng(config.seed)); // for its sizes alone
    const agent = new DqnAgent(env, { ...config, envs: 1, batchSize: 1, replayCapacity: 1 }); // it will not learn
    loadWeights(agent.online, bytes);
    return { agent, environment, step };
  });
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
  if (given.has('env')) asUsage(() => findEnv(environment), '--env');
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
  return fromFile(path, () => createConfig(value as DqnConfig)); // createConfig checks every field
}
