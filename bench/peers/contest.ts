// One workload: everybody gets ready and shows a result, those who are right warm up, and then they take turns.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeTensors } from '../../src/index.ts';
import { rotate } from '../measure.ts';
import { findFault } from './closeness.ts';
import { createProblem } from './inputs.ts';
import { effortOf, roundsFor } from './options.ts';
import type { Score } from './outcome.ts';
import type { Player } from './player.ts';
import type { Workload } from './workload.ts';

/** A player that may take part in this workload, and in how many rounds. */
interface Starter {
  readonly player: Player;
  readonly work: Score['work'];
  readonly rounds: number;
}

/** The scores of all players. `folder` is for the files that are handed over. */
export async function compete(workload: Workload, players: readonly Player[], quick: boolean, folder: string): Promise<Score[]> {
  const { name, task, work, closeness } = workload;
  const effort = effortOf(quick);
  const inputs = join(folder, 'inputs.safetensors');
  const result = join(folder, 'result.f32');
  const problem = await createProblem(task);
  writeFileSync(inputs, encodeTensors(new Map(Object.entries(problem.inputs))));

  const starters: Starter[] = [];
  const scores: Score[] = [];
  const leaveOut = (player: Player, reason: string): void =>
    void scores.push({ workload: name, contestant: player.entry.name, work, rounds: [], reason });
  for (const player of players) {
    const { bound, slow } = player.entry;
    if (bound && work.unit !== 'FLOP') continue;
    if (quick && slow && isLong(workload)) {
      leaveOut(player, 'slow: left out of a quick run');
      continue;
    }
    const { warmup, sample } = effort;
    const reply = await player.ask({ do: 'prepare', task, inputs, result, warmup, sample });
    if (!('ready' in reply)) {
      leaveOut(player, 'cannot' in reply ? reply.cannot : `failed: ${'failed' in reply ? reply.failed : 'an unknown reply'}`);
      continue;
    }
    const got = floatsOf(readFileSync(result));
    const fault = bound ? undefined : findFault(task, closeness, got, problem.expected);
    if (fault === undefined) {
      const own = bound ? { amount: got[0], unit: work.unit } : work;
      starters.push({ player, work: own, rounds: roundsFor(reply.ready, effort.rounds) });
    } else leaveOut(player, `wrong result: ${fault}`);
  }

  for (const { player } of starters) await player.ask({ do: 'warm up' });
  const samples = new Map(starters.map((starter): [Starter, (number | null)[]] => [starter, []]));
  for (let round = 0; round < effort.rounds; round++) {
    for (const starter of rotate(starters, round)) {
      const reply = round < starter.rounds ? await starter.player.ask({ do: 'sample' }) : undefined;
      samples.get(starter)?.push(reply !== undefined && 'seconds' in reply ? reply.seconds : null);
    }
  }
  for (const [{ player, work: own }, rounds] of samples) scores.push({ workload: name, contestant: player.entry.name, work: own, rounds });
  return scores;
}

/** Whether one run is more than some hundred million operations: plain loops take seconds for it. */
const isLong = ({ task, work }: Workload): boolean =>
  task.kind === 'update' ? task.network.conv.length > 0 : work.unit === 'FLOP' && work.amount > 2e8;

function floatsOf(bytes: Uint8Array): Float32Array {
  return new Float32Array(Uint8Array.from(bytes).buffer);
}
