import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ScratchPaths } from '../../../../src/tensor/kernels/wasm/scratch-paths.ts';
import { collect, createMemory, isInside, page, stagingBytes, workspaceEnd } from './small-memory.ts';

const span = (view: Float32Array): [number, number] => [view.byteOffset, view.byteOffset + view.byteLength];

describe('alloc', () => {
  test('zeroed, aligned, apart from each other, from the workspace and from the staging space; ordinary arrays when full', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 3000 }), { maxLength: 40 }), (lengths) => {
        const memory = createMemory();
        const views = lengths.map((length) => memory.alloc(length));
        expect(views.map((view) => view.length)).toEqual(lengths);
        expect(views.every((view) => view.every((x) => x === 0))).toBe(true);
        const inside = views.filter((view) => isInside(memory, view)).map(span);
        inside.sort(([a], [b]) => a - b);
        inside.forEach(([start, end], i) => {
          expect(start % 16).toBe(0);
          expect(start).toBeGreaterThanOrEqual(workspaceEnd + stagingBytes);
          expect(end).toBeLessThanOrEqual(i + 1 < inside.length ? inside[i + 1][0] : page);
        });
        expect(memory.spills).toBe(views.length - inside.length);
      }),
    );
  });

  test('space is used again after its array was collected, neighbours are joined, and it is zeroed again', async () => {
    const memory = createMemory();
    const fill = (): number => {
      let count = 0;
      while (memory.spills === 0) count += memory.alloc(1000).fill(7).length > 0 ? 1 : 0;
      return count;
    };
    const count = fill();
    expect(count).toBeGreaterThan(10);
    await collect();
    expect(memory.permanentBytes).toBe(0);
    const large = memory.alloc(1000 * (count - 2)); // none of the pieces would hold it
    expect(isInside(memory, large)).toBe(true);
    expect(large.every((x) => x === 0)).toBe(true);
  });

  test('a gap between arrays that live is used again, and theirs stay as they are', async () => {
    const memory = createMemory();
    const [before, , after] = [memory.alloc(100).fill(1), memory.alloc(200).fill(2), memory.alloc(100).fill(3)];
    const held = memory.permanentBytes;
    await collect();
    expect(memory.permanentBytes).toBeLessThan(held);
    const between = memory.alloc(150);
    expect(between.byteOffset).toBe(before.byteOffset + 448);
    memory.alloc(30);
    expect(between.every((x) => x === 0) && before.every((x) => x === 1) && after.every((x) => x === 3)).toBe(true);
  });

  test('whatever is collected, what is left keeps its numbers, and all of the rest is used again', async () => {
    const memory = createMemory();
    const lengths = Array.from({ length: 60 }, (_, i) => 16 * (1 + ((7 * i) % 13)));
    for (const divisor of [2, 3, 5]) {
      const kept = lengths.flatMap((length, i) => {
        const buffer = memory.alloc(length).fill(i);
        return i % divisor === 0 ? [buffer] : [];
      });
      await collect();
      const bytes = (): number => kept.reduce((total, { byteLength }) => total + byteLength, 0);
      expect(memory.permanentBytes).toBe(bytes());
      while (memory.spills === 0) kept.push(memory.alloc(16).fill(kept.length));
      expect(memory.spills).toBe(1);
      memory.spills = 0;
      kept.pop();
      expect(bytes()).toBe(memory.end - memory.stagingEnd);
      expect(kept.every((buffer) => buffer.every((x) => x === buffer[0]))).toBe(true);
      const spans = kept.map(span).sort(([a], [b]) => a - b);
      spans.slice(1).forEach(([start], i) => void expect(start).toBeGreaterThanOrEqual(spans[i][1]));
      kept.length = 0;
      await collect();
      expect(memory.permanentBytes).toBe(0);
    }
  });
});

describe('a length that is none', () => {
  test.each([Number.NaN, -1, 0.5, Number.POSITIVE_INFINITY])('%s is refused, and nothing has changed', (length) => {
    const memory = createMemory();
    const scratch = new ScratchPaths(memory, false);
    const must = `length must be a whole number of at least 0; got ${length}`;
    expect(() => memory.place(length)).toThrow(new RangeError(`alloc: ${must}`));
    expect(() => memory.alloc(length)).toThrow(new RangeError(`alloc: ${must}`));
    expect(() => scratch.scope(() => void scratch.take(length))).toThrow(new RangeError(`scratch: ${must}`));
    expect(memory.permanentBytes).toBe(0);
    expect([memory.alloc(1), memory.alloc(1)].map(span)).toEqual([0, 64].map((at) => [memory.stagingEnd + at, memory.stagingEnd + at + 4]));
    expect(scratch.scope(() => scratch.take(16).byteOffset)).toBe(memory.end - 64);
  });
});

test('a view of this memory knows its address; one of another does not', () => {
  const [memory, other] = [createMemory(), createMemory()];
  const buffer = memory.alloc(10);
  const addressOf = (view: Float32Array): unknown => Reflect.get(view, memory.address);
  expect(addressOf(buffer)).toBe(buffer.byteOffset);
  expect(memory.locate(buffer.subarray(3))).toBe(buffer.byteOffset + 12);
  expect(other.locate(buffer)).toBeUndefined();
  expect(memory.locate(new Float32Array(3))).toBeUndefined();
  expect(buffer).toEqual(new Float32Array(10)); // the address is not part of what is compared
  expect(Object.keys(buffer.subarray(0, 1))).toEqual(['0']);
});
