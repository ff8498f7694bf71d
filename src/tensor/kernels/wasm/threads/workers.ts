// Workers of the platform, of whichever kind it has: Node's worker_threads, or the Worker of browsers and the runtimes that follow
// them. This is the one place of the engine that asks what surrounds it, and it is asked only where threads were asked for.

import { type WorkerTask, workerProgram } from './worker-program.ts';

/** What the pool is told about a worker. */
interface WorkerEvents {
  ready(): void;
  /** It threw, it could not start, or it ended though nobody asked it to. */
  ended(reason: string): void;
}

export interface StartedWorker {
  /** Ends it, whatever it is doing. */
  terminate(): void;
}

/** Starts a worker on a task. Throws where the platform refuses at once. */
export type StartWorker = (task: WorkerTask, events: WorkerEvents) => StartedWorker;

interface NodeWorker {
  on(event: 'message' | 'error' | 'exit', listener: (detail: unknown) => void): void;
  unref(): void;
  terminate(): unknown;
}

interface WorkerThreads {
  readonly Worker: new (
    source: string,
    options: { readonly eval: true; readonly workerData: WorkerTask; readonly execArgv: readonly string[] },
  ) => NodeWorker;
}

interface WebWorker {
  onmessage: (() => void) | null;
  onerror: ((event: { readonly message?: string; preventDefault(): void }) => void) | null;
  postMessage(task: WorkerTask): void;
  terminate(): void;
}

declare const process: { getBuiltinModule?(name: string): WorkerThreads | undefined } | undefined;
declare const Worker: (new (address: string) => WebWorker) | undefined;
declare const Blob: new (parts: readonly string[], options: { readonly type: string }) => object;
declare const URL: { createObjectURL(blob: object): string; revokeObjectURL(address: string): void };

/** How workers are started here; undefined where there are none. */
export function platformWorkers(): StartWorker | undefined {
  const threads = typeof process === 'undefined' ? undefined : process.getBuiltinModule?.('node:worker_threads');
  if (threads !== undefined) return (task, events) => startInNode(threads, task, events);
  if (typeof Worker === 'undefined') return undefined;
  const WebWorkers = Worker;
  return (task, events) => startInBrowser(WebWorkers, task, events);
}

function startInNode({ Worker: Threads }: WorkerThreads, task: WorkerTask, events: WorkerEvents): StartedWorker {
  const source = `const { parentPort, workerData } = require('node:worker_threads');
(${workerProgram})(workerData, () => parentPort.postMessage('ready'));`;
  const worker = new Threads(source, { eval: true, workerData: task, execArgv: [] });
  worker.on('message', () => {
    worker.unref(); // a process with nothing else to do may end
    events.ready();
  });
  worker.on('error', (error) => events.ended(String(error)));
  worker.on('exit', (code) => events.ended(`it ended with exit code ${code}`));
  return worker;
}

function startInBrowser(Web: new (address: string) => WebWorker, task: WorkerTask, events: WorkerEvents): StartedWorker {
  const source = `onmessage = ({ data }) => (${workerProgram})(data, () => postMessage('ready'));`;
  const address = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  const worker = new Web(address);
  worker.onmessage = () => {
    URL.revokeObjectURL(address);
    events.ready();
  };
  worker.onerror = (event) => {
    event.preventDefault(); // the caller is told: it need not reach the page as an error that nobody handled
    events.ended(event.message ?? 'the page does not let workers start');
  };
  worker.postMessage(task);
  return worker;
}
