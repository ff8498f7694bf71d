// Snapshots through bytes and back, and what happens to damaged ones: a FormatError with a reason, and nothing else.

import { decodeSnapshot, encodeSnapshot, encodeTensors, FormatError, Rng, type Snapshot, type SnapshotValue } from 'deepq';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const name = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'é☃', '"', '0')).filter((text) => /^[^$/][^/]*$/.test(text));
const arrays: fc.Arbitrary<SnapshotValue> = fc.oneof(fc.float32Array(), fc.float64Array(), fc.int32Array(), fc.uint8Array());

const { snapshot } = fc.letrec<{ snapshot: Snapshot; value: SnapshotValue }>((tie) => ({
  snapshot: fc.array(fc.tuple(name, tie('value')), { maxLength: 5 }).map((entries) => Object.fromEntries(entries)),
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    finite,
    fc.string(),
    fc.boolean(),
    fc.constant(null),
    arrays,
    fc.array(tie('value'), { maxLength: 4 }),
    tie('snapshot'),
  ),
}));

/** Array elements compared bit by bit, so that NaN and −0 count. */
const bitsOf = (value: SnapshotValue): unknown => {
  if (value === null || typeof value !== 'object') return value;
  if (ArrayBuffer.isView(value)) return [value.constructor.name, ...new Uint8Array(value.buffer, value.byteOffset, value.byteLength)];
  if (Array.isArray(value)) return value.map(bitsOf);
  return Object.entries(value).map(([key, item]) => [key, bitsOf(item)]);
};

test('decoding gives back exactly what was encoded, and equal snapshots give equal bytes', () => {
  fc.assert(
    fc.property(snapshot, (given) => {
      const bytes = encodeSnapshot(given);
      const back = decodeSnapshot(bytes);
      expect(bitsOf(back)).toEqual(bitsOf(given));
      expect(encodeSnapshot(back)).toEqual(bytes);
      expect(encodeSnapshot(given)).toEqual(bytes);
    }),
    { numRuns: 300 },
  );
});

test('−0 stays −0', () => {
  const { a } = decodeSnapshot(encodeSnapshot({ a: -0 }));
  expect(Object.is(a, -0)).toBe(true);
});

test('what is decoded shares no memory with the bytes', () => {
  const bytes = encodeSnapshot({ a: Float32Array.of(1, 2) });
  const { a } = decodeSnapshot(bytes);
  bytes.fill(0);
  expect(a).toEqual(Float32Array.of(1, 2));
});

describe('encoding refuses', () => {
  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('the number %d, and says where it is', (value) => {
    expect(() => encodeSnapshot({ a: { b: [1, value] } })).toThrow(`snapshot: "a/b/1" must be finite; got ${value}`);
  });

  // With a slash, "a/b" would be the name of one array and the path of another.
  test.each(['$array', '', 'a/b'])('the name "%s"', (name) => {
    expect(() => encodeSnapshot({ [name]: Float32Array.of(1), a: { b: Float32Array.of(2) } })).toThrow(
      `snapshot: names must not be empty, begin with $ or contain /; got "${name}"`,
    );
  });

  test('nesting that decoding would refuse', () => {
    const nested = (levels: number): Snapshot => (levels === 0 ? {} : { a: nested(levels - 1) });
    expect(decodeSnapshot(encodeSnapshot(nested(100)))).toEqual(nested(100));
    expect(() => encodeSnapshot(nested(101))).toThrow('snapshot: nesting must be at most 100 levels deep');
  });
});

describe('decoding refuses', () => {
  const withText = (text: string): Uint8Array => encodeTensors(new Map(), new Map([['snapshot', text]]));

  test('weights without a snapshot', () => {
    const weights = encodeTensors(new Map([['w', { data: Float32Array.of(1), shape: [1] }]]));
    expect(() => decodeSnapshot(weights)).toThrow('snapshot: the file must have "snapshot" in its metadata; it has weights only');
  });

  test.each([
    '',
    '{',
    '[1]',
    '3',
    'null',
    '{"$number":"-0"}',
    '{"a":{"$array":"missing"}}',
    '{"a":{"$array":null}}',
    '{"a":{"$number":"0"}}',
    '{"a":{"$other":1}}',
    '{"a":{"$number":"-0","b":1}}',
  ])('the text %s', (text) => {
    expect(() => decodeSnapshot(withText(text))).toThrow(FormatError);
  });

  test('a text that is nested without end', () => {
    expect(() => decodeSnapshot(withText(`{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`))).toThrow('must be at most 100 levels deep');
  });
});

test('a damaged file is refused with a FormatError, or differs only in its numbers', () => {
  const good = encodeSnapshot({
    steps: 12,
    name: 'é',
    zero: -0,
    nested: { weights: Float32Array.of(1, 2, 3), bytes: Uint8Array.of(1, 2), list: [1, { x: Int32Array.of(7) }, null, true] },
  });
  const rng = new Rng(1);
  let refused = 0;
  for (let i = 0; i < 4000; i++) {
    const bad = i % 4 === 0 ? good.slice(0, rng.integer(good.length)) : good.slice();
    if (i % 4 !== 0) for (let hits = 0; hits <= i % 3; hits++) bad[rng.integer(bad.length)] = rng.integer(256);
    try {
      decodeSnapshot(bad);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(2000);
});
