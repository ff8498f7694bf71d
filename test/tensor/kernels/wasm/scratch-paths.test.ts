import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ScratchPaths } from '../../../../src/tensor/kernels/wasm/scratch-paths.ts';
import { collect, createMemory, isInside } from './small-memory.ts';

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

  test.each([
    ['in memory', 2000],
    ['spilled', 100_000],
  ])('of sequences that never come again few bytes are kept, %s', async (_, least) => {
    const scratch = new ScratchPaths(createMemory(), false);
    const buffers = Array.from({ length: 50 }, (_, i) => new WeakRef(taken(scratch, [least + i])[0]));
    await collect();
    expect(buffers.filter((buffer) => buffer.deref() !== undefined).length).toBeLessThanOrEqual(5);
  });

  test('a few sequences that take turns are kept, however much they take', () => {
    const scratch = new ScratchPaths(createMemory(), false);
    const sequences = [1, 2, 3, 4].map((n) => [10_000 - n, 10_000 + n]);
    const first = sequences.map((lengths) => taken(scratch, lengths));
    expect(sequences.flatMap((lengths) => taken(scratch, lengths)).every((buffer, i) => buffer === first.flat()[i])).toBe(true);
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
