// What an experiment file asks for: a grid of environments, variants and seeds, each cell a run of its own. The order of the runs
// follows from the file alone, so any machine can work out which of them are its share.

import { createConfig, type DqnConfig, FormatError, findEnv, findPreset } from '../../index.ts';
import { withPart } from '../config-part.ts';
import { type Fields, fromFile, isCount, isObject, parseObject, type RunConfig, usualEvaluation } from '../run-config.ts';

/** A line to measure against, with where its number comes from. */
export interface Reference {
  readonly environment: string;
  readonly label: string;
  readonly value: number;
  readonly source: string;
}

/** One run of the grid. */
export interface PlannedRun {
  /** Its folder inside the experiment's: "CartPole-v1/steady/seed-1". */
  readonly path: string;
  readonly variant: string;
  readonly run: RunConfig;
}

export interface Plan {
  readonly name: string;
  /** By seed first: a share of the grid that is not finished still holds every cell. */
  readonly runs: readonly PlannedRun[];
  readonly evaluationEpisodes: number;
  readonly references: readonly Reference[];
}

/** What is left out of a variant's configuration, or of a field of it, is its preset's. */
interface Variant {
  readonly name: string;
  readonly preset: string;
  readonly config: Fields;
}

/** Reads an experiment file; `source` names it in errors. Throws FormatError. */
export function decodePlan(text: string, source: string): Plan {
  const file = parseObject(text, source);
  const fail = (field: string, requirement: string, value: unknown): FormatError =>
    new FormatError(`${source}: "${field}" must be ${requirement}; got ${JSON.stringify(value) ?? 'nothing'}`);
  const known = ['name', 'environments', 'variants', 'seeds', 'steps', 'evaluationEpisodes', 'references'];
  const unknown = Object.keys(file).find((field) => !known.includes(field));
  if (unknown !== undefined) throw new FormatError(`${source}: fields must be among ${known.join(', ')}; got "${unknown}"`);

  const name = file['name'];
  if (typeof name !== 'string' || !isFolderName(name)) throw fail('name', 'letters, digits, ".", "_" and "-"', name);
  const environments = listOf(file['environments'], (value) => typeof value === 'string');
  if (environments === undefined) throw fail('environments', 'a list of names', file['environments']);
  const variants = Array.isArray(file['variants']) ? file['variants'].map(readVariant) : [];
  if (variants.length === 0 || variants.includes(undefined)) {
    throw fail('variants', 'a list of presets, each a name or { "name", "preset", "config" }', file['variants']);
  }
  const seeds = readSeeds(file['seeds']);
  if (seeds === undefined) throw fail('seeds', 'a positive integer, or a list of different integers', file['seeds']);
  const steps = fromFile(`${source}: "steps"`, () => readSteps(file['steps']));
  if (steps === undefined) throw fail('steps', 'a positive integer, or one for each environment', file['steps']);
  const evaluationEpisodes = file['evaluationEpisodes'] ?? usualEvaluation;
  if (!isCount(evaluationEpisodes)) throw fail('evaluationEpisodes', 'a positive integer', evaluationEpisodes);
  const references = listOf(file['references'] ?? [], isReference, true);
  if (references === undefined) {
    throw fail('references', 'a list of { "environment", "label", "value", "source" }', file['references']);
  }

  const entries = fromFile(source, () => environments.map(findEnv));
  const cells = entries.flatMap((environment) => (variants as Variant[]).map((variant) => ({ environment, variant }))); // none is undefined
  const runs = seeds.flatMap((seed) =>
    cells.map(({ environment, variant }): PlannedRun => {
      const length = steps(environment.name) ?? environment.trainingSteps;
      const config = createConfig(variantConfig(variant, length, source), { seed });
      const path = `${environment.name}/${folderName(variant.name)}/seed-${seed}`;
      const run = { environment: environment.name, preset: variant.preset, steps: length, evaluationEpisodes, diagnostics: false, config };
      return { path, variant: variant.name, run };
    }),
  );
  const twice = runs.find(({ path }, i) => runs.findIndex((other) => other.path === path) !== i);
  if (twice !== undefined) throw new FormatError(`${source}: every run must have a folder of its own; got ${twice.path} twice`);
  return { name, runs, evaluationEpisodes, references };
}

/** Every n-th run, beginning with the k-th, counted from 1: together the shares of k = 1…n are the grid. */
export const shareOf = (runs: readonly PlannedRun[], k: number, n: number): PlannedRun[] => runs.filter((_, i) => i % n === k - 1);

function variantConfig({ name, preset, config }: Variant, steps: number, source: string): DqnConfig {
  const place = `${source}: variant "${name}"`;
  return withPart(fromFile(place, () => findPreset(preset)).config(steps), config, place);
}

function readVariant(value: unknown): Variant | undefined {
  if (typeof value === 'string') return { name: value, preset: value, config: {} };
  if (!isObject(value)) return undefined;
  const { preset = 'steady', config = {}, name = preset } = value;
  if (typeof preset !== 'string' || typeof name !== 'string' || !isObject(config)) return undefined;
  return { name, preset, config };
}

function readSeeds(value: unknown): readonly number[] | undefined {
  if (isCount(value)) return Array.from({ length: value }, (_, i) => i + 1);
  const seeds = listOf(value, (seed): seed is number => Number.isSafeInteger(seed));
  return seeds !== undefined && new Set(seeds).size === seeds.length ? seeds : undefined;
}

/** From an environment to the length of its runs; undefined where the file leaves it to the environment. */
function readSteps(value: unknown): ((environment: string) => number | undefined) | undefined {
  if (value === undefined) return () => undefined;
  if (isCount(value)) return () => value;
  if (!isObject(value) || !Object.values(value).every(isCount)) return undefined;
  const each = new Map(Object.entries(value as { readonly [environment: string]: number }));
  for (const environment of each.keys()) findEnv(environment);
  return (environment) => each.get(environment);
}

const isFolderName = (name: string): boolean => /^[\w.-]*\w[\w.-]*$/.test(name);

/** A variant's name as people write it, made fit for a folder. */
const folderName = (name: string): string => name.replaceAll(/[^\w.+=-]+/g, '-').replaceAll(/^[-.]+|[-.]+$/g, '') || 'variant';

function isReference(value: unknown): value is Reference {
  if (!isObject(value)) return false;
  const { environment, label, value: number, source } = value;
  return [environment, label, source].every((text) => typeof text === 'string') && Number.isFinite(number);
}

function listOf<T>(value: unknown, each: (item: unknown) => item is T, mayBeEmpty = false): readonly T[] | undefined {
  return Array.isArray(value) && value.every(each) && (mayBeEmpty || value.length > 0) ? value : undefined;
}
