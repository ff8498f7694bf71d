// The coordinator's side of a contestant: a process that is asked, one request at a time, and answers with one line.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Reply, Request } from './contestant.ts';
import { type Entry, packageFolder, singleThread } from './contestants.ts';

export class Player {
  readonly entry: Entry;
  readonly version: string;
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  private constructor(entry: Entry, version: string, process: ChildProcess, lines: AsyncIterator<string>) {
    this.entry = entry;
    this.version = version;
    this.#process = process;
    this.#lines = lines;
  }

  /** Starts it and waits for its greeting. Returns why there is none where it cannot start. */
  static async start(entry: Entry): Promise<Player | string> {
    if (entry.requires !== undefined && !existsSync(packageFolder(entry.requires))) {
      return 'not installed. `npm ci --prefix bench/peers` installs the peers from npm';
    }
    const child = spawn(entry.program, entry.words, { env: { ...process.env, ...singleThread }, stdio: ['pipe', 'pipe', 'pipe'] });
    let complaint = '';
    child.stderr.on('data', (text: Buffer) => {
      complaint = (complaint + text.toString()).slice(-2000);
    });
    const failure = new Promise<never>((_, reject) => void child.on('error', reject));
    failure.catch(() => {}); // reported by whoever waits for it
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    try {
      const reply = await readReply(Promise.race([lines.next(), failure]));
      if ('hello' in reply) return new Player(entry, reply.hello, child, lines);
      return 'did not greet';
    } catch (error) {
      return lastLine(complaint) ?? (error instanceof Error ? error.message : String(error));
    }
  }

  async ask(request: Request): Promise<Reply> {
    this.#process.stdin?.write(`${JSON.stringify(request)}\n`);
    try {
      return await readReply(this.#lines.next());
    } catch {
      return { failed: 'the process ended' };
    }
  }

  stop(): void {
    this.#process.stdin?.end();
    this.#process.kill();
  }
}

async function readReply(line: Promise<IteratorResult<string>>): Promise<Reply> {
  const { done, value } = await line;
  if (done) throw new Error('the process ended');
  return JSON.parse(value) as Reply; // written by child.ts or pytorch.py
}

/** The last line that says what is wrong: of a stack, the message. */
function lastLine(text: string): string | undefined {
  const lines = text.split('\n').filter((line) => /\w*Error\b.*:/.test(line));
  return lines.at(-1)?.trim();
}
