// What config.json holds: what was run, in one object. Also what --config reads, which may be such a file or a part of a
// configuration.

import { createConfig, type DqnConfig, type DqnOptions, FormatError } from '../index.ts';

export interface RunConfig {
  /** As `deepq envs` lists it. */
  readonly environment: string;
  /** The preset from which the configuration was made; flags may have changed any field. */
  readonly preset: string;
  /** The length of the run in environment steps. */
  readonly steps: number;
  /** Greedy episodes of the final network, however often the run is interrupted before. */
  readonly evaluationEpisodes: number;
  readonly config: DqnConfig;
}

/** How many episodes a final network is evaluated over unless somebody says otherwise. */
export const usualEvaluation = 100;

export function encodeRunConfig(run: RunConfig): string {
  return `${JSON.stringify(run, null, 2)}\n`;
}

/** Reads a run's config.json. `source` names it in errors. Throws FormatError, or ConfigError for a field of the configuration. */
export function decodeRunConfig(text: string, source: string): RunConfig {
  const run = parseObject(text, source);
  const { environment, preset, steps, evaluationEpisodes = usualEvaluation, config } = run; // 0.1.0 did not write the episodes
  if (typeof environment !== 'string') throw wrong(source, 'environment', 'a name', environment);
  if (typeof preset !== 'string') throw wrong(source, 'preset', 'a name', preset);
  if (!isCount(steps)) throw wrong(source, 'steps', 'a positive integer', steps);
  if (!isCount(evaluationEpisodes)) throw wrong(source, 'evaluationEpisodes', 'a positive integer', evaluationEpisodes);
  return { environment, preset, steps, evaluationEpisodes, config: createConfig(config as DqnConfig) }; // createConfig checks every field
}

/** A whole run, or some fields of a configuration, as --config takes them. Throws as decodeRunConfig does. */
export function decodeConfigFile(text: string, source: string): RunConfig | DqnOptions {
  return 'config' in parseObject(text, source) ? decodeRunConfig(text, source) : (parseObject(text, source) as DqnOptions); // checked when used
}

export const isRunConfig = (file: RunConfig | DqnOptions): file is RunConfig => 'config' in file;

/** The object that a text of JSON holds; `source` names it in errors. Throws FormatError. */
export function parseObject(text: string, source: string): { readonly [name: string]: unknown } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new FormatError(`${source}: must be JSON; got ${error instanceof Error ? error.message : String(error)}`);
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new FormatError(`${source}: must hold an object; got ${text.trim().slice(0, 40)}`);
  }
  return value as { readonly [name: string]: unknown }; // just checked
}

export const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;

function wrong(source: string, field: string, requirement: string, value: unknown): FormatError {
  return new FormatError(`${source}: "${field}" must be ${requirement}; got ${JSON.stringify(value) ?? 'nothing'}`);
}
