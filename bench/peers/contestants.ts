// Who takes part, and how each is started. All work on one thread: the libraries that read it from the environment are told so there.

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { relaxedFlags } from '../relaxed.ts';

export interface Entry {
  readonly name: string;
  readonly program: string;
  readonly words: readonly string[];
  /** For a contestant of a package, its name: where it is not installed, there is no point in starting. */
  readonly requires?: string;
  /** Not an engine but a bound: its result is the number of operations of one run, and nothing to be checked. */
  readonly bound?: boolean;
  /** So slow at the largest networks that a quick run goes without. */
  readonly slow?: boolean;
}

/** Seen from build/bench/peers, where this file runs. */
const source = (file: string): string => fileURLToPath(new URL(`../../../bench/peers/${file}`, import.meta.url));
const compiled = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

const ours = (name: string, module: string, argument: string, flags: readonly string[] = []): Entry => ({
  name,
  program: process.execPath,
  words: [...flags, compiled('child.js'), compiled(module), argument],
});

const peer = (name: string, file: string, requires: string, argument = ''): Entry => ({
  name,
  program: process.execPath,
  words: [compiled('child.js'), source(file), argument],
  requires,
});

export const contestants = (): readonly Entry[] => {
  const fused = relaxedFlags();
  return [
    ours('deepq', 'engine.js', 'wasm'),
    ours('deepq fastMath', 'engine.js', 'fast', fused),
    ours('deepq 2 threads', 'engine.js', 'threads'),
    { ...ours('mul+add loop', 'peak.js', 'plain'), bound: true },
    { ...ours('FMA loop', 'peak.js', 'fused', fused), bound: true },
    { name: 'PyTorch', program: findPython(), words: ['-B', source('pytorch.py')] },
    peer('tfjs-wasm', 'tfjs.mjs', '@tensorflow/tfjs-backend-wasm', 'wasm'),
    { ...peer('tfjs-cpu', 'tfjs.mjs', '@tensorflow/tfjs', 'cpu'), slow: true },
    { ...peer('jax-js', 'jax-js.mjs', '@jax-js/jax'), slow: true },
    { ...peer('ConvNetJS', 'convnetjs.mjs', 'convnetjs'), slow: true },
    peer('onnxruntime-web', 'onnxruntime.mjs', 'onnxruntime-web'),
  ];
};

/** The folder of a package of bench/peers/package.json. */
export const packageFolder = (name: string): string => source(`node_modules/${name}`);

export const singleThread = {
  OMP_NUM_THREADS: '1',
  OPENBLAS_NUM_THREADS: '1',
  MKL_NUM_THREADS: '1',
} as const;

/** The interpreter that has PyTorch: the first on the path, or the system's, for which Debian packages it; the first if none has. */
function findPython(): string {
  const has = (python: string): boolean => {
    try {
      execFileSync(python, ['-c', 'import sys, importlib.util as u; sys.exit(u.find_spec("torch") is None)'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  };
  return ['python3', '/usr/bin/python3'].find(has) ?? 'python3';
}
