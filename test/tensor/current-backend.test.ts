// Which backend is the default, and when it is made. Each test loads the modules anew, for they hold the backend in use.

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { platform } from './kernels/wasm/platform.ts';

/** Modules as a program that just started sees them. */
const door = () => import('../../src/tensor/index.ts');

beforeEach(() => void vi.resetModules());
afterEach(() => void vi.unstubAllGlobals());

test('the emitted kernels, where the platform lets them be compiled', async () => {
  const { backend } = await door();
  expect(backend().name).toBe('wasm');
  expect(backend()).toBe(backend());
});

test('the JavaScript set where there is no WebAssembly, no SIMD, or a policy against it; and an agent learns there', async () => {
  const { validate, Instance, Memory } = platform;
  const refusing = (name: string) => ({
    validate,
    Module: class {
      constructor() {
        throw Object.assign(new Error('blocked by the policy of this page'), { name });
      }
    },
    Instance,
    Memory,
  });
  for (const stub of [undefined, refusing('CompileError'), refusing('EvalError')]) {
    vi.resetModules();
    vi.stubGlobal('WebAssembly', stub);
    const { backend, matmul, Rng, tensor } = await door();
    expect(matmul(tensor([[1, 2]]), tensor([[3], [4]])).data).toEqual(Float32Array.of(11));
    expect(backend().name).toBe('js');
    const { createEnv, DqnAgent, train } = await import('../../src/rl/index.ts');
    const env = createEnv('CartPole-v1', new Rng(1));
    const reports = [...train(env, new DqnAgent(env, { warmupSteps: 64 }), 70)];
    expect(reports.filter(({ update }) => Number.isFinite(update?.loss)).length).toBeGreaterThan(0);
  }
});

test('an import alone makes nothing: neither memory nor code', async () => {
  const { validate, Module, Instance, Memory, Table } = platform;
  const made: string[] = [];
  const counting = (what: string, original: new (...given: never[]) => object) =>
    new Proxy(original, {
      construct(target, given) {
        made.push(what);
        return Reflect.construct(target, given) as object;
      },
    });
  vi.stubGlobal('WebAssembly', { validate, Module: counting('code', Module), Instance, Memory: counting('memory', Memory), Table });
  const { tensor } = await door();
  expect(made).toEqual([]);
  tensor([1]);
  expect(made).toEqual(['code', 'memory']);
});

test('replacing a default that nobody asked for does not make it, and going back to it is possible', async () => {
  const { backend, createJsBackend, useBackend } = await door();
  const before = useBackend(createJsBackend());
  expect([before, backend().name]).toEqual([undefined, 'js']);
  useBackend(before);
  expect(backend().name).toBe('wasm');
});

test('what was chosen stays, and tensors made before a switch remain usable', async () => {
  const { add, backend, createJsBackend, parameter, Tape, sum, useBackend } = await door();
  const before = parameter([1, 2, 3]);
  const first = useBackend(createJsBackend());
  expect(first?.name).toBe('wasm');
  expect(backend().name).toBe('js');
  const after = parameter([10, 20, 30]);
  const gradientsOn = (name: string): (Float32Array | undefined)[] => {
    expect(backend().name).toBe(name);
    const tape = new Tape();
    const gradients = tape.gradients(tape.record(() => sum(add(before, after))));
    return [gradients.get(before), gradients.get(after)];
  };
  const ones = Float32Array.of(1, 1, 1);
  expect(gradientsOn('js')).toEqual([ones, ones]);
  useBackend(first);
  expect(gradientsOn('wasm')).toEqual([ones, ones]);
});
