// Runs in a page: starts a worker on the question that the page was opened for, asks what the page's own thread is told, and sends
// what held and what did not to the server that gave the page.

import { createWasmBackend } from '../../dist/index.js';

/** Question → why the page's own thread can have no others. */
const refusals = {
  isolated: 'this thread may not wait for others',
  'not-isolated': 'there is no SharedArrayBuffer here',
  forbidden: 'this thread may not wait for others',
};

const question = new URL(import.meta.url).search.slice(1);
let report;
try {
  report = await answerOf(question);
  const { refused } = createWasmBackend({ memoryBytes: 2 ** 24, threads: 2 }).threads();
  const [list, found] = refused?.includes(refusals[question])
    ? [report.held, 'is refused threads']
    : [report.broken, `must be refused threads; got "${refused}"`];
  list.push(`the page's own thread ${found}: ${refusals[question]}`);
} catch (error) {
  report = { error: String(error) };
}
await fetch('/report', { method: 'POST', body: JSON.stringify(report) });

function answerOf(asked) {
  const worker = new Worker('/test/engines/threads-worker.mjs', { type: 'module' });
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(`the worker failed: ${message}`));
    worker.postMessage(asked);
  });
}
