import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { jsKernels } from '../../../../src/tensor/kernels/js/index.ts';
import { advance, type Code, choose, type Local, result } from '../../../../src/tensor/kernels/wasm/code.ts';
import { f32, f32x4, i32, integer, lanes, shuffle, sumOfLanes, v128 } from '../../../../src/tensor/kernels/wasm/expressions.ts';
import { declareFamily, kernelFamilies } from '../../../../src/tensor/kernels/wasm/families.ts';
import { ModuleBuilder, workspaceEnd } from '../../../../src/tensor/kernels/wasm/module.ts';
import { emitTails } from '../../../../src/tensor/kernels/wasm/tails.ts';
import { mapBuffers } from '../../../../src/tensor/kernels/wasm/vectors.ts';
import type { WasmFunction } from '../../../../src/tensor/kernels/wasm/webassembly.ts';
import { platform } from './platform.ts';

/** The exports of a module, and its memory as floats. */
function instantiate(m: ModuleBuilder): { exports: Readonly<Record<string, WasmFunction>>; floats: Float32Array } {
  const memory = new platform.Memory({ initial: 1, maximum: 1 });
  const { exports } = new platform.Instance(new platform.Module(m.finish()), { host: { memory } });
  return { exports, floats: new Float32Array(memory.buffer) };
}

/** A kernel of one whole number that gives a whole number, called. */
function run(body: (f: Code, n: Local<'i32'>) => void, n: number): number {
  const m = new ModuleBuilder({ relaxed: false });
  m.kernel('probe', { x: 'in', n: 'i32' }, (f, { n }) => body(f, n), 'i32');
  return instantiate(m).exports['probe'](64, 0, n);
}

describe('statements do what they say', () => {
  const counted = (loop: (f: Code, n: Local<'i32'>, count: Local<'i32'>) => void) => (n: number) =>
    run((f, given) => {
      const count = f.variable('i32');
      loop(f, given, count);
      f.give(count);
    }, n);

  test('repeat', () => {
    const rounds = counted((f, n, count) => f.repeat(n, () => advance(count, 1)));
    expect([-3, 0, 1, 5].map(rounds)).toEqual([0, 0, 1, 5]);
  });

  test('for', () => {
    const sum = counted((f, n, count) => f.for(2, n, 3, (i) => advance(count, i)));
    expect([-1, 2, 3, 5, 6, 12].map(sum)).toEqual([0, 0, 2, 2, 7, 2 + 5 + 8 + 11]);
  });

  test('while and doWhile', () => {
    const halve = (n: Local<'i32'>, count: Local<'i32'>) => () => {
      n.set(i32.shr_u(n, 1));
      advance(count, 1);
    };
    expect([0, 1, 8].map(counted((f, n, count) => f.while(n, halve(n, count))))).toEqual([0, 1, 4]);
    expect([0, 1, 8].map(counted((f, n, count) => f.doWhile(n, halve(n, count))))).toEqual([1, 1, 4]);
  });

  test('if and choose', () => {
    const sign = counted((f, n, count) =>
      f.if(
        i32.lt_s(n, 0),
        () => count.set(-1),
        () => count.set(choose(n, integer(1), integer(0))),
      ),
    );
    expect([-7, 0, 7].map(sign)).toEqual([-1, 0, 1]);
  });
});

test('functions call functions, by place or by name', () => {
  const m = new ModuleBuilder({ relaxed: false });
  const minus = m.function('minus', { a: 'f32', b: 'f32' }, (f, { a, b }) => f.give(f32.sub(a, b)), 'f32');
  const put = m.function('put', { to: 'i32', value: 'f32' }, (f, { to, value }) => f.store(to, value));
  m.kernel('probe', { out: 'out', x: 'f32' }, (f, { out, x }) => {
    f.call(put, out, result('f32', minus, x, 1));
    f.callWith(put, { value: result('f32', minus, 1, x), to: i32.add(out, 4) });
    expect(() => f.call(minus, x, x)).toThrow('call minus: gives f32; use `result`');
    expect(() => f.call(put)).toThrow('call put: must be given to; got nothing in probe');
    expect(() => f.give(1)).toThrow('give: the function must have a result; got none in probe');
  });
  const { exports, floats } = instantiate(m);
  exports['probe'](64, 2, 5);
  expect([...floats.subarray(16, 18)]).toEqual([4, -4]);
});

test('vectors: constants, shuffles and sums', () => {
  const m = new ModuleBuilder({ relaxed: false });
  m.kernel('probe', { out: 'out' }, (f, { out }) => {
    const a = f.let(lanes(1, 2, 3, 4));
    f.store(out, shuffle(a, lanes(5, 6, 7, 8), 0, 4, 3, 7));
    f.store(out, f32x4.mul(a, lanes(10)), 16);
    f.store(out, sumOfLanes(a), 32);
    f.storeLane(out, a, 3, 36);
    f.storeLane(out, a, 1, 40, 8);
  });
  const { exports, floats } = instantiate(m);
  exports['probe'](64, 0);
  expect([...floats.subarray(16, 28)]).toEqual([1, 5, 4, 8, 10, 20, 30, 40, 10, 4, 3, 4]);
});

test('mapBuffers reaches every element once, and none outside, whatever the length', () => {
  for (const vectors of [1, 4] as const) {
    const m = new ModuleBuilder({ relaxed: false });
    const tails = emitTails(m);
    m.kernel('addTwice', { dx: 'out', x: 'in' }, (f, { dx, x, length }) =>
      mapBuffers(f, tails, length, dx, [dx, x], (dx, x) => f32x4.add(dx, f32x4.add(x, x)), vectors),
    );
    const { exports, floats } = instantiate(m);
    for (let length = 0; length < 40; length++) {
      floats.fill(1);
      const x = floats.subarray(101, 101 + length).fill(5);
      const dx = floats.subarray(201, 201 + length).fill(100);
      exports['addTwice'](dx.byteOffset, x.byteOffset, length);
      expect([...floats.subarray(200, 202 + length)]).toEqual([1, ...new Array(length).fill(110), 1]);
    }
  }
});

test('buffers come before numbers', () => {
  const m = new ModuleBuilder({ relaxed: false });
  expect(() => m.kernel('probe', { n: 'i32', out: 'out' }, () => {})).toThrow(
    'kernel probe: buffers must come before numbers; got i32, out',
  );
});

test('a wrong operand that slipped past the compiler throws while emitting', () => {
  const m = new ModuleBuilder({ relaxed: false });
  m.kernel('probe', { x: 'in', y: 'f32' }, (f, { x, y }) => {
    f.let(v128.and(v128.load(x), y as unknown as Local<'v128'>)); // what JavaScript callers could write
  });
  expect(() => m.finish()).toThrow('v128.and: operands must be (v128, v128); got (v128, f32) in probe');
});

test('the workspace has an end', () => {
  const m = new ModuleBuilder({ relaxed: false });
  const first = m.reserve(100);
  expect(m.reserve(1)).toBe(first + 128);
  expect(() => m.reserve(workspaceEnd)).toThrow(`reserve: must fit up to ${workspaceEnd}; got ${workspaceEnd} from ${first + 192} on`);
});

test('what no kernel calls is not emitted, and nothing is before finish()', () => {
  const emitted: string[] = [];
  const m = new ModuleBuilder({ relaxed: false });
  const inner = m.function('inner', { n: 'i32' }, () => void emitted.push('inner'));
  m.function('unused', { n: 'i32' }, () => void emitted.push('unused'));
  const outer = m.function('outer', { n: 'i32' }, (f, { n }) => {
    emitted.push('outer');
    f.call(inner, n);
  });
  m.kernel('probe', { x: 'in' }, (f, { x }) => {
    emitted.push('probe');
    f.call(outer, x);
    f.call(inner, x);
  });
  expect(emitted).toEqual([]);
  expect(platform.validate(m.finish())).toBe(true);
  expect(emitted).toEqual(['probe', 'outer', 'inner']);
});

describe('the modules of all kernels', () => {
  const emitAll = (relaxed: boolean): Uint8Array<ArrayBuffer>[] =>
    kernelFamilies.filter(({ emit }) => emit).map((family) => declareFamily(family, { relaxed }).finish());

  test('are valid, and at most 40 KB together', () => {
    const modules = emitAll(false);
    expect(modules.map((bytes) => platform.validate(bytes))).toEqual(modules.map(() => true));
    expect(modules.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(40 * 1024);
  });

  test('hold what their families provide, and each kernel once', () => {
    const buffers = { alloc: (length: number) => new Float32Array(length), scratch: (length: number) => new Float32Array(length) };
    const provided = kernelFamilies.flatMap((family) => {
      const emitted = declareFamily(family, { relaxed: false }).kernels.map(({ name }) => name);
      const found = new Set([...emitted, ...Object.keys(family.adapt?.({}, jsKernels, buffers, () => ({})) ?? {})]);
      expect([...found].filter((name) => name in jsKernels).sort()).toEqual([...family.provides].sort());
      return family.provides;
    });
    expect(new Set(provided).size).toBe(provided.length);
  });

  test('are the same every time', () => {
    expect(emitAll(false)).toEqual(emitAll(false));
  });

  /** This detects change, not truth: when kernels change on purpose, so does the number. */
  test('have the recorded bytes', () => {
    const hash = (relaxed: boolean): string => {
      const sum = createHash('sha256');
      for (const bytes of emitAll(relaxed)) sum.update(bytes);
      return sum.digest('hex').slice(0, 16);
    };
    expect([hash(false), hash(true)]).toMatchInlineSnapshot(`
      [
        "b632b42cc4255dac",
        "c61cf313fe457192",
      ]
    `);
  });
});
