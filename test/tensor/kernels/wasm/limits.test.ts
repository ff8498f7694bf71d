import { multiplyAddLoops, streamLoop, updateLoop } from 'deepq';
import { describe, expect, test } from 'vitest';

describe('the loops that say what the machine can do', () => {
  test('compute what they claim', () => {
    const loops = [...multiplyAddLoops(), ...multiplyAddLoops({ fused: true }), streamLoop(1024), updateLoop(1024)];
    expect(loops.length).toBeGreaterThanOrEqual(5); // the fused ones may not be there
    for (const loop of loops) expect(Math.abs((loop?.run() ?? 0) / (loop?.expected ?? 1) - 1)).toBeLessThan(1e-4);
  });

  test('say how much one run does', () => {
    expect(multiplyAddLoops().map(({ amount, unit }) => [amount, unit])).toEqual([8, 10, 12].map((chains) => [chains * 40_000, 'FLOP']));
    expect(streamLoop(16)).toMatchObject({ amount: 3 * 64, unit: 'B' });
    expect(updateLoop(16)).toMatchObject({ amount: 7 * 64, unit: 'B' });
  });

  test('stream whole runs of sixteen', () => {
    expect(() => streamLoop(17)).toThrow('streamLoop: floats must be a positive multiple of 16; got 17');
    expect(() => updateLoop(0)).toThrow(RangeError);
  });
});
