// What the page runs: one group on one backend, one round, as worker.ts does in Node; then it sends the samples to the server that
// the page came from. What it shall measure stands in the address.

import { useBackend } from '../../src/index.ts';
import { backends } from '../backends.ts';
import { groups } from '../groups.ts';
import { measure } from '../measure.ts';
import { samplesOf } from '../statistics.ts';

/** The few parts of a page that are used; the benchmarks are compiled without DOM types. */
declare const location: { readonly search: string };
declare const fetch: (path: string, options: { readonly method: string; readonly body: string }) => Promise<unknown>;

/** Milliseconds: a hundred ticks of an isolated page's clock. */
const sampleTime = 0.5;

function run(): unknown {
  const given = new URLSearchParams(location.search);
  const group = groups.find(({ name }) => name === given.get('group'));
  const created = backends.get(given.get('backend') ?? '')?.();
  if (group === undefined || !created) return { absent: true };
  useBackend(created);
  const cases = group.createCases();
  const numbers = ['time', 'warmupTime', 'samples'].map((name) => Number(given.get(name)));
  const [time, warmupTime, samples] = numbers;
  return samplesOf(cases, measure(cases, Number(given.get('round')), { time, warmupTime, samples, sampleTime }));
}

let answer: unknown;
try {
  answer = run();
} catch (error) {
  answer = { failed: String(error) };
}
await fetch('/answer', { method: 'POST', body: JSON.stringify(answer) });
