import { expect, test } from 'vitest';
import { ObservationSheet } from '../../src/rl/observation-sheet.ts';

test('every array is zeros of the length asked for, and writing into one changes no other', () => {
  const sheet = new ObservationSheet(7);
  const arrays = Array.from({ length: 100 }, (_, i) => {
    const array = sheet.next();
    expect(array).toEqual(new Float32Array(7));
    return array.fill(i + 1);
  });
  for (const [i, array] of arrays.entries()) expect(array).toEqual(new Float32Array(7).fill(i + 1));
});
