// Some fields of a configuration, as a file gives them, laid over a whole one: what --config and the variants of an experiment do.

import { createConfig, type DqnConfig, type DqnOptions } from '../index.ts';
import { fromFile, isObject } from './run-config.ts';

/**
 * A base with the fields that a part names. What is left out inside a field keeps the base's value too, as it does with flags; but a
 * field whose `kind` changes is taken as it is. `place` says in errors where the part stands. Throws FormatError.
 */
export function withPart(base: DqnConfig, part: object, place: string): DqnConfig {
  return fromFile(place, () => createConfig(base, layOver(base, part) as DqnOptions)); // createConfig checks every field
}

/** A value of JSON with another laid over it; lists, and objects of another kind, take its place. */
export function layOver(base: unknown, part: unknown): unknown {
  if (!isObject(base) || !isObject(part)) return part;
  if ('kind' in part && part['kind'] !== base['kind']) return part;
  const fields = Object.entries(part).map(([name, value]) => [name, layOver(base[name], value)]);
  return { ...base, ...Object.fromEntries(fields) };
}
