// Values as expressions: f32x4.add(f32x4.mul(a, b), c) is a tree, and pushing it emits the operands and then the instruction.
// The names are WebAssembly's own. TypeScript checks operand types from the instruction table; the assembler checks them again.
//
// A tree is emitted wherever it is used, so what is used twice belongs in a local (code.ts, `let`).

import type { Assembler } from './assembler.ts';
import { type Instruction, type InstructionName, instructions, type ValueType } from './instructions.ts';

/** Something that can be computed: it pushes one operand of its type. */
export interface Value<T extends ValueType = ValueType> {
  readonly type: T;
  push(assembler: Assembler): void;
}

/** Where a value is expected, a number stands for the constant; a vector constant is spelled `lanes(x)`. */
export type Operand<T extends ValueType> = Value<T> | (T extends 'v128' ? never : number);

type Table = typeof instructions;
type Operands<T extends readonly ValueType[]> = { [I in keyof T]: Operand<T[I]> };
type Immediates<I> = I extends { immediate: 'memory' }
  ? [offset?: number]
  : I extends { immediate: 'lane' }
    ? [lane: number]
    : I extends { immediate: 'memory lane' }
      ? [offset: number, lane: number]
      : I extends { immediate: 'lanes' }
        ? number[]
        : [];
type Operation<N extends InstructionName> = Table[N] extends {
  takes: infer T extends readonly ValueType[];
  gives: infer R;
}
  ? R extends ValueType
    ? (...operands: [...Operands<T>, ...Immediates<Table[N]>]) => Value<R>
    : never
  : never;

/** The instructions that start with a prefix and give a value, by the rest of their names. */
type Operations<Prefix extends string> = {
  readonly [N in InstructionName as N extends `${Prefix}.${infer Rest}`
    ? Table[N]['gives'] extends null
      ? never
      : Rest
    : never]: Operation<N>;
};

type Prefixes = 'i32' | 'f32' | 'f64' | 'v128' | 'i8x16' | 'i32x4' | 'f32x4' | 'f64x2';
const allOperations = operationsByPrefix();
const operations = <P extends Prefixes>(prefix: P): Operations<P> => allOperations[prefix];

export const i32: Operations<'i32'> = operations('i32');
export const f32: Operations<'f32'> = operations('f32');
export const f64: Operations<'f64'> = operations('f64');
export const v128: Operations<'v128'> = operations('v128');
export const i8x16: Operations<'i8x16'> = operations('i8x16');
export const i32x4: Operations<'i32x4'> = operations('i32x4');
export const f32x4: Operations<'f32x4'> = operations('f32x4');
export const f64x2: Operations<'f64x2'> = operations('f64x2');

function operationsByPrefix(): { readonly [P in Prefixes]: Operations<P> } {
  const found: Record<string, Record<string, (...given: (Value | number)[]) => Value>> = {};
  for (const name of Object.keys(instructions) as InstructionName[]) {
    const dot = name.indexOf('.');
    const prefix = name.slice(0, dot);
    found[prefix] ??= {};
    found[prefix][name.slice(dot + 1)] = (...given) => new Applied(name, given);
  }
  return found as unknown as { readonly [P in Prefixes]: Operations<P> }; // built from the table that the type is computed from
}

const noOffset = [0];

/** An instruction and what it is given: its operands, then its immediates. */
class Applied implements Value {
  readonly type: ValueType;
  readonly #name: InstructionName;
  readonly #given: readonly (Value | number)[];

  constructor(name: InstructionName, given: readonly (Value | number)[]) {
    this.type = instructions[name].gives ?? 'i32'; // only those that give a value are reachable through the types
    this.#name = name;
    this.#given = given;
  }

  push(assembler: Assembler): void {
    const { takes, immediate }: Instruction = instructions[this.#name];
    const given = this.#given;
    for (let i = 0; i < takes.length; i++) push(assembler, given[i], takes[i]);
    if (immediate === undefined) assembler.emit(this.#name);
    else if (immediate === 'memory' && given.length === takes.length) assembler.emit(this.#name, noOffset);
    else assembler.emit(this.#name, given.slice(takes.length) as number[]); // what follows the operands is no value
  }
}

/** Pushes a value, or a number as a constant of the type that is expected there. */
export function push(assembler: Assembler, operand: Value | number, expected: ValueType): void {
  if (typeof operand !== 'number') operand.push(assembler);
  else if (expected === 'v128') lanes(operand).push(assembler);
  else assembler.constant(expected, operand);
}

/** The constant, where only a value will do. */
export const integer = (value: number): Value<'i32'> => ({ type: 'i32', push: (assembler) => assembler.constant('i32', value) });

/** A vector constant: the same float in all four lanes, which takes fewer bytes, or the four floats given. */
export function lanes(...values: readonly number[]): Value<'v128'> {
  if (values.length === 1) return Object.is(values[0], 0) ? i32x4.splat(0) : f32x4.splat(values[0]); // the same bits, fewer bytes
  const bytes = new Uint8Array(Float32Array.of(...values).buffer);
  return { type: 'v128', push: (assembler) => assembler.constantVector(bytes) };
}

/** The same for 32-bit whole numbers. */
export function integerLanes(...values: readonly number[]): Value<'v128'> {
  if (values.length === 1) return i32x4.splat(values[0]);
  const bytes = new Uint8Array(Int32Array.of(...values).buffer);
  return { type: 'v128', push: (assembler) => assembler.constantVector(bytes) };
}

/** Four lanes out of eight: 0…3 are a's, 4…7 b's. */
export const shuffle = (a: Value<'v128'>, b: Value<'v128'>, ...order: readonly [number, number, number, number]): Value<'v128'> =>
  i8x16.shuffle(a, b, ...order.flatMap((lane) => [4 * lane, 4 * lane + 1, 4 * lane + 2, 4 * lane + 3]));

/** a₀ + a₁ + a₂ + a₃, in this order: (a₀ + a₂) + (a₁ + a₃). The value is used twice, so pass a local. */
export function sumOfLanes(pair: Value<'v128'>): Value<'f32'> {
  return f32.add(
    f32.add(f32x4.extract_lane(pair, 0), f32x4.extract_lane(pair, 2)),
    f32.add(f32x4.extract_lane(pair, 1), f32x4.extract_lane(pair, 3)),
  );
}
