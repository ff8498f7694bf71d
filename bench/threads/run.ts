// What two threads gain or cost in updates of whole networks: while the second core is free, and while a process that never waits
// has it. Two processes, of one thread and of two, take turns. The result is the ratio of all their time, trials and errors of
// the threads included.
//
//   npm run bench:threads          10 rounds, a minute
//   npm run bench:threads -- 20    more of them
//
// Threads promise that no update takes more than 1.1 times as long. The exit code is 1 where the ratio says otherwise.

import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { agentSpecs } from '../../src/cli/bench/agents.ts';
import { formatSeconds } from '../../src/cli/bench/units.ts';
import { describeMachine, formatMachine } from '../machine.ts';
import { quantile } from '../statistics.ts';
import { formatTable } from '../table.ts';
import type { Answer, Question } from './player.ts';

const most = 1.1;

const rounds = Number(process.argv[2] ?? 10);

async function startPlayer(threads: number): Promise<ChildProcess> {
  const player = fork(fileURLToPath(new URL('player.js', import.meta.url)), [String(threads)]);
  player.on('exit', (code) => {
    if (code) process.exit(1); // it has said why
  });
  await once(player, 'message');
  return player;
}

async function ask(player: ChildProcess, question: Question): Promise<Answer> {
  const answered = once(player, 'message');
  player.send(question);
  const [answer] = await answered;
  return answer; // written by player.ts
}

interface Turn {
  readonly one: number;
  readonly two: number;
  readonly helped: number;
}

/** Both in turn, each beginning every other round. */
async function takeTurns(one: ChildProcess, two: ChildProcess): Promise<Turn[]> {
  const turns: Turn[] = [];
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? [one, two] : [two, one];
    const answers = new Map<ChildProcess, Answer>();
    for (const player of order) answers.set(player, await ask(player, 'time'));
    const [alone, shared] = [answers.get(one), answers.get(two)];
    if (alone && shared) turns.push({ one: alone.seconds, two: shared.seconds, helped: shared.helped });
  }
  return turns;
}

/** A row of the table, and whether the promise was kept. */
function rowOf(name: string, second: string, turns: readonly Turn[]): { cells: string[]; kept: boolean } {
  const mean = (of: (turn: Turn) => number): number => turns.reduce((sum, turn) => sum + of(turn), 0) / turns.length;
  const times = [mean(({ one }) => one), mean(({ two }) => two)];
  const kept = times[1] / times[0] <= most;
  const ratios = turns.map(({ one, two }) => two / one);
  const [least, middle, worst] = [0, 0.5, 1].map((q) => quantile(ratios, q).toFixed(2));
  const ratio = [(times[1] / times[0]).toFixed(2), middle, `${least} … ${worst}`];
  const helped = mean((turn) => turn.helped).toFixed(1);
  return { cells: [name, second, ...times.map(formatSeconds), ...ratio, helped, kept ? 'kept' : 'broken'], kept };
}

const [one, two] = [await startPlayer(1), await startPlayer(2)];
const rows: string[][] = [
  ['', 'second core', '1 thread', '2 threads', 'ratio', 'median of turns', 'all turns', 'parts helped', `at most ${most}`],
];
let kept = true;
for (const [index, { name }] of agentSpecs.entries()) {
  for (const player of [one, two]) await ask(player, { prepare: index });
  for (const second of ['free', 'taken']) {
    const other = second === 'taken' ? spawn(process.execPath, ['--eval', 'for (;;);']) : null;
    const row = rowOf(name, second, await takeTurns(one, two));
    other?.kill();
    rows.push(row.cells);
    kept &&= row.kept;
  }
}
for (const player of [one, two]) player.disconnect();
console.log(`${formatMachine(describeMachine())}\n\n${formatTable(rows, 2)}`);
process.exitCode = kept ? 0 : 1;
