// The machine line: without it no number means anything.

import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg } from 'node:os';

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  /** "node 20.20.2 (V8 11.3), linux x64" */
  readonly runtime: string;
  /** Abbreviated; with "+changes" when the measured files differ from it; "unknown" outside a repository. */
  readonly commit: string;
  /** How many processes wanted to run, averaged over the minute before. */
  readonly load: number;
}

export function describeMachine(): Machine {
  const { node, v8 } = process.versions;
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown processor',
    cores: availableParallelism(),
    runtime: `node ${node} (V8 ${v8.split('.').slice(0, 2).join('.')}), ${process.platform} ${process.arch}`,
    commit: commit(),
    load: Number(loadavg()[0].toFixed(2)),
  };
}

export const formatMachine = ({ processor, cores, runtime, commit, load }: Machine): string =>
  `${processor}, ${cores} cores; ${runtime}; commit ${commit}; load ${load}`;

function commit(): string {
  const git = (...words: string[]): string => execFileSync('git', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    const changed = git('status', '--porcelain', '--', 'src', 'bench', ':!bench/history.jsonl') !== '';
    return git('rev-parse', '--short', 'HEAD') + (changed ? '+changes' : '');
  } catch {
    return 'unknown';
  }
}
