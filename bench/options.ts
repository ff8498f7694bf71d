// What the words after `npm run bench --` mean.

import { parseArgs } from 'node:util';
import { UnknownNameError } from '../src/index.ts';
import { backends } from './backends.ts';
import { groups } from './groups.ts';
import type { Budget } from './measure.ts';
import { type OutputOptions, outputFlags, outputOptions } from './output-flags.ts';

export interface BenchOptions extends OutputOptions {
  readonly groups: readonly string[];
  readonly backends: readonly string[];
}

export const usage = `npm run bench -- [group…] [--backend <name>]… [--quick] [--json | --markdown] [--save]

groups:      ${groups.map(({ name, description }) => `${name.padEnd(8)} ${description}`).join('\n             ')}
backends:    ${[...backends.keys()].join(', ')}
--quick      two short rounds: shows that everything works, measures little
--json       one JSON line instead of tables
--markdown   tables for docs/benchmarks.md
--save       appends the JSON line to bench/history.jsonl
`;

/** All groups and backends unless some are named. Throws UnknownNameError, TypeError for an unknown flag, RangeError for two that exclude each other. */
export function parseOptions(words: readonly string[]): BenchOptions {
  const options = { ...outputFlags, backend: { type: 'string', multiple: true } } as const;
  const { values, positionals } = parseArgs({ args: [...words], allowPositionals: true, options });
  const output = outputOptions('bench', values);
  const chosen = (kind: string, wanted: readonly string[], known: readonly string[]): readonly string[] => {
    for (const name of wanted) if (!known.includes(name)) throw new UnknownNameError(kind, name, known);
    return wanted.length > 0 ? known.filter((name) => wanted.includes(name)) : known;
  };
  return {
    groups: chosen(
      'group',
      positionals,
      groups.map(({ name }) => name),
    ),
    backends: chosen('backend', values.backend ?? [], [...backends.keys()]),
    ...output,
  };
}

/** How many processes measure each group on each backend, and for how long. */
export const roundsOf = (quick: boolean): number => (quick ? 2 : 5);
export const budgetOf = (quick: boolean): Budget =>
  quick ? { time: 10, warmupTime: 5, samples: 2 } : { time: 200, warmupTime: 100, samples: 5 };
