// One number of threads in a process of its own: node player.js <threads>. It is asked over the channel to its parent, so that the
// processes can take turns, and measures itself between being asked and answering.

import { type AgentSpec, agentSpecs, createAgent } from '../../src/cli/bench/agents.ts';
import { createWasmBackend, type DqnAgent, useBackend } from '../../src/index.ts';

/** What the parent asks: to get ready for updates of an agent, or for the time of one. */
export type Question = { readonly prepare: number } | 'time';

export interface Answer {
  /** Of one update; 0 when it got ready. */
  readonly seconds: number;
  /** How many parts of kernels the other threads did meanwhile, for one update. */
  readonly helped: number;
}

/** Milliseconds that a sample lasts at least. */
const sample = 150;

const backend = createWasmBackend({ threads: Number(process.argv[2]) });
if (backend === null) throw new Error('player: WebAssembly with SIMD must be there');
await backend.ready;
const { refused } = backend.threads();
if (refused !== null) throw new Error(`player: threads must start; got "${refused}"`);
useBackend(backend);

let agent: DqnAgent | undefined;
let updates = 1;

/** Milliseconds for so many updates. */
function time(count: number): number {
  const start = performance.now();
  for (let i = 0; i < count; i++) if (agent?.learn() === undefined) throw new Error('player: an update must be due at every call');
  return performance.now() - start;
}

function prepare(spec: AgentSpec): void {
  agent = createAgent(spec);
  time(5);
  for (updates = 1; time(updates) < sample; ) updates *= 2;
}

process.on('message', (question: Question) => {
  const before = backend.threads().helped;
  if (question !== 'time') prepare(agentSpecs[question.prepare]);
  const seconds = question === 'time' ? time(updates) / 1000 / updates : 0;
  const answer: Answer = { seconds, helped: (backend.threads().helped - before) / updates };
  process.send?.(answer);
});
process.on('disconnect', () => process.exit());
process.send?.({ seconds: 0, helped: 0 } satisfies Answer); // ready
