// Plants each fault of faults.mjs in a copy of the project and runs the tests that should notice. Prints a table, and exits with
// 1 when a fault survives. `npm run test:faults -- epsilon` runs only the faults whose name contains the word.

import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { faults } from './faults.mjs';

const project = fileURLToPath(new URL('../..', import.meta.url));
const copied = ['src', 'test', 'tools', 'package.json', 'tsconfig.json', 'vitest.config.ts'];
/** For one run of test files, in case a fault makes one endless. */
const mostMilliseconds = 600_000;

function copyProject() {
  const folder = mkdtempSync(join(tmpdir(), 'deepq-faults-'));
  for (const name of copied) cpSync(join(project, name), join(folder, name), { recursive: true });
  symlinkSync(join(project, 'node_modules'), join(folder, 'node_modules'), 'junction');
  return folder;
}

/** The backend to test on: a fault in a JavaScript kernel is planted where only that kernel set can show it. */
const modeOf = ({ edits }) => (edits.some(({ file }) => file.startsWith('src/tensor/kernels/js/')) ? 'js' : 'test');

/** Runs test files in the copy and returns the names of all tests that ran and of those that failed. */
function runTests(folder, files, mode) {
  const result = join(folder, 'result.json');
  rmSync(result, { force: true });
  const vitest = join(folder, 'node_modules', 'vitest', 'vitest.mjs');
  const options = ['--mode', mode, '--maxWorkers=1', '--no-isolate', '--reporter=json', `--outputFile=${result}`];
  const { error, stderr } = spawnSync(process.execPath, [vitest, 'run', ...files, ...options], {
    cwd: folder,
    env: { ...process.env, TMPDIR: folder }, // what the tests leave behind goes with the copy
    timeout: mostMilliseconds,
    encoding: 'utf8',
  });
  if (error !== undefined || !existsSync(result)) throw new Error(`faults: the tests must run to their end; got ${error ?? stderr}`);
  const { testResults } = JSON.parse(readFileSync(result, 'utf8'));
  const broken = testResults.find(({ assertionResults }) => assertionResults.length === 0);
  // A file that does not load proves only that the fault was planted badly.
  if (broken !== undefined) throw new Error(`faults: every test file must load; got ${broken.name}: ${broken.message}`);
  const all = testResults.flatMap(({ assertionResults }) => assertionResults);
  return {
    all: all.map(({ fullName }) => fullName),
    failed: all.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName),
  };
}

/** Applies the edits of a fault, runs the work and takes them back. Throws unless each text occurs exactly once. */
function withFault(folder, { name, edits }, work) {
  const originals = new Map(edits.map(({ file }) => [file, readFileSync(join(folder, file), 'utf8')]));
  try {
    for (const { file, find, replace } of edits) {
      const parts = readFileSync(join(folder, file), 'utf8').split(find);
      if (parts.length !== 2) {
        throw new Error(`faults: the text of "${name}" must occur once in ${file}; got ${parts.length - 1} times: ${find}`);
      }
      writeFileSync(join(folder, file), parts.join(replace));
    }
    return work();
  } finally {
    for (const [file, text] of originals) writeFileSync(join(folder, file), text);
  }
}

const chosen = faults.filter(({ name }) => process.argv.slice(2).every((word) => name.includes(word)));
if (chosen.length === 0) throw new Error(`faults: a name must contain "${process.argv.slice(2).join(' ')}"; none does`);
const folder = copyProject();
try {
  for (const mode of new Set(chosen.map(modeOf))) {
    const files = [...new Set(chosen.filter((fault) => modeOf(fault) === mode).flatMap(({ tests }) => tests))];
    const { all, failed } = runTests(folder, files, mode);
    if (failed.length > 0) throw new Error(`faults: without a fault all tests must pass; failed: ${failed.join('; ')}`);
    console.log(`without a fault, ${mode === 'js' ? 'JavaScript' : 'default'} kernels: ${all.length} tests in ${files.length} files pass`);
  }
  console.log('');

  const widest = Math.max(...chosen.map(({ name }) => name.length));
  const widestFile = Math.max(...chosen.flatMap(({ edits }) => edits.map(({ file }) => file.length)));
  const row = (...cells) => console.log([cells[0].padEnd(widest), cells[1].padEnd(widestFile), ...cells.slice(2)].join(' │ '));
  row('fault', 'file', 'caught by');
  const survivors = [];
  for (const fault of chosen) {
    const caught = withFault(folder, fault, () => runTests(folder, fault.tests, modeOf(fault))).failed;
    if (caught.length === 0) survivors.push(fault.name);
    const [first, ...others] = caught;
    const more = others.length > 0 ? ` and ${others.length} more` : '';
    row(fault.name, fault.edits[0].file, caught.length === 0 ? 'NOTHING' : `${caught.length}: ${first}${more}`);
  }
  console.log(`\n${chosen.length - survivors.length} of ${chosen.length} faults caught`);
  if (survivors.length > 0) {
    console.error(`survived: ${survivors.join(', ')}`);
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
