// The header of a safetensors file, checked in full: every statement in it is compared with the number of bytes that follow,
// so that the reader can take it at its word. Also the element types that are understood.

import type { Shape } from '../tensor/index.ts';
import { FormatError } from './snapshot.ts';

/** Bytes per element of every type that can be read. */
const elementSize = { F64: 8, F32: 4, I32: 4, F16: 2, BF16: 2, U8: 1 } as const;

/** An element type's name in the format. */
export type Dtype = keyof typeof elementSize;

/** Where an array lies, counted from the beginning of the data. */
interface Entry {
  readonly dtype: Dtype;
  readonly shape: Shape;
  readonly start: number;
  readonly end: number;
}

export interface Header {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly metadata: ReadonlyMap<string, string>;
}

/** Reads a header whose file holds `dataLength` bytes after it. Throws FormatError for anything but a complete description of them. */
export function readHeader(bytes: Uint8Array, dataLength: number): Header {
  const fields = parse(bytes);
  const metadata = new Map<string, string>();
  const entries = new Map<string, Entry>();
  for (const [name, value] of fields) {
    if (name === '__metadata__') {
      for (const [key, text] of fieldsOf(value, name)) {
        if (typeof text !== 'string') throw wrong(`metadata ${show(key)} must be a text; got ${show(text)}`);
        metadata.set(key, text);
      }
    } else {
      entries.set(name, readEntry(name, value));
    }
  }
  checkCover(entries, dataLength);
  return { entries, metadata };
}

/** The header's fields. JSON.parse keeps the last of equal keys; here they are an error, or two readers could see two files. */
function parse(bytes: Uint8Array): [string, unknown][] {
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw wrong('the header must be UTF-8 text');
  }
  try {
    value = JSON.parse(text);
  } catch {
    throw wrong(`the header must be JSON; got ${show(text)}`);
  }
  const fields = fieldsOf(value, 'the header');
  // Objects lie at most two deep in a header; any that lie deeper make the counts differ as well.
  const kept = fields.reduce((count, [name, field]) => count + fieldsOf(field, show(name)).length, fields.length);
  if (countKeys(text) !== kept) throw wrong('every name in the header must occur once, and at most two deep; some do not');
  return fields;
}

/** How many keys valid JSON writes down: its colons outside texts. */
function countKeys(json: string): number {
  let keys = 0;
  let inText = false;
  for (let i = 0; i < json.length; i++) {
    if (json[i] === '"') inText = !inText;
    else if (inText && json[i] === '\\') i++;
    else if (!inText && json[i] === ':') keys++;
  }
  return keys;
}

function readEntry(name: string, value: unknown): Entry {
  const who = `array ${show(name)}`;
  const fields = new Map(fieldsOf(value, who));
  const dtype = fields.get('dtype');
  const shape = fields.get('shape');
  const offsets = fields.get('data_offsets');
  if (fields.size !== 3 || dtype === undefined || shape === undefined || offsets === undefined) {
    throw wrong(`${who} must have dtype, shape and data_offsets; got ${[...fields.keys()].map(show).join(', ') || 'nothing'}`);
  }
  if (typeof dtype !== 'string' || !isDtype(dtype)) {
    throw wrong(`${who} must have one of the types ${Object.keys(elementSize).join(', ')}; got ${show(dtype)}`);
  }
  if (!isCounts(shape)) throw wrong(`${who} must have a shape of whole numbers; got ${show(shape)}`);
  if (!isCounts(offsets) || offsets.length !== 2) throw wrong(`${who} must have two whole numbers as data_offsets; got ${show(offsets)}`);
  const [start, end] = offsets;
  const size = shape.reduce((product, length) => product * length, elementSize[dtype]);
  // A product beyond the safe integers is rounded, but it is also beyond the length of any file.
  if (size !== end - start) throw wrong(`${who} must take ${size} bytes for ${dtype} ${show(shape)}; got data_offsets ${show(offsets)}`);
  return { dtype, shape, start, end };
}

/** Arrays must follow one another from the first byte to the last: no holes, no overlaps, nothing behind them. */
function checkCover(entries: ReadonlyMap<string, Entry>, dataLength: number): void {
  let covered = 0;
  for (const [name, { start, end }] of [...entries].sort(([, a], [, b]) => a.start - b.start || a.end - b.end)) {
    if (start !== covered) throw wrong(`array ${show(name)} must begin at byte ${covered}, where the one before it ends; got ${start}`);
    covered = end;
  }
  if (covered !== dataLength) throw wrong(`the arrays must take all ${dataLength} bytes behind the header; got ${covered}`);
}

function fieldsOf(value: unknown, who: string): [string, unknown][] {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw wrong(`${who} must be a JSON object; got ${show(value)}`);
  return Object.entries(value);
}

const isDtype = (text: string): text is Dtype => Object.hasOwn(elementSize, text);

const isCounts = (value: unknown): value is number[] => Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);

const wrong = (reason: string): FormatError => new FormatError(`safetensors: ${reason}`);

/** Data from a file as a message prints it: one level deep, for it may be nested deeper than JSON.stringify can go, and short. */
function show(value: unknown): string {
  const text = Array.isArray(value) ? `[${value.slice(0, 8).map(showPart).join(', ')}]` : showPart(value);
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
}

function showPart(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return value !== null && typeof value === 'object' ? 'an object' : (JSON.stringify(value) ?? 'nothing');
}

// In every engine and page, but not in the language's own library.
declare const TextDecoder: new (label: string, options: { fatal: boolean; ignoreBOM: boolean }) => { decode(bytes: Uint8Array): string };
