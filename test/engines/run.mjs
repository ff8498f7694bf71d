// Trains the same runs in every engine that is installed, and requires the same bytes of all of them. Then, in a browser, asks for
// threads where they can be had and where not.
//
//   npm run test:engines            what is installed; the rest is named, with how to install it
//   npm run test:engines -- --all   every engine must be there

import { parseArgs } from 'node:util';
import { chromium, engines, versionOf } from './engines.mjs';
import { pages, reportOnThreads } from './threads.mjs';

const { values } = parseArgs({ options: { all: { type: 'boolean', default: false } } });

/** The names of the workloads whose fingerprints differ. */
const differing = (reference, found) => found.filter(([, hash], i) => hash !== reference[i][1]).map(([name]) => name);
const verdict = (differ, count) => (differ.length === 0 ? `all ${count} equal` : `differs in ${differ.join(', ')}`);

let reference;
const failures = [];
for (const engine of engines) {
  const { name, binary, install, backend } = engine;
  if (binary === undefined) {
    console.log(`${name}: skipped, not installed (${install})`);
    if (values.all) failures.push(`${name} is not installed`);
    continue;
  }
  const title = name.replace(/^\w+( \d+)?/, (word) => `${word.replace(/ \d+/, '')} ${versionOf(engine)}`);
  try {
    const report = await engine.report(binary);
    if (report.error) throw new Error(report.error);
    reference ??= report;
    const differ = report.backend === 'js' ? [] : differing(reference.default, report.default);
    const differInJavaScript = differing(reference.javaScript, report.javaScript);
    const count = report.default.length;
    const emitted = report.backend === 'js' ? 'not to be had' : verdict(differ, count);
    console.log(`${title}: backend ${report.backend}; emitted kernels: ${emitted}; JavaScript set: ${verdict(differInJavaScript, count)}`);
    if (report.backend !== backend) failures.push(`${title}: the backend must be ${backend}; it is ${report.backend}`);
    if (differ.length > 0) failures.push(`${title}: bytes on the default backend differ from those of ${engines[0].name}`);
  } catch (error) {
    console.log(`${title}: failed`);
    failures.push(`${title}: ${error instanceof Error ? error.message : error}`);
  }
}

if (reference) {
  console.log('\nSHA-256 on the default backend:');
  for (const [name, hash] of reference.default) console.log(`  ${hash}  ${name}`);
}

console.log('\nThreads in a browser:');
if (chromium.binary === undefined) console.log(`  skipped, not installed (${chromium.install})`);
else {
  for (const page of pages) {
    const { held, broken } = await reportOnThreads(chromium.binary, page);
    console.log(`  ${page.name}: ${held.length} of ${held.length + broken.length} hold`);
    for (const what of held) console.log(`    ${what}`);
    failures.push(...broken.map((what) => `threads, ${page.name}: ${what}`));
  }
}
for (const failure of failures) console.error(failure);
process.exitCode = failures.length > 0 ? 1 : 0;
