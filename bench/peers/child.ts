// One contestant in a process of its own: node child.js <module> [<argument>]. It waits for requests, so that the coordinator can
// let all contestants take turns, and measures itself between receiving one and answering.

import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { decodeTensors } from '../../src/index.ts';
import type { Contestant, Prepared, Reply, Request } from './contestant.ts';
import type { Inputs } from './workload.ts';

/** A result that took so many milliseconds is warm-up enough. */
const slow = 2000;

const [path, argument] = process.argv.slice(2);
console.log = console.error; // libraries talk; standard output is for replies
const reply = (message: Reply): void => void process.stdout.write(`${JSON.stringify(message)}\n`);

let prepared: Prepared | undefined;
let budget = { warmup: 0, sample: 0, took: 0 };
let runs = 1;

async function answer(contestant: Contestant, request: Request): Promise<Reply> {
  if (request.do === 'prepare') return prepare(contestant, request);
  if (prepared === undefined) throw new Error('child: must be prepared first');
  if (request.do === 'warm up') {
    runs = budget.took > slow ? 1 : await runsPerSample(prepared);
    return { warm: runs };
  }
  return { seconds: (await time(prepared, runs)) / 1000 / runs };
}

async function prepare(contestant: Contestant, request: Extract<Request, { do: 'prepare' }>): Promise<Reply> {
  prepared?.dispose?.();
  prepared = undefined;
  const found = await contestant.prepare(request.task, readInputs(request.inputs));
  if ('cannot' in found) return found;
  const start = performance.now();
  const result = await found.result();
  budget = { ...request, took: performance.now() - start };
  writeFileSync(request.result, new Uint8Array(result.buffer, result.byteOffset, result.byteLength));
  prepared = found;
  return { ready: budget.took / 1000 };
}

/** Warms up, then doubles the number of runs until they last as long as a sample should. */
async function runsPerSample(one: Prepared): Promise<number> {
  for (const end = performance.now() + budget.warmup; performance.now() < end; ) await time(one, 1);
  for (let count = 1; ; count *= 2) if ((await time(one, count)) >= budget.sample) return count;
}

/** Milliseconds for so many runs. Nothing is awaited where a run gives no promise. */
async function time({ run }: Prepared, count: number): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < count; i++) {
    const pending = run();
    if (pending !== undefined) await pending;
  }
  return performance.now() - start;
}

function readInputs(file: string): Inputs {
  const { arrays } = decodeTensors(readFileSync(file));
  const floats = Array.from(arrays, ([name, { data, shape }]) => [name, { data: Float32Array.from(data), shape }] as const);
  return Object.fromEntries(floats);
}

const { create }: { create: (argument?: string) => Promise<Contestant> } = await import(path);
const contestant = await create(argument);
reply({ hello: contestant.version });
for await (const line of createInterface({ input: process.stdin })) {
  const request: Request = JSON.parse(line); // written by the coordinator
  reply(await answer(contestant, request).catch((error): Reply => ({ failed: error instanceof Error ? error.message : String(error) })));
}
process.exit(0); // some libraries leave timers and workers behind
