import { describe, expect, test } from 'vitest';
import { decodeTensors } from '../../src/nn/safetensors.ts';
import { FormatError } from '../../src/nn/snapshot.ts';
import { fileOf } from '../support/safetensors-file.ts';

describe('a foreign or damaged file is refused with the reason', () => {
  const entry = (fields: object): string => JSON.stringify({ a: { dtype: 'F32', shape: [2], data_offsets: [0, 8], ...fields } });
  const deep = '['.repeat(100_000) + ']'.repeat(100_000);
  const rows: [string, header: string | Uint8Array, dataLength: number, reason: RegExp][] = [
    ['nothing', '', 0, /header must be JSON/],
    ['no JSON', '{"a":', 0, /header must be JSON; got/],
    ['no UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d), 0, /header must be UTF-8/],
    ['a byte order mark', '\ufeff{}', 0, /header must be JSON/],
    ['a list', '[]', 0, /header must be a JSON object/],
    ['null', 'null', 0, /header must be a JSON object; got null/],
    ['no object for an array', '{"a":7}', 0, /"a" must be a JSON object; got 7/],
    ['nesting without end', deep, 0, /must be a JSON object; got \[a list\]/],
    [
      'nesting without end inside',
      `{"a":{"dtype":"F32","shape":${deep},"data_offsets":[0,0]}}`,
      0,
      /shape of whole numbers; got \[a list\]/,
    ],
    [
      'a name twice',
      '{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}',
      1,
      /occur once/,
    ],
    ['a name twice, written differently', '{"__metadata__":{"a":"1","\\u0061":"2"}}', 0, /occur once/],
    ['a field twice', '{"a":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}}', 1, /occur once/],
    ['metadata twice', '{"__metadata__":{},"__metadata__":{}}', 0, /occur once/],
    ['metadata that is no text', '{"__metadata__":{"a":1}}', 0, /metadata "a" must be a text; got 1/],
    ['a missing field', '{"a":{"dtype":"U8","shape":[1]}}', 1, /must have dtype, shape and data_offsets; got "dtype", "shape"/],
    ['a field too many', entry({ strides: [1] }), 8, /must have dtype, shape and data_offsets/],
    ['a __proto__ in place of fields', '{"a":{"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}}', 1, /at most two deep/],
    ['an unknown type', entry({ dtype: 'I64' }), 8, /one of the types F64, F32, I32, F16, BF16, U8; got "I64"/],
    ['a type from the prototype', entry({ dtype: 'toString' }), 8, /one of the types/],
    ['a negative length', entry({ shape: [-2] }), 8, /shape of whole numbers; got \[-2\]/],
    ['a broken length', entry({ shape: [0.5, 4] }), 8, /shape of whole numbers/],
    ['a text as length', entry({ shape: ['2'] }), 8, /shape of whole numbers; got \["2"\]/],
    ['a length beyond exact integers', entry({ shape: [2 ** 53] }), 8, /shape of whole numbers/],
    ['lengths whose product overflows', entry({ shape: [2 ** 52, 2 ** 52] }), 8, /must take/],
    ['a length larger than the file', entry({ shape: [2 ** 40], data_offsets: [0, 2 ** 42] }), 8, /must take all 8 bytes/],
    ['one offset', entry({ data_offsets: [8] }), 8, /two whole numbers as data_offsets/],
    ['offsets backwards', entry({ data_offsets: [8, 0] }), 8, /must take 8 bytes/],
    [
      'offsets that disagree with the shape',
      entry({ data_offsets: [0, 4] }),
      4,
      /must take 8 bytes for F32 \[2\]; got data_offsets \[0, 4\]/,
    ],
    ['more data than the shape holds', entry({ shape: [1] }), 8, /must take 4 bytes for F32 \[1\]; got data_offsets \[0, 8\]/],
    ['a hole before the data', entry({ data_offsets: [4, 12] }), 12, /must begin at byte 0.*got 4/],
    ['bytes behind the data', entry({}), 9, /must take all 9 bytes behind the header; got 8/],
    ['missing data', entry({}), 7, /must take all 7 bytes/],
    [
      'arrays that overlap',
      '{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}',
      3,
      /"b" must begin at byte 2/,
    ],
  ];
  test.each(rows)('%s', (_, header, dataLength, reason) => {
    const bytes = fileOf(header, new Uint8Array(dataLength));
    expect(() => decodeTensors(bytes)).toThrow(FormatError);
    expect(() => decodeTensors(bytes)).toThrow(reason);
  });

  test('no length, and a length beyond the file', () => {
    expect(() => decodeTensors(new Uint8Array(7))).toThrow(/must begin with 8 bytes of length; got 7 bytes/);
    for (const length of [3n, 2n ** 31n, 2n ** 53n, 2n ** 64n - 1n]) {
      const bytes = new Uint8Array(10);
      new DataView(bytes.buffer).setBigUint64(0, length, true);
      expect(() => decodeTensors(bytes)).toThrow(FormatError);
      expect(() => decodeTensors(bytes)).toThrow(`got a header of ${length} bytes in a file of 10`);
    }
  });

  test('a header too long to be in memory is not read', () => {
    const begin = new Uint8Array(8);
    new DataView(begin.buffer).setBigUint64(0, 100_000_001n, true);
    const asked: number[][] = [];
    const read = (start: number, end: number): Uint8Array => {
      asked.push([start, end]);
      return begin;
    };
    expect(() => decodeTensors({ length: 2 ** 40, read })).toThrow(FormatError);
    expect(() => decodeTensors({ length: 2 ** 40, read })).toThrow('a header must take at most 100000000 bytes; got 100000001');
    expect(asked).toEqual([
      [0, 8],
      [0, 8],
    ]);
  });

  test('texts that look like keys are no keys', () => {
    const { metadata } = decodeTensors(fileOf('{"__metadata__":{"a":"\\":{:\\\\","b":"{\\"c\\":1}"}}   ', new Uint8Array(0)));
    expect([...metadata]).toEqual([['a', '":{:\\'], ['b', '{"c":1}']]); // biome-ignore format: two entries
  });
});
