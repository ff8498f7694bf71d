// One page in a Chromium of its own, from a server of our own: modules from build/, tinybench from node_modules. The page sends an
// answer, and the browser is ended.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Seen from build/bench/browser, where this file runs. */
const root = fileURLToPath(new URL('../../../', import.meta.url));

const html = `<!doctype html><meta charset="utf-8"><title>deepq benchmarks</title>
<script type="importmap">{"imports":{"tinybench":"/node_modules/tinybench/dist/index.js"}}</script>
<script type="module" src="/build/bench/browser/page.js"></script>`;

/** Pages that are isolated from others get a clock that ticks every 5 µs, others one of 100 µs. */
const isolated = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

export class Chromium {
  readonly #program: string;
  readonly #server: Server;
  #answered: (answer: string) => void = () => {};

  private constructor(program: string) {
    this.#program = program;
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  /** `program` is what starts a Chromium. */
  static async start(program: string): Promise<Chromium> {
    const chromium = new Chromium(program);
    await new Promise<void>((resolve) => void chromium.#server.listen(0, '127.0.0.1', resolve));
    return chromium;
  }

  /** What the page answers at these parameters. Throws Error when the browser ends or a quarter of an hour passes without. */
  async ask(parameters: Readonly<Record<string, string>>): Promise<unknown> {
    const { port } = this.#server.address() as AddressInfo; // it listens on a port, not on a pipe
    const profile = mkdtempSync(join(tmpdir(), 'deepq-chromium-'));
    const quiet = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'];
    const relaxed = '--js-flags=--experimental-wasm-relaxed-simd';
    const url = `http://127.0.0.1:${port}/?${new URLSearchParams(parameters)}`;
    const browser = spawn(this.#program, [...quiet, relaxed, `--user-data-dir=${profile}`, url], { stdio: 'ignore', detached: true });
    try {
      return JSON.parse(await this.#answer(browser));
    } finally {
      if (browser.pid !== undefined && browser.exitCode === null) process.kill(-browser.pid, 'SIGKILL'); // it and its renderers
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    }
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #answer(browser: ChildProcess): Promise<string> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('chromium: must answer within a quarter of an hour; got nothing')), 900_000);
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        act();
      };
      this.#answered = (answer) => settle(() => resolve(answer));
      browser.on('error', (error) => settle(() => reject(error)));
      browser.on('exit', (code) => settle(() => reject(new Error(`chromium: must answer before it ends; it ended with ${code}`))));
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const reply = (status: number, type: string, body: string | Buffer): void =>
      void response.writeHead(status, { 'Content-Type': type, ...isolated }).end(body);
    if (path === '/') return reply(200, 'text/html', html);
    if (path === '/answer') {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part);
      reply(200, 'text/plain', '');
      return this.#answered(Buffer.concat(parts).toString());
    }
    const file = normalize(path);
    if (!/^\/(build|node_modules\/tinybench)\/.*\.js$/.test(file)) return reply(404, 'text/plain', 'not here');
    try {
      reply(200, 'text/javascript', readFileSync(join(root, file)));
    } catch {
      reply(404, 'text/plain', 'not here');
    }
  }
}
