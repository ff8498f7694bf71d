// Runs in a page's worker, where a thread may wait for others: asks for threads, and answers with what holds and what does not.

import { createWasmBackend } from '../../dist/index.js';

const held = [];
const broken = [];

function check(holds, what, found = '') {
  if (holds) held.push(what);
  else broken.push(`${what}; ${found}`);
}

const PlatformWorker = Worker;
const alive = new Set();

/** From now on workers are counted, and get their task from this function. */
function watchWorkers(change) {
  globalThis.Worker = class extends PlatformWorker {
    constructor(address) {
      super(address);
      alive.add(this);
    }
    postMessage(task) {
      super.postMessage(change(task));
    }
    terminate() {
      super.terminate();
      alive.delete(this);
    }
  };
}

async function create(threads, change = (task) => task) {
  watchWorkers(change);
  const backend = createWasmBackend({ memoryBytes: 2 ** 26, threads });
  await backend.ready;
  return backend;
}

const plain = { transposeA: false, transposeB: false, accumulate: false };
const window = { B: 32, H: 20, W: 20, C: 32, kernelH: 4, kernelW: 4, strideH: 2, strideW: 2, padH: 0, padW: 0, outH: 9, outW: 9 };

/** Name → the result of a kernel that is large enough to be divided. */
const kernels = {
  'a product': (k, room, x, y) => k.gemm(room(32 * 512), x(32 * 3136), y(3136 * 512), 32, 512, 3136, plain),
  'a convolution': (k, room, x, y) => k.conv2d(room(32 * 81 * 64), x(32 * 400 * 32), y(16 * 32 * 64), y(64), window, 64, 'relu'),
  'its gradient in the image': (k, room, x, y) => k.conv2dBackwardInput(room(32 * 400 * 32), y(16 * 32 * 64), x(32 * 81 * 64), window, 64),
  'its gradient in the filters': (k, room, x, y) =>
    k.conv2dBackwardWeight(room(16 * 32 * 64), x(32 * 400 * 32), y(32 * 81 * 64), window, 64),
};

/** The numbers that a kernel computes on a backend. */
function computed(backend, run) {
  let out;
  const filled = (seed) => (length) => {
    let state = seed;
    return backend.alloc(length).map(() => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 31 - 1;
    });
  };
  const room = (length) => {
    out = backend.alloc(length);
    return out;
  };
  run(backend.kernels, room, filled(1), filled(2));
  return out.slice();
}

const single = createWasmBackend({ memoryBytes: 2 ** 26 });
const equal = (a, b) => a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
const errorOf = (work) => {
  try {
    work();
    return 'no error';
  } catch (error) {
    return error.message;
  }
};

function checkEqualBytes(backend, where) {
  for (const [name, run] of Object.entries(kernels)) {
    check(equal(computed(backend, run), computed(single, run)), `${name} ${where}: the same bytes as on one thread`, 'it differs');
  }
}

/** Calls kernels until one throws. */
const untilError = (backend) => {
  let message = 'no error';
  for (let i = 0; i < 100 && message === 'no error'; i++) message = errorOf(() => computed(backend, kernels['a product']));
  return message;
};

async function isolated() {
  const backend = await create({ count: 2, always: true });
  const { refused } = backend.threads();
  check(crossOriginIsolated && refused === null && alive.size === 1, 'a second thread starts', `refused: ${refused}`);
  checkEqualBytes(backend, 'while two work');
  const { helped } = backend.threads();
  check(helped > 0, 'the second thread did parts of these', `it did ${helped}`);
  backend.close();
  check(alive.size === 0, 'close() ends it', `${alive.size} go on`);
  checkEqualBytes(backend, 'after close()');

  const failing = await create({ count: 2, always: true }, (task) => ({ ...task, functions: task.functions.map(() => 'none') }));
  const [failure, again] = [untilError(failing), untilError(failing)];
  check(
    failure.includes('worker 1 failed') && again === failure,
    'a worker that crashes is an error, again and again',
    `${failure}, ${again}`,
  );
  check(alive.size === 0, 'it ends', `${alive.size} go on`);

  const endless = { modules: [endlessModule], functions: new Array(100).fill('f') };
  const hanging = await create({ count: 2, always: true }, (task) => ({ ...task, ...endless }));
  const silence = untilError(hanging);
  check(silence.includes('worker 1 stopped answering'), 'a worker that never answers is an error, not a hang', silence);
  check(alive.size === 0, 'it is ended', `${alive.size} go on`);
}

/** (module (func (export "f") (loop (br 0)))) */
const endlessModule = Uint8Array.of(
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0],
  ...[7, 5, 1, 1, 0x66, 0, 0, 10, 9, 1, 7, 0, 3, 0x40, 12, 0, 11, 11],
);

/** Threads are refused with this reason, and everything works on one. */
const refusedWith = (reason) => async () => {
  const backend = await create(2);
  const { refused, working } = backend.threads();
  check(refused?.includes(reason) && working === 1, `threads are refused: ${reason}`, `refused: ${refused}`);
  checkEqualBytes(backend, 'without them');
  backend.close();
  check(alive.size === 0, 'nothing is left behind', `${alive.size} go on`);
};

const questions = {
  isolated,
  'not-isolated': refusedWith('a page must be served with Cross-Origin-Opener-Policy: same-origin'),
  forbidden: refusedWith('worker 1 did not start'),
};

addEventListener('message', async ({ data }) => {
  try {
    await questions[data]();
  } catch (error) {
    broken.push(String(error));
  }
  postMessage({ held, broken });
});
