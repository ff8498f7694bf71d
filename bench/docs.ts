// npm run bench:docs — writes the tables of docs/benchmarks.md and docs/images/roofline.svg from the latest saved runs, or from files
// that hold what `--json` printed: npm run bench:docs -- --run run.json --peers peers.json

import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { replacePart } from './generated.ts';
import { groups } from './groups.ts';
import { type Run, readRuns } from './history.ts';
import { formatMachine } from './machine.ts';
import { readLastPeersRun } from './peers/history.ts';
import type { PeersRun } from './peers/outcome.ts';
import { formatPeersMarkdown } from './peers/report.ts';
import { rooflineOf } from './roofline.ts';
import { drawRoofline } from './roofline-chart.ts';
import { formatMarkdown } from './table.ts';

/** Seen from build/bench, where this file runs. */
const place = (path: string): URL => new URL(`../../docs/${path}`, import.meta.url);

const { values } = parseArgs({ options: { run: { type: 'string' }, peers: { type: 'string' } } });
const run: Run | undefined = values.run === undefined ? readRuns().at(-1) : JSON.parse(readFileSync(values.run, 'utf8'));
const peers: PeersRun | undefined = values.peers === undefined ? readLastPeersRun() : JSON.parse(readFileSync(values.peers, 'utf8'));

const kindOf = ({ quick }: Run | PeersRun): string => (quick ? 'A quick run, of few and short samples; ' : '');

let document = readFileSync(place('benchmarks.md'), 'utf8');
if (run !== undefined) {
  const date = run.date.slice(0, 10);
  const sections = groups.flatMap(({ name, description }) => {
    const mine = run.results.filter(({ group }) => group === name);
    return mine.length === 0 ? [] : [`### ${name}\n\n${description}.\n\n${formatMarkdown(mine)}`];
  });
  document = replacePart(document, 'groups', `${kindOf(run)}${date}; ${formatMachine(run.machine)}.\n\n${sections.join('\n')}`);
  writeFileSync(place('images/roofline.svg'), drawRoofline(rooflineOf(run.results, 'wasm'), `${date}; ${formatMachine(run.machine)}`));
}
if (peers !== undefined)
  document = replacePart(document, 'peers', `${kindOf(peers)}${peers.date.slice(0, 10)}; ${formatPeersMarkdown(peers)}`);
writeFileSync(place('benchmarks.md'), document);
const written = [run && 'groups and the roofline', peers && 'peers'].filter((part) => part !== undefined);
process.stdout.write(`docs/benchmarks.md: wrote ${written.join(' and ') || 'nothing, for no run is saved'}\n`);
