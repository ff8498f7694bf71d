// From the words of a command line to flags and the rest. The platform's parseArgs splits them; what is known, what takes a
// value and what to suggest for a misspelt flag is decided here.

import { parseArgs } from 'node:util';
import { suggestion } from '../index.ts';
import { UsageError } from './exit.ts';

export interface Flag {
  /** Without the dashes. */
  readonly name: string;
  /** Another spelling. */
  readonly alias?: string;
  /** How help calls its value, such as "N"; a flag without one is either given or not. */
  readonly value?: string;
  /** The flag may stand alone and then means true; it takes "true" and "false" as its value. */
  readonly optional?: boolean;
  readonly description: string;
}

/** What was given. Each reader throws UsageError for a value that is none of its kind. */
export class Arguments {
  readonly #flags: ReadonlyMap<string, string>;
  readonly positionals: readonly string[];

  constructor(flags: ReadonlyMap<string, string>, positionals: readonly string[]) {
    this.#flags = flags;
    this.positionals = positionals;
  }

  /** Whether a flag was given, whatever its value. */
  has(name: string): boolean {
    return this.#flags.has(name);
  }

  text(name: string): string | undefined {
    return this.#flags.get(name);
  }

  /** A positive integer; 25_000 and 1e6 count as such. */
  count(name: string): number | undefined {
    const value = this.integer(name);
    if (value !== undefined && value < 1) throw new UsageError(`--${name}: must be a positive integer; got ${value}`);
    return value;
  }

  integer(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = parseNumber(text);
    if (!Number.isSafeInteger(value)) throw new UsageError(`--${name}: must be an integer; got "${text}"`);
    return value;
  }

  /** For a flag that may stand alone. */
  truth(name: string): boolean | undefined {
    const text = this.text(name);
    if (text !== undefined && text !== 'true' && text !== 'false') throw new UsageError(`--${name}: must be true or false; got "${text}"`);
    return text === undefined ? undefined : text === 'true';
  }

  /** A number above 0. */
  positive(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = parseNumber(text);
    if (!(value > 0 && value < Number.POSITIVE_INFINITY)) throw new UsageError(`--${name}: must be a positive number; got "${text}"`);
    return value;
  }
}

/**
 * Parses the words after a command's name. The last of a repeated flag counts; a last positional whose name ends with "…" takes
 * any number of words. Throws UsageError.
 */
export function parseArguments(
  command: string,
  words: readonly string[],
  flags: readonly Flag[],
  positionals: readonly string[],
): Arguments {
  const known = new Map<string, Flag>();
  for (const flag of flags) {
    known.set(flag.name, flag);
    if (flag.alias !== undefined) known.set(flag.alias, flag);
  }
  const options = Object.fromEntries(
    Array.from(known, ([name, flag]) => [name, { type: needsValue(flag) ? 'string' : 'boolean' } as const]),
  );
  const { tokens } = parseArgs({ args: [...words], options, strict: false, allowPositionals: true, tokens: true });

  const given = new Map<string, string>();
  const rest: string[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i];
    if (token.kind === 'positional') rest.push(token.value);
    if (token.kind !== 'option') continue;
    const flag = known.get(token.name);
    if (flag === undefined) {
      const closest = suggestion(token.name, [...known.keys()]).replace('mean ', 'mean --');
      throw new UsageError(`${command}: there is no flag ${token.rawName}${closest || `. \`deepq help ${command}\` lists them`}`);
    }
    let value = token.value;
    const next = tokens[i + 1];
    if (flag.optional === true && value === undefined && next?.kind === 'positional' && /^(true|false)$/.test(next.value)) {
      value = next.value;
      i++;
    }
    given.set(flag.name, checkValue(flag, token.rawName, value, token.inlineValue === true));
  }
  const repeats = positionals.at(-1)?.endsWith('…') === true;
  if (rest.length > positionals.length && !repeats) {
    const expected = positionals.length === 0 ? 'no words beside flags' : `${positionals.join(' ')} and no further words`;
    throw new UsageError(`${command}: takes ${expected}; got "${rest[positionals.length]}"`);
  }
  return new Arguments(given, rest);
}

const needsValue = (flag: Flag): boolean => flag.value !== undefined && flag.optional !== true;

function checkValue(flag: Flag, written: string, value: string | undefined, inline: boolean): string {
  if (needsValue(flag)) {
    const nothing = value === undefined || (value === '' && flag.value !== 'LIST'); // a list may be empty
    if (nothing) throw new UsageError(`${written}: must be followed by ${flag.value}; got nothing`);
    if (!inline && value.startsWith('--')) throw new UsageError(`${written}: must be followed by ${flag.value}; got the flag ${value}`);
    return value;
  }
  if (value !== undefined && flag.value === undefined) throw new UsageError(`${written}: takes no value; got "${value}"`);
  return value ?? 'true';
}

/** A number as people write it, 25_000 included; NaN when it is none. */
export function parseNumber(text: string): number {
  return /^[+-]?(\d[\d_]*)?\.?\d*(e[+-]?\d+)?$/i.test(text) && /\d/.test(text) ? Number(text.replaceAll('_', '')) : Number.NaN;
}
