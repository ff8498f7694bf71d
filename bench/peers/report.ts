// A comparison as people read it: the median time of everybody at everything, and then what was promised, line by line.

import { formatRate, formatSeconds } from '../../src/cli/bench/units.ts';
import { formatMachine } from '../machine.ts';
import { formatTable, markdownTable } from '../table.ts';
import { bounds, claims } from './claims.ts';
import { medianOf, type Outcome, outcomesOf, type PeersRun, type Score } from './outcome.ts';

/** Plain text, for a terminal. */
export function formatPeers(run: PeersRun): string {
  const [times, promises] = [timesTable(run), promisesTable(run)];
  return [formatTable(times, 1), formatTable(promises, 3), notesOf(run)].join('\n');
}

/** The same as Markdown. */
export function formatPeersMarkdown(run: PeersRun): string {
  return [
    `${formatMachine(run.machine)}; ${versionsOf(run)}.\n`,
    markdownTable(promisesTable(run), 3),
    markdownTable(timesTable(run), 1),
    notesOf(run),
  ].join('\n');
}

const versionsOf = ({ versions }: PeersRun): string =>
  Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');

/** Workload × contestant, medians. */
function timesTable({ scores, versions }: PeersRun): string[][] {
  const names = Object.keys(versions);
  const rows = unique(scores.map(({ workload }) => workload)).map((workload) => {
    const mine = scores.filter((score) => score.workload === workload);
    return [workload, ...names.map((name) => cellOf(mine.find(({ contestant }) => contestant === name)))];
  });
  return [['', ...names], ...rows];
}

/** A bound has no time of its own that would mean something: its rate is shown. */
function cellOf(score: Score | undefined): string {
  const seconds = score ? medianOf(score) : null;
  if (score === undefined || seconds === null) return '·';
  return bounds.includes(score.contestant) ? formatRate(score.work.amount / seconds, score.work) : formatSeconds(seconds);
}

function promisesTable({ scores }: PeersRun): string[][] {
  const measured = new Set(scores.map(({ workload }) => workload));
  const rows = outcomesOf(claims, scores)
    .filter(({ workload }) => measured.has(workload))
    .map((outcome) => [
      outcome.workload,
      outcome.claim.subject,
      outcome.claim.rival,
      timeOf(outcome.own),
      bounds.includes(outcome.claim.rival) ? '' : timeOf(outcome.other),
      ratioOf(outcome),
      rangeOf(outcome),
      limitOf(outcome, outcome.claim.must),
      limitOf(outcome, outcome.claim.aim),
      outcome.verdict,
    ]);
  return [['workload', 'of', 'against', 'own', 'other', 'ratio', 'quartiles', 'must', 'aim', 'verdict'], ...rows];
}

const timeOf = (seconds: number | null): string => (seconds === null ? '·' : formatSeconds(seconds));

/** "4.20×", or "93 %" of a bound. */
function formatRatio({ claim }: Outcome, ratio: number): string {
  if (bounds.includes(claim.rival)) return `${(100 * ratio).toFixed(0)} %`;
  return `${ratio.toLocaleString('en-US', { minimumSignificantDigits: 3, maximumSignificantDigits: 3 })}×`;
}

const ratioOf = (outcome: Outcome): string => (outcome.ratio === null ? '·' : formatRatio(outcome, outcome.ratio));
const rangeOf = (outcome: Outcome): string => (outcome.range ?? []).map((ratio) => formatRatio(outcome, ratio)).join(' … ');
const limitOf = ({ claim }: Outcome, limit: number | null): string =>
  limit === null ? '' : bounds.includes(claim.rival) ? `${(100 * limit).toFixed(0)} %` : `${limit}×`;

/** Who was not there, and who could not do what; each reason once. */
function notesOf({ absent, scores }: PeersRun): string {
  const lines = Object.entries(absent).map(([name, reason]) => `${name} did not take part: ${reason}.`);
  const reasons = new Map<string, string[]>();
  for (const { contestant, workload, reason } of scores) {
    if (reason === undefined) continue;
    const key = `${contestant}: ${reason}`;
    reasons.set(key, [...(reasons.get(key) ?? []), workload]);
  }
  for (const [key, where] of reasons) lines.push(`${key} (${where.join('; ')}).`);
  return lines.map((line) => `- ${line}\n`).join('');
}

const unique = (names: readonly string[]): string[] => [...new Set(names)];
