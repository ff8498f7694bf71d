// npm run bench:peers — the same workloads on deepq and on other engines, in one run: every engine in a process of its own, all of
// them taking turns, so that whatever else the machine does meets them all alike.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeMachine, formatMachine } from '../machine.ts';
import { compete } from './contest.ts';
import { contestants } from './contestants.ts';
import { formatPeersLine, savePeersRun } from './history.ts';
import { type PeersOptions, parsePeersOptions, usageOf } from './options.ts';
import type { PeersRun, Score } from './outcome.ts';
import { Player } from './player.ts';
import { formatPeers, formatPeersMarkdown } from './report.ts';
import { workloads } from './workloads.ts';

async function main(options: PeersOptions): Promise<void> {
  const machine = describeMachine();
  const say = (text: string): void => void process.stderr.write(text);
  say(`${formatMachine(machine)}\n`);

  const players: Player[] = [];
  const absent: Record<string, string> = {};
  const invited = contestants().filter(
    ({ name }) => options.contestants.length === 0 || name === 'deepq' || options.contestants.includes(name),
  );
  for (const entry of invited) {
    const started = await Player.start(entry);
    if (typeof started === 'string') absent[entry.name] = started;
    else players.push(started);
    say(typeof started === 'string' ? `${entry.name} does not take part: ${started}\n` : `${entry.name} ${started.version}\n`);
  }

  const folder = mkdtempSync(join(tmpdir(), 'deepq-peers-'));
  const scores: Score[] = [];
  try {
    for (const workload of workloads.filter(({ name }) => isWanted(name, options.filters))) {
      say(`${workload.name} …\n`);
      const found = await compete(workload, players, options.quick, folder);
      for (const { contestant, reason } of found) if (reason !== undefined) say(`  ${contestant}: ${reason}\n`);
      scores.push(...found);
    }
  } finally {
    for (const player of players) player.stop();
    rmSync(folder, { recursive: true });
  }

  const versions = Object.fromEntries(players.map(({ entry, version }) => [entry.name, version]));
  const run: PeersRun = { date: new Date().toISOString(), machine, quick: options.quick, versions, absent, scores };
  if (options.json) process.stdout.write(`${formatPeersLine(run)}\n`);
  else process.stdout.write(options.markdown ? formatPeersMarkdown(run) : formatPeers(run));
  const wrong = scores.filter(({ contestant, reason }) => contestant.startsWith('deepq') && reason !== undefined);
  if (wrong.length > 0) process.exitCode = 1;
  else if (options.save) savePeersRun(run);
}

const isWanted = (name: string, filters: readonly string[]): boolean => filters.length === 0 || filters.some((part) => name.includes(part));

const names = contestants().map(({ name }) => name);
try {
  const options = parsePeersOptions(process.argv.slice(2), names);
  if (options.help) process.stdout.write(usageOf(names));
  else await main(options);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usageOf(names)}`);
  process.exitCode = 2;
}
