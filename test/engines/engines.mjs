// The engines, where each is found, and how it is run. Node and the browser run the built package, Deno and Bun the source as it
// stands, which is to give the same bytes.

import { execFile, execFileSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { reportFromPage } from './browser.mjs';

const here = new URL('./', import.meta.url);
const built = new URL('../../dist/index.js', here).href;
const source = new URL('../../src/index.ts', here).href;
const script = fileURLToPath(new URL('process.mjs', here));

const fromPackages = 'npm ci --prefix test/engines';

/** A binary that one of the packages in this folder carries; undefined where it is not installed. */
function packaged(...paths) {
  const [path] = paths.map((each) => fileURLToPath(new URL(`node_modules/${each}`, here))).filter(existsSync);
  return path && realpathSync(path);
}

/** A command somewhere on the path. */
const onPath = (...names) => names.flatMap((name) => (process.env.PATH ?? '').split(delimiter).map((f) => join(f, name))).find(existsSync);

/** Runs process.mjs and reads the report that it prints. */
async function reportFromProcess(binary, words, door) {
  const options = { maxBuffer: 2 ** 24, env: { ...process.env, DENO_NO_UPDATE_CHECK: '1' } };
  const { stdout } = await promisify(execFile)(binary, [...words, script, door], options);
  return JSON.parse(stdout);
}

/** Its binary, or undefined, and how to install it. */
export const chromium = {
  binary: process.env.CHROMIUM ?? onPath('chromium', 'chromium-browser', 'google-chrome'),
  install: 'apt-get install chromium, or set CHROMIUM to the path of a browser',
};

const denoFlags = ['run', '--quiet', '--no-config', '--no-lock', '--node-modules-dir=none', '--allow-read'];
const platform = `${process.platform}-${process.arch}`;

/** Each: its name, its binary or undefined, how to install it, what its report must name as the backend, and how to get a report. */
export const engines = [
  { name: 'node', binary: process.execPath, install: '', backend: 'wasm', report: (path) => reportFromProcess(path, [], built) },
  {
    name: 'node 24',
    binary: packaged(`node-${platform}/bin/node`),
    install: fromPackages,
    backend: 'wasm',
    report: (path) => reportFromProcess(path, [], built),
  },
  {
    name: 'deno',
    binary: packaged(`@deno/${platform}-glibc/deno`, `@deno/${platform}/deno`),
    install: fromPackages,
    backend: 'wasm',
    report: (path) => reportFromProcess(path, denoFlags, source),
  },
  {
    name: 'bun',
    binary: packaged(`@oven/bun-${platform.replace('arm64', 'aarch64')}/bin/bun`),
    install: fromPackages,
    backend: 'wasm',
    report: (path) => reportFromProcess(path, [], source),
  },
  page('wasm', "script-src 'self' 'wasm-unsafe-eval'"),
  page('js', "script-src 'self'"),
];

/** The browser, whose pages a policy can forbid to compile; they must then train all the same. */
function page(backend, policy) {
  const headers = { 'Content-Security-Policy': policy };
  return { name: `chromium, ${policy}`, ...chromium, backend, report: (path) => reportFromPage(path, headers) };
}

/** The version as the engine itself says it. */
export const versionOf = ({ binary }) => {
  const [line] = execFileSync(binary, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split('\n');
  return line.match(/\d+(\.\d+)+/)?.[0] ?? line;
};
