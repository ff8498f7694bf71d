// Every field of the configuration as a flag. The flags are not listed anywhere: they are read off the configuration's own form,
// so a new field is a flag at once. Values are only translated here; what they may be is createConfig's to say.

import { ConfigError, createConfig, type DqnConfig, defaultConfig } from '../index.ts';
import { type Arguments, type Flag, parseNumber } from './arguments.ts';
import { meanings } from './config-meanings.ts';
import { layOver } from './config-part.ts';
import { variantsOf } from './config-variants.ts';
import { UsageError } from './exit.ts';

type Json = null | boolean | number | string | readonly Json[] | JsonObject;
type JsonObject = { readonly [name: string]: Json };

/** One flag for each field, whole or nested: "gamma", "network.hidden", "epsilon", "epsilon.end". */
export const configFlags: readonly Flag[] = Object.entries(asJson(defaultConfig)).flatMap(([field, value]) => [
  flagOf(field, value, describe(field, value)),
  ...nestedFields(field, value).map(([name, example]) => flagOf(`${field}.${name}`, example, describePart(field, asObject(value), name))),
]);

/**
 * A base with the flags that were given laid over it. A number given for a schedule means a constant one, a word for a field
 * that comes in kinds means that kind. `steps` is the length of the run, for schedules that a flag newly chooses. Throws
 * UsageError, naming the flag.
 */
export function applyConfigFlags(base: DqnConfig, given: Arguments, steps: number): DqnConfig {
  const config: Record<string, Json> = { ...asJson(base) };
  const variants: JsonObject = asJson(variantsOf(steps));
  // Whole fields first, then kinds, then single numbers: the order in which they were written does not matter.
  const flags = configFlags.filter((flag) => given.has(flag.name)).sort((a, b) => rank(a.name) - rank(b.name));
  for (const { name } of flags) {
    const [field, part] = name.split('.');
    const kinds = Object.hasOwn(variants, field) ? (variants[field] as JsonObject) : undefined; // variants are two objects deep
    const value = parseValue(given.text(name) ?? '', part === undefined ? config[field] : asObject(config[field])[part]);
    if (part === undefined) config[field] = wholeField(config[field], value, kinds);
    else if (part === 'kind' && kinds !== undefined) config[field] = chooseKind(config[field], value, kinds);
    else config[field] = withPart(name, asObject(config[field]), part, value, kinds);
  }
  try {
    return createConfig(config as unknown as DqnConfig); // it looks at every field
  } catch (error) {
    throw error instanceof ConfigError ? new UsageError(error.message.replace(/^config\./, '--')) : error;
  }
}

const rank = (name: string): number => (!name.includes('.') ? 0 : name.endsWith('.kind') ? 1 : 2);

/** What a text says: null, true, false, a number, JSON, a list by commas where a list belongs; otherwise itself. */
function parseValue(text: string, present: Json | undefined): Json {
  if (text === 'null') return null;
  if (text === 'true' || text === 'false') return text === 'true';
  if (/^[[{]/.test(text)) {
    try {
      return JSON.parse(text);
    } catch {
      return text; // createConfig will refuse it, and show it
    }
  }
  if (Array.isArray(present)) return text === '' ? [] : text.split(',').map((item) => parseValue(item.trim(), undefined));
  const number = parseNumber(text);
  return Number.isNaN(number) ? text : number;
}

/** A number where a schedule belongs is a constant one, a word is a kind; an object is laid over the one that is there. */
function wholeField(present: Json, value: Json, kinds: JsonObject | undefined): Json {
  if (kinds === undefined || typeof value === 'object') return layOver(present, value) as Json; // of two values of JSON
  if (typeof value === 'number' && Object.hasOwn(kinds, 'constant')) return { kind: 'constant', value };
  return typeof value === 'string' ? chooseKind(present, value, kinds) : value;
}

/** The kind's own starting values, except for what both kinds have. An unknown kind is left for createConfig to refuse. */
function chooseKind(present: Json, kind: Json, kinds: JsonObject): Json {
  if (typeof kind !== 'string' || !Object.hasOwn(kinds, kind)) return { kind };
  const template = asObject(kinds[kind]);
  const shared = Object.entries(asObject(present)).filter(([name]) => name !== 'kind' && Object.hasOwn(template, name));
  return asObject(present)['kind'] === kind ? present : { ...template, ...Object.fromEntries(shared) };
}

function withPart(flag: string, present: JsonObject, part: string, value: Json, kinds: JsonObject | undefined): Json {
  if (!Object.hasOwn(present, part) && kinds !== undefined) {
    const field = flag.slice(0, flag.indexOf('.'));
    const having = Object.keys(kinds).filter((kind) => Object.hasOwn(asObject(kinds[kind]), part));
    const known = Object.keys(present).filter((name) => name !== 'kind');
    throw new UsageError(
      `--${flag}: ${field} must be of a kind that has "${part}" (${having.join(', ')}); got ${present['kind']}, ` +
        `which has ${known.join(', ') || 'no fields'}. Choose another with --${field}.kind`,
    );
  }
  return { ...present, [part]: typeof value === 'number' && isSchedule(present[part]) ? { kind: 'constant', value } : value };
}

/** Schedules can be constant; no other field with kinds inside a field can. */
const isSchedule = (value: Json | undefined): boolean => Object.hasOwn(asObject(value), 'kind');

/** The fields inside a field, of all its kinds together. */
function nestedFields(field: string, value: Json): [string, Json][] {
  const variants: JsonObject = asJson(variantsOf(1));
  const forms = Object.hasOwn(variants, field) ? Object.values(asObject(variants[field])) : [value];
  return Object.entries(Object.assign({}, ...forms.map(asObject)));
}

function flagOf(name: string, example: Json, description: string): Flag {
  const alias = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return {
    name,
    ...(alias !== name && { alias }),
    value: typeof example === 'boolean' ? 'true|false' : Array.isArray(example) ? 'LIST' : 'VALUE',
    optional: typeof example === 'boolean',
    description,
  };
}

/** For help: what the field means, and its value in the default preset or what can be given. */
function describe(field: string, value: Json): string {
  return `${asObject(asJson(meanings))[field]}; ${isPlain(value) ? showValue(value) : whatToGive(field)}`;
}

function whatToGive(field: string): string {
  const kinds = asObject(asJson(variantsOf(1))[field]);
  if (Object.keys(kinds).length === 0) return 'JSON';
  return Object.hasOwn(kinds, 'constant') ? 'a number for a constant one, a kind, or JSON' : 'a kind, or JSON';
}

/** For help: the same of a field inside a field, or the kinds that have it. */
function describePart(field: string, value: JsonObject, part: string): string {
  if (Object.hasOwn(meanings, `${field}.${part}`)) return describe(`${field}.${part}`, value[part]);
  const kinds = asObject(asJson(variantsOf(1))[field]);
  if (part === 'kind') return `${Object.keys(kinds).join('|')}; ${value[part]}`;
  if (Object.hasOwn(value, part)) return showValue(value[part]);
  return `for ${Object.keys(kinds)
    .filter((kind) => Object.hasOwn(asObject(kinds[kind]), part))
    .join(', ')}`;
}

function isPlain(value: Json): boolean {
  return Array.isArray(value) || typeof value !== 'object' || value === null;
}

function showValue(value: Json): string {
  if (typeof value === 'string') return value;
  return Array.isArray(value) && value.length > 0 ? value.join(',') : JSON.stringify(value);
}

/** A field that is no object has no fields. */
function asObject(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {}; // lists were ruled out
}

/** Configurations are plain JSON, which their interfaces cannot say. */
function asJson(data: object): JsonObject {
  return data as JsonObject;
}
