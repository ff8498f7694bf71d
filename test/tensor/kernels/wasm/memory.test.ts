import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LinearMemory } from '../../../../src/tensor/kernels/wasm/memory.ts';
import { ScratchPaths } from '../../../../src/tensor/kernels/wasm/scratch-paths.ts';
import { platform } from './platform.ts';

const page = 65536;
const workspaceEnd = 1000;
const stagingBytes = 2048;

function createMemory(pages = 1): LinearMemory {
  return new LinearMemory(new platform.Memory({ initial: pages, maximum: pages }), workspaceEnd, stagingBytes);
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Until every array without a reference has been collected and its finalizer has run. */
async function collect(): Promise<void> {
  for (let i = 0; i < 5; i++) {
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const isInside = (memory: LinearMemory, view: Float32Array): boolean => view.buffer === memory.buffer;
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

describe('scratch', () => {
  /** The buffers that one scope hands out for these lengths. */
  function taken(scratch: ScratchPaths, lengths: readonly number[]): Float32Array[] {
    const buffers: Float32Array[] = [];
    scratch.scope(() => {
      for (const length of lengths) buffers.push(scratch.take(length));
    });
    return buffers;
  }

  test('each sequence of lengths gets its own view objects again, also when sequences alternate', () => {
    const scratch = new ScratchPaths(createMemory(), false);
    const sequences = [
      [3, 5, 5, 0],
      [3, 6],
      [3, 5, 7],
    ];
    const first = sequences.map((lengths) => taken(scratch, lengths));
    const again = sequences.map((lengths) => taken(scratch, lengths));
    first.forEach((buffers, i) => void buffers.forEach((buffer, j) => void expect(again[i][j]).toBe(buffer)));
  });

  test('buffers in use never overlap each other or permanent ones, whatever the order of scopes, scratch and alloc', () => {
    const command = fc.oneof(
      fc.record({ kind: fc.constant('take' as const), length: fc.nat({ max: 2000 }) }),
      fc.record({ kind: fc.constant('alloc' as const), length: fc.nat({ max: 500 }) }),
      fc.record({ kind: fc.constant('open' as const) }),
      fc.record({ kind: fc.constant('close' as const) }),
    );
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
        const memory = createMemory();
        const scratch = new ScratchPaths(memory, true);
        const permanent: Float32Array[] = [];
        let next = 0;
        /** Runs commands until its scope is closed. Each buffer is filled with a number of its own, which must still be there. */
        const scope = (): void =>
          scratch.scope(() => {
            const mine: Float32Array[] = [];
            while (next < commands.length) {
              const at = next++;
              const command = commands[at];
              if (command.kind === 'close') break;
              if (command.kind === 'open') scope();
              else if (command.kind === 'take') mine.push(scratch.take(command.length).fill(at));
              else permanent.push(memory.alloc(command.length).fill(at));
              for (const buffer of [...mine, ...permanent]) expect(buffer.every((x) => x === buffer[0])).toBe(true);
            }
            expect(new Set(mine.filter((buffer) => buffer.length > 0).map((buffer) => buffer[0])).size).toBe(
              mine.filter((buffer) => buffer.length > 0).length,
            );
          });
        while (next < commands.length) scope();
      }),
    );
  });

  test('when memory is full, buffers are ordinary arrays: counted when made, and handed out again too', () => {
    const memory = createMemory();
    const scratch = new ScratchPaths(memory, false);
    const first = taken(scratch, [10_000, 10_000, 10]);
    expect(first.map((buffer) => isInside(memory, buffer))).toEqual([true, false, true]);
    expect(memory.spills).toBe(1);
    taken(scratch, [10_000, 10_000, 10]).forEach((buffer, i) => void expect(buffer).toBe(first[i]));
    expect(memory.spills).toBe(1);
  });

  test('a remembered place that a permanent buffer has taken since is not handed out', () => {
    const memory = createMemory();
    const scratch = new ScratchPaths(memory, false);
    const [old] = taken(scratch, [12_000]);
    const permanent = memory.alloc(8000).fill(1);
    const [now] = taken(scratch, [12_000]);
    expect(now).not.toBe(old);
    now.fill(2);
    expect(permanent.every((x) => x === 1)).toBe(true);
  });

  test('sequences that never come again are forgotten', () => {
    const memory = createMemory();
    const scratch = new ScratchPaths(memory, false);
    const [first] = taken(scratch, [1]);
    for (let length = 1; length <= 10_001; length++) taken(scratch, [length]);
    expect(taken(scratch, [1])[0]).not.toBe(first);
  });

  test('outside a scope scratch is an ordinary new array', () => {
    const memory = createMemory();
    const scratch = new ScratchPaths(memory, false);
    expect(isInside(memory, scratch.take(4))).toBe(false);
    expect(scratch.take(4)).not.toBe(scratch.take(4));
    expect(memory.spills).toBe(0);
  });

  test('an exception passes through, the scope is closed, and what it took is full of NaN', () => {
    const scratch = new ScratchPaths(createMemory(), true);
    const escaped: Float32Array[] = [];
    const fail = (): void =>
      scratch.scope(() => {
        escaped.push(scratch.take(1).fill(7));
        scratch.scope(() => {
          escaped.push(scratch.take(1).fill(8));
          throw new Error('inner');
        });
      });
    expect(fail).toThrow('inner');
    expect(escaped.map(([x]) => x)).toEqual([Number.NaN, Number.NaN]);
    taken(scratch, [1, 1]).forEach((buffer, i) => void expect(buffer).toBe(escaped[i]));
  });
});
