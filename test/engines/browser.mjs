// A page in headless Chromium, with headers of our choice. The page posts what it found to the server that it came from, so nothing
// is needed to drive the browser but its command line.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = new URL('../../', import.meta.url);
const documentOf = (script) => `<!doctype html><title>deepq</title><script type="module" src="/test/engines/${script}"></script>`;
const served = /^\/(dist|test\/engines)\/[\w/-]+\.(js|mjs)$/;
const patience = 120_000;

/**
 * What the page that runs the script reports when the browser at the path opens it; all that the server gives has the headers.
 * Rejects when the browser ends or takes too long.
 */
export async function reportFromPage(browser, headers, script = 'page.mjs') {
  const profile = mkdtempSync(join(tmpdir(), 'deepq-browser-'));
  let received;
  const report = new Promise((resolve) => {
    received = resolve;
  });
  const server = createServer((request, response) => answer(request, response, { headers, script, received }));
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'];
  const address = `http://127.0.0.1:${server.address().port}/`;
  const child = spawn(browser, [...flags, `--user-data-dir=${profile}`, address], { stdio: 'ignore' });
  let timer;
  const failure = new Promise((_, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`the browser ended with ${code} before the page reported`)));
    timer = setTimeout(() => reject(new Error(`the page did not report within ${patience / 1000} s`)), patience);
  });
  try {
    return await Promise.race([report, failure]);
  } finally {
    clearTimeout(timer);
    failure.catch(() => {}); // it ends now because we end it
    const ended = new Promise((resolve) => child.on('close', resolve));
    if (child.exitCode === null && child.kill()) await ended;
    server.closeAllConnections();
    server.close();
    await removeFolder(profile);
  }
}

function answer(request, response, { headers, script, received }) {
  const { pathname } = new URL(request.url, 'http://page');
  if (request.method === 'POST' && pathname === '/report') {
    let text = '';
    request.on('data', (part) => {
      text += part;
    });
    request.on('end', () => {
      response.end();
      received(JSON.parse(text));
    });
  } else if (pathname === '/') {
    response.writeHead(200, { 'Content-Type': 'text/html', ...headers }).end(documentOf(script));
  } else if (served.test(pathname)) {
    response.writeHead(200, { 'Content-Type': 'text/javascript', ...headers }).end(readFileSync(new URL(`.${pathname}`, root)));
  } else {
    response.writeHead(404).end();
  }
}

/** The browser's own children may outlive it a little, and write into its folder while it is removed. */
async function removeFolder(path) {
  for (let tries = 40; ; tries--) {
    try {
      return rmSync(path, { recursive: true, force: true });
    } catch (error) {
      if (tries === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}
