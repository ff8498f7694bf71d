import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Rng } from '../../src/tensor/rng.ts';

const draws = (rng: Rng, count: number): number[] => Array.from({ length: count }, () => rng.uint32());
const someSeed = fc.maxSafeInteger();

/** χ² of counts against a uniform expectation. */
function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/**
 * The χ² that `cells` equally likely cells exceed once in a million, by the Wilson–Hilferty approximation. Seeds here are
 * fixed, so a test passes always or never; the bound says how surprising a failure after a change would be.
 */
function chiSquareLimit(cells: number): number {
  const freedom = cells - 1;
  return freedom * (1 - 2 / (9 * freedom) + 4.75 * Math.sqrt(2 / (9 * freedom))) ** 3;
}

test('the generator is xoshiro128**: the first outputs of its authors’ program from the state 1, 2, 3, 4', () => {
  const rng = new Rng({ identity: [1, 2, 3, 4], words: [1, 2, 3, 4] });
  const expected = [11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804];
  expect(draws(rng, 10)).toEqual(expected);
});

describe('pinned streams (these detect change, not truth)', () => {
  test('seeds', () => {
    expect(draws(new Rng(0), 4)).toEqual([4064013778, 4012457239, 1209415980, 1119439064]);
    expect(draws(new Rng(1), 4)).toEqual([2094165994, 537112585, 3251368665, 754898664]);
    expect(draws(new Rng(-1), 4)).toEqual([1390522861, 1623307236, 368740401, 600387297]);
    expect(draws(new Rng(2 ** 40 + 5), 4)).toEqual([862348398, 2396671998, 4256494028, 4013052367]);
  });

  test('forks', () => {
    expect(draws(new Rng(1).fork('replay'), 4)).toEqual([2621291568, 2105511198, 3590137219, 75114459]);
    expect(draws(new Rng(1).fork('replay').fork('env'), 4)).toEqual([641408488, 3507623300, 3161455179, 655087508]);
  });

  test('reals, integers and normals', () => {
    const rng = new Rng(1);
    expect([rng.uniform(), rng.uniform(-1, 1), rng.integer(1000), rng.integer(-500, 500), rng.normal(), rng.normal()]).toEqual([
      0.48758601490450104, 0.5140365090334942, 790, -355, 0.5610154271125793, 0.8921008706092834,
    ]);
  });
});

describe('uint32', () => {
  test('every byte is uniform: 100,000 draws, χ² below its one-in-a-million bound', () => {
    const rng = new Rng(11);
    const counts = Array.from({ length: 4 }, () => new Array<number>(256).fill(0));
    for (let i = 0; i < 100_000; i++) {
      const draw = rng.uint32();
      for (let byte = 0; byte < 4; byte++) counts[byte][(draw >>> (8 * byte)) & 255]++;
    }
    for (const bytes of counts) expect(chiSquare(bytes)).toBeLessThan(chiSquareLimit(256));
  });

  test('neighbouring seeds are unrelated: the first draws of 25,600 seeds in a row are uniform and pairwise different', () => {
    const first = Array.from({ length: 25_600 }, (_, seed) => new Rng(seed).uint32());
    const counts = new Array<number>(256).fill(0);
    for (const draw of first) counts[draw >>> 24]++;
    expect(chiSquare(counts)).toBeLessThan(chiSquareLimit(256));
    expect(new Set(first).size).toBeGreaterThan(25_580); // 0.08 coincidences are expected
  });
});

describe('uniform', () => {
  test('stays in [low, high)', () => {
    fc.assert(
      fc.property(someSeed, fc.integer({ min: -100, max: 100 }), fc.integer({ min: 1, max: 100 }), (seed, low, width) => {
        const rng = new Rng(seed);
        for (let i = 0; i < 20; i++) {
          const x = rng.uniform(low, low + width);
          expect(x).toBeGreaterThanOrEqual(low);
          expect(x).toBeLessThan(low + width);
        }
      }),
    );
  });

  test('is uniform in pairs: 100,000 draws on a 16 × 16 grid, χ² below its one-in-a-million bound', () => {
    const rng = new Rng(12);
    const counts = new Array<number>(256).fill(0);
    for (let i = 0; i < 100_000; i++) counts[Math.floor(rng.uniform() * 16) * 16 + Math.floor(rng.uniform() * 16)]++;
    expect(chiSquare(counts)).toBeLessThan(chiSquareLimit(256));
  });

  test('has 53 random bits: the last of them is set half of the time', () => {
    const rng = new Rng(13);
    let odd = 0;
    for (let i = 0; i < 10_000; i++) odd += (rng.uniform() * 2 ** 53) % 2;
    expect(Math.abs(odd - 5000)).toBeLessThan(250); // five standard deviations of 50
  });
});

describe('integer', () => {
  test('fills its range and stays inside', () => {
    fc.assert(
      fc.property(someSeed, fc.integer({ min: -50, max: 50 }), fc.integer({ min: 1, max: 6 }), (seed, low, count) => {
        const rng = new Rng(seed);
        const seen = new Set(Array.from({ length: 200 }, () => rng.integer(low, low + count)));
        expect([...seen].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => low + i));
      }),
    );
  });

  test('has no bias where a remainder would: in a range of 3·2³⁰, each third is drawn a third of the time', () => {
    const rng = new Rng(14);
    const counts = [0, 0, 0];
    for (let i = 0; i < 60_000; i++) counts[Math.floor(rng.integer(3 * 2 ** 30) / 2 ** 30)]++;
    expect(chiSquare(counts)).toBeLessThan(chiSquareLimit(3)); // a plain remainder would give 2 : 1 : 1
  });

  test('takes the whole of 32 bits, and refuses an empty range, fractions and more', () => {
    expect(new Rng(1).integer(2 ** 32)).toBe(new Rng(1).uint32());
    for (const count of [0, -1, 1.5, Number.NaN, 2 ** 32 + 1]) expect(() => new Rng(1).integer(count)).toThrow(RangeError);
    expect(() => new Rng(1).integer(3, 3)).toThrow('Rng.integer: the range must hold 1 to 2^32 integers; got 3 to 3 (exclusive)');
  });
});

test('normal has the moments of a standard normal, each within five of its standard errors over 200,000 draws', () => {
  const rng = new Rng(15);
  const count = 200_000;
  const sums = [0, 0, 0, 0];
  for (let i = 0; i < count; i++) {
    const x = rng.normal();
    for (let power = 1; power <= 4; power++) sums[power - 1] += x ** power / count;
  }
  // E[xᵏ] is 0, 1, 0, 3 and the variance of xᵏ is 1, 2, 15, 96.
  const expected = [0, 1, 0, 3];
  const variance = [1, 2, 15, 96];
  for (const [i, moment] of sums.entries()) expect(Math.abs(moment - expected[i])).toBeLessThan(5 * Math.sqrt(variance[i] / count));
});

test('a normal is u √(−2 ln r / r) with the logarithm of the platform, after rounding to float32', () => {
  const [rng, same] = [new Rng(16), new Rng(16)];
  const wanted = (): number => {
    for (;;) {
      const [u, v] = [same.uniform(-1, 1), same.uniform(-1, 1)];
      const r = u * u + v * v;
      if (r > 0 && r < 1) return Math.fround(u * Math.sqrt((-2 * Math.log(r)) / r));
    }
  };
  for (let i = 0; i < 200_000; i++) if (rng.normal() !== wanted()) throw new Error(`normal ${i} must be that of the formula`);
});

test('arrays are filled with what single draws would give', () => {
  const [one, all] = [new Rng(17), new Rng(17)];
  const [uniforms, normals] = [new Float64Array(100), new Float32Array(100)];
  all.fillUniform(uniforms);
  all.fillNormal(normals);
  expect([...uniforms]).toEqual(Array.from(uniforms, () => one.uniform()));
  expect([...normals]).toEqual(Array.from(normals, () => one.normal()));
  expect(all.state()).toEqual(one.state());
});

describe('fork', () => {
  test('does not depend on how much was drawn, nor draw from its parent', () => {
    fc.assert(
      fc.property(someSeed, fc.string(), fc.nat({ max: 50 }), (seed, label, drawn) => {
        const parent = new Rng(seed);
        const expected = draws(new Rng(seed).fork(label), 5);
        draws(parent, drawn);
        const continued = new Rng(parent.state());
        expect(draws(parent.fork(label), 5)).toEqual(expected);
        expect(draws(parent, 5)).toEqual(draws(continued, 5));
      }),
    );
  });

  test('may be a generator that was another, also the parent itself', () => {
    const expected = new Rng(1).fork('a').state();
    const [parent, other] = [new Rng(1), new Rng(2)];
    expect(parent.fork('a', other)).toBe(other);
    expect(other.state()).toEqual(expected);
    expect(parent.fork('a', parent).state()).toEqual(expected);
  });

  test('different labels, seeds and generations give different streams', () => {
    const root = new Rng(1);
    const others = [new Rng(2).fork('a'), root.fork('b'), root.fork(''), root.fork('aa'), root.fork('a').fork('a'), root, root.fork('á')];
    const streams = [root.fork('a'), ...others].map((rng) => draws(rng, 2).join());
    expect(new Set(streams).size).toBe(streams.length);
  });
});

describe('state', () => {
  test('restore continues exactly, through JSON, in another generator', () => {
    fc.assert(
      fc.property(someSeed, someSeed, fc.nat({ max: 20 }), (seed, otherSeed, drawn) => {
        const rng = new Rng(seed);
        draws(rng, drawn);
        const saved = JSON.parse(JSON.stringify(rng.state()));
        const other = new Rng(otherSeed);
        other.restore(saved);
        const expected = draws(rng, 5);
        expect(draws(other, 5)).toEqual(expected);
        expect(draws(new Rng(saved), 5)).toEqual(expected);
        expect(draws(other.fork('x'), 2)).toEqual(draws(rng.fork('x'), 2));
      }),
    );
  });

  test('is a copy: drawing does not change it', () => {
    const rng = new Rng(3);
    const state = rng.state();
    const before = JSON.stringify(state);
    draws(rng, 3);
    expect(JSON.stringify(state)).toBe(before);
  });

  test('is checked: four unsigned words, not all zero', () => {
    const good = [1, 2, 3, 4];
    // From all zeros the generator would draw nothing but zeros, and normal() would wait for ever.
    for (const bad of [
      [0, 0, 0, 0],
      [1, 2, 3],
      [1, 2, 3, 4, 5],
      [1, 2, 3, -1],
      [1, 2, 3, 0.5],
      [1, 2, 3, 2 ** 32],
      [1, 2, 3, Number.NaN],
    ]) {
      expect(() => new Rng({ identity: good, words: bad })).toThrow(RangeError);
      expect(() => new Rng({ identity: bad, words: good })).toThrow(RangeError);
      expect(() => new Rng(1).restore({ identity: good, words: bad })).toThrow('Rng: a state must hold four unsigned 32-bit words');
    }
  });

  test('may hold some zeros', () => {
    expect(draws(new Rng({ identity: [0, 0, 0, 1], words: [0, 0, 0, 1] }), 4)).not.toEqual([0, 0, 0, 0]);
  });

  test('a failed restore leaves the generator as it was', () => {
    const rng = new Rng(5);
    expect(() => rng.restore({ identity: [9, 9, 9, 9], words: [0] })).toThrow(RangeError);
    expect(draws(rng.fork('x'), 3)).toEqual(draws(new Rng(5).fork('x'), 3));
    expect(draws(rng, 3)).toEqual(draws(new Rng(5), 3));
  });
});

test('a seed must be a safe integer', () => {
  for (const seed of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) expect(() => new Rng(seed)).toThrow(RangeError);
});
