import { describe, expect, test } from 'vitest';
import {
  FormatError,
  readArray,
  readBoolean,
  readCount,
  readFinite,
  readIndex,
  readInteger,
  readList,
  readNumber,
  readNumbers,
  readRngState,
  readSnapshot,
  type Snapshot,
  type SnapshotValue,
} from '../../src/nn/snapshot.ts';
import { Rng } from '../../src/tensor/index.ts';

const rng = new Rng(3);
const snapshot: Snapshot = {
  number: -1.5,
  count: 7,
  flag: false,
  numbers: [1, 2.5],
  array: Float32Array.of(1, 2),
  nested: { inner: 1 },
  rng: { ...rng.state() },
  text: 'text',
  nothing: null,
  infinite: Number.POSITIVE_INFINITY,
  endless: Float32Array.of(1, Number.POSITIVE_INFINITY),
};

test('each reader gives back what was stored', () => {
  expect(readNumber(snapshot, 'number')).toBe(-1.5);
  expect(readCount(snapshot, 'count')).toBe(7);
  expect(readIndex(snapshot, 'count', 8)).toBe(7);
  expect(readInteger({ debt: -3 }, 'debt', -3, 0)).toBe(-3);
  expect(readBoolean(snapshot, 'flag')).toBe(false);
  expect(readList({ list: [{ x: 1 }, { x: 2 }] }, 'list', (list, name) => readNumber(readSnapshot(list, name), 'x'))).toEqual([1, 2]);
  expect(readNumbers(snapshot, 'numbers', 2)).toEqual([1, 2.5]);
  expect(readArray(snapshot, 'array', Float32Array, 2)).toBe(snapshot.array);
  expect(readSnapshot(snapshot, 'nested')).toBe(snapshot.nested);
  expect(new Rng(readRngState(snapshot, 'rng')).uint32()).toBe(rng.uint32());
});

describe('what is missing, of another kind or inherited is refused by name', () => {
  const readers: [string, (name: string) => unknown, accepted: string[]][] = [
    ['readNumber', (name) => readNumber(snapshot, name), ['number', 'count']],
    ['readCount', (name) => readCount(snapshot, name), ['count']],
    ['readIndex', (name) => readIndex(snapshot, name, 7), []],
    ['readInteger', (name) => readInteger(snapshot, name, -7, 7), ['count']],
    ['readInteger of a range', (name) => readInteger(snapshot, name, -7, 6), []],
    ['readList of a length', (name) => readList(snapshot, name, readNumber, 3), []],
    ['readList', (name) => readList(snapshot, name, readNumber), ['numbers']],
    ['readBoolean', (name) => readBoolean(snapshot, name), ['flag']],
    ['readNumbers', (name) => readNumbers(snapshot, name), ['numbers']],
    ['readNumbers of a length', (name) => readNumbers(snapshot, name, 3), []],
    ['readArray', (name) => readArray(snapshot, name, Float32Array, 2), ['array', 'endless']],
    ['readArray of a length', (name) => readArray(snapshot, name, Float32Array, 3), []],
    ['readArray of a type', (name) => readArray(snapshot, name, Float64Array, 2), []],
    ['readFinite', (name) => readFinite(snapshot, name, Float32Array, 2), ['array']],
    ['readSnapshot', (name) => readSnapshot(snapshot, name), ['nested', 'rng']],
    ['readRngState', (name) => readRngState(snapshot, name), ['rng']],
  ];
  test.each(readers)('%s', (_, read, accepted) => {
    for (const name of [...Object.keys(snapshot), 'missing', 'toString', '__proto__']) {
      if (accepted.includes(name)) expect(() => read(name)).not.toThrow();
      else expect(() => read(name)).toThrow(FormatError);
    }
  });

  test('messages name the place and both sides', () => {
    expect(() => readCount(snapshot, 'number')).toThrow('snapshot: "number" must be a non-negative integer; got -1.5');
    expect(() => readArray(snapshot, 'array', Int32Array, 2)).toThrow('snapshot: "array" must be Int32Array[2]; got Float32Array[2]');
    expect(() => readFinite(snapshot, 'endless', Float32Array, 2)).toThrow('snapshot: "endless" must be finite; got Infinity at place 1');
    expect(() => readNumber(snapshot, 'missing')).toThrow('snapshot: "missing" must be a finite number; got nothing');
    expect(() => readSnapshot(snapshot, 'numbers')).toThrow('snapshot: "numbers" must be a snapshot; got [1, 2.5]');
    expect(() => readBoolean(snapshot, 'nested')).toThrow('snapshot: "nested" must be true or false; got a snapshot');
  });

  test('also when it is nested deeper than recursion can follow', () => {
    let deep: SnapshotValue = 0;
    for (let i = 0; i < 100_000; i++) deep = [deep];
    expect(() => readNumber({ deep }, 'deep')).toThrow('snapshot: "deep" must be a finite number; got [a list]');
  });
});
