// What one engine computes: a fingerprint of every workload, on the default backend and on the JavaScript set.

import { workloads } from './workloads.mjs';

/** { backend, default: [[workload, SHA-256], …], javaScript: [[workload, SHA-256], …] } for the engine that this runs in. */
export async function createReport(deepq) {
  const original = deepq.backend();
  const report = { backend: original.name, default: await fingerprints(deepq) };
  deepq.useBackend(deepq.createJsBackend());
  report.javaScript = await fingerprints(deepq);
  deepq.useBackend(original);
  return report;
}

async function fingerprints(deepq) {
  const found = [];
  for (const [name, compute] of workloads) found.push([name, await sha256(compute(deepq))]);
  return found;
}

/** With the platform's own Web Crypto, which every engine has. */
async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
