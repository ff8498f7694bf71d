// Statements: what a kernel's loop is written in. Code holds the function being emitted; each of its methods emits at once, in
// the order of the text, so an emitter reads like the loop it stands for.

import { Assembler, type Callable } from './assembler.ts';
import type { Parts, Signature } from './encode.ts';
import { f32x4, i32, type Operand, push, type Value } from './expressions.ts';
import type { ValueType } from './instructions.ts';

/** A variable of the emitted function. */
export class Local<T extends ValueType = ValueType> implements Value<T> {
  readonly type: T;
  readonly #index: number;
  readonly #assembler: Assembler;

  constructor(type: T, index: number, assembler: Assembler) {
    this.type = type;
    this.#index = index;
    this.#assembler = assembler;
  }

  push(assembler: Assembler): void {
    assembler.get(this.#index);
  }

  /** Emits: this ← value. */
  set(value: Operand<T>): void {
    push(this.#assembler, value, this.type);
    this.#assembler.set(this.#index);
  }
}

/** Emits: local ← local + amount. */
export const advance = (local: Local<'i32'>, amount: Operand<'i32'>): void => local.set(i32.add(local, amount));

/** How an emitter may use the machine. */
export interface EmitOptions {
  /** Fuse multiplications with additions where the machine can: faster, and the last bits depend on the machine. */
  readonly relaxed: boolean;
}

export class Code {
  readonly parameters: readonly Local[];
  readonly #assembler: Assembler;
  readonly #options: EmitOptions;

  constructor(name: string, signature: Signature, options: EmitOptions) {
    this.#assembler = new Assembler(name, signature);
    this.#options = options;
    this.parameters = signature.parameters.map((type, index) => new Local(type, index, this.#assembler));
  }

  /** A new variable with the value it has here. */
  let<T extends ValueType>(value: Value<T>): Local<T> {
    const local = this.variable(value.type);
    local.set(value as Operand<T>); // a value is an operand, whatever T is
    return local;
  }

  /** A new variable to be set later. */
  variable<T extends ValueType>(type: T): Local<T> {
    return new Local(type, this.#assembler.local(type), this.#assembler);
  }

  /** memory[address + offset] ← value, as wide as the value. */
  store(address: Operand<'i32'>, value: Value, offset = 0): void {
    push(this.#assembler, address, 'i32');
    value.push(this.#assembler);
    this.#assembler.emit(`${value.type}.store`, [offset]);
  }

  /** memory[address + offset] ← one lane, 4 bytes wide, or two neighbours, 8 bytes wide. */
  storeLane(address: Operand<'i32'>, value: Value<'v128'>, lane: number, offset = 0, width: 4 | 8 = 4): void {
    push(this.#assembler, address, 'i32');
    value.push(this.#assembler);
    this.#assembler.emit(width === 4 ? 'v128.store32_lane' : 'v128.store64_lane', [offset, lane]);
  }

  /** Runs `then` where the condition is not 0, and `otherwise` where it is. */
  if(condition: Operand<'i32'>, then: () => void, otherwise?: () => void): void {
    push(this.#assembler, condition, 'i32');
    this.#assembler.if();
    then();
    if (otherwise) {
      this.#assembler.else();
      otherwise();
    }
    this.#assembler.end();
  }

  /** Runs the body as long as the condition is not 0. The condition is emitted twice: once before, once at the end of a round. */
  while(condition: Operand<'i32'>, body: () => void): void {
    this.if(condition, () => this.doWhile(condition, body));
  }

  /** Runs the body once, and again as long as the condition is not 0 after it. */
  doWhile(condition: Operand<'i32'>, body: () => void): void {
    const start = this.#assembler.loop();
    body();
    push(this.#assembler, condition, 'i32');
    this.#assembler.branchIf(start);
    this.#assembler.end();
  }

  /** for (let i = from; i < to; i += step): signed, and `to` is read every round, so pass a local or a number. */
  for(from: Operand<'i32'>, to: Operand<'i32'>, step: number, body: (i: Local<'i32'>) => void): void {
    const i = this.variable('i32');
    i.set(from);
    this.while(i32.lt_s(i, to), () => {
      body(i);
      advance(i, step);
    });
  }

  /** Runs the body `count` times; not at all when count ≤ 0. Cheaper than `for` when the body needs no index. */
  repeat(count: Operand<'i32'>, body: () => void): void {
    const left = this.variable('i32');
    left.set(count);
    this.while(i32.gt_s(left, 0), () => {
      body();
      advance(left, -1);
    });
  }

  /** Calls a function that gives nothing. */
  call(target: Callable, ...operands: readonly (Value | number)[]): void {
    if (target.signature.result !== null) throw new TypeError(`call ${target.name}: gives ${target.signature.result}; use \`result\``);
    pushOperands(this.#assembler, target, operands);
    this.#assembler.call(target);
  }

  /** The same with the operands by the names of the parameters, for functions that take many. */
  callWith(target: Callable, operands: Readonly<Record<string, Value | number>>): void {
    this.call(target, ...target.parameters.map((name) => operands[name]));
  }

  /** a·b + c, rounded twice; once where relaxed code was asked for and the machine can. */
  multiplyAdd(a: Value<'v128'>, b: Value<'v128'>, c: Value<'v128'>): Value<'v128'> {
    return this.#options.relaxed ? f32x4.relaxed_madd(a, b, c) : f32x4.add(f32x4.mul(a, b), c);
  }

  /** Leaves the function's result where the caller finds it: the last statement of a function that gives one. */
  give(value: Operand<'f32'> | Operand<'f64'> | Operand<'i32'> | Value<'v128'>): void {
    const { result } = this.#assembler.signature;
    if (result === null) throw new TypeError(`give: the function must have a result; got none in ${this.#assembler.name}`);
    push(this.#assembler, value, result);
  }

  /** The function's bytes for the code section. */
  finish(): Parts {
    return this.#assembler.finish();
  }
}

/** The value of a call. */
export function result<T extends ValueType>(type: T, target: Callable, ...operands: readonly (Value | number)[]): Value<T> {
  return {
    type,
    push(assembler) {
      pushOperands(assembler, target, operands);
      assembler.call(target);
    },
  };
}

/** The same with the operands by the names of the parameters. */
export const resultWith = <T extends ValueType>(type: T, target: Callable, operands: Readonly<Record<string, Value | number>>): Value<T> =>
  result(type, target, ...target.parameters.map((name) => operands[name]));

function pushOperands(
  assembler: Assembler,
  { name, signature, parameters }: Callable,
  operands: readonly (Value | number | undefined)[],
): void {
  for (let i = 0; i < parameters.length; i++) {
    const operand = operands[i];
    if (operand === undefined) throw new TypeError(`call ${name}: must be given ${parameters[i]}; got nothing in ${assembler.name}`);
    push(assembler, operand, signature.parameters[i]);
  }
}

/** The value of `then` where the condition is not 0, of `otherwise` where it is. Only one of them is computed. */
export function choose<T extends ValueType>(condition: Operand<'i32'>, then: Value<T>, otherwise: Value<T>): Value<T> {
  return {
    type: then.type,
    push(assembler) {
      push(assembler, condition, 'i32');
      assembler.if(then.type);
      then.push(assembler);
      assembler.else();
      otherwise.push(assembler);
      assembler.end();
    },
  };
}
