// What config.json holds: what was run, in one object. Also what --config reads, which may be such a file or a part of a
// configuration.

import { isDeepStrictEqual } from 'node:util';
import { ConfigError, createConfig, type DqnConfig, FormatError, findEnv, UnknownNameError } from '../index.ts';

export interface RunConfig {
  /** As `deepq envs` lists it. */
  readonly environment: string;
  /** The preset from which the configuration was made; flags may have changed any field. */
  readonly preset: string;
  /** The length of the run in environment steps. */
  readonly steps: number;
  /** Greedy episodes of the final network, however often the run is interrupted before. */
  readonly evaluationEpisodes: number;
  /** Whether what goes on inside updates is written and drawn. */
  readonly diagnostics: boolean;
  readonly config: DqnConfig;
}

/** How many episodes a final network is evaluated over unless somebody says otherwise. */
export const usualEvaluation = 100;

export function encodeRunConfig(run: RunConfig): string {
  return `${JSON.stringify(run, null, 2)}\n`;
}

/** Reads a run's config.json. `source` names it in errors. Throws FormatError. */
export function decodeRunConfig(text: string, source: string): RunConfig {
  const run = parseObject(text, source);
  // Defaults are for files that were written before these fields existed.
  const { environment, preset, steps, evaluationEpisodes = usualEvaluation, diagnostics = false, config } = run;
  if (typeof environment !== 'string') throw wrong(source, 'environment', 'a name', environment);
  if (typeof preset !== 'string') throw wrong(source, 'preset', 'a name', preset);
  if (!isCount(steps)) throw wrong(source, 'steps', 'a positive integer', steps);
  if (!isCount(evaluationEpisodes)) throw wrong(source, 'evaluationEpisodes', 'a positive integer', evaluationEpisodes);
  if (typeof diagnostics !== 'boolean') throw wrong(source, 'diagnostics', 'true or false', diagnostics);
  return fromFile(source, () => ({
    environment: findEnv(environment).name,
    preset,
    steps,
    evaluationEpisodes,
    diagnostics,
    config: createConfig(config as DqnConfig), // createConfig checks every field
  }));
}

/** A whole run, or some fields of a configuration, which are not checked yet, as --config takes them. Throws as decodeRunConfig does. */
export function decodeConfigFile(text: string, source: string): RunConfig | Fields {
  const file = parseObject(text, source);
  return 'config' in file ? decodeRunConfig(text, source) : file;
}

export const isRunConfig = (file: RunConfig | Fields): file is RunConfig => 'config' in file;

/** Does some work with what stands in a file; `place` says where, for what is refused. Throws FormatError. */
export function fromFile<T>(place: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const refused = error instanceof FormatError || error instanceof ConfigError || error instanceof UnknownNameError;
    throw refused ? new FormatError(`${place}: ${error.message}`) : error;
  }
}

/** Whether two values are the same where config.json keeps them. JSON knows one zero only: −0 is 0 there. */
export const areEqualAsJson = (a: object, b: object): boolean =>
  isDeepStrictEqual(JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b)));

/** What JSON calls an object, whatever is in it. */
export type Fields = { readonly [name: string]: unknown };

export const isObject = (value: unknown): value is Fields => value !== null && typeof value === 'object' && !Array.isArray(value);

/** The object that a text of JSON holds; `source` names it in errors. Throws FormatError. */
export function parseObject(text: string, source: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new FormatError(`${source}: must be JSON; got ${String(error instanceof Error ? error.message : error).replaceAll('\n', ' ')}`);
  }
  if (!isObject(value)) throw new FormatError(`${source}: must hold an object; got ${text.trim().slice(0, 40)}`);
  return value;
}

export const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;

function wrong(source: string, field: string, requirement: string, value: unknown): FormatError {
  return new FormatError(`${source}: "${field}" must be ${requirement}; got ${JSON.stringify(value) ?? 'nothing'}`);
}
