// Emits one function, instruction by instruction, and follows the types of the operand stack while it does: an instruction that
// finds the wrong operands throws there and then, with its name. WebAssembly would only say that the whole module is invalid.

import {
  appendF32,
  appendF64,
  appendSigned,
  appendUnsigned,
  encodeBody,
  noResult,
  type Parts,
  type Signature,
  typeCode,
} from './encode.ts';
import { type Instruction, type InstructionName, instructions, type ValueType } from './instructions.ts';

/** A function that can be called: its signature, and its place in the module or, where `type` is a number, in the table. */
export interface Callable {
  readonly name: string;
  readonly index: number;
  /** The number of its type, for one of another module. */
  readonly type?: number;
  readonly signature: Signature;
  /** The names of its parameters, in order. */
  readonly parameters: readonly string[];
}

/** A structured block. `br` to a block or an `if` goes to its end, to a loop goes to its start. */
interface Frame {
  readonly kind: 'function' | 'block' | 'loop' | 'if' | 'else';
  /** The operands that lie below the block and belong to whoever opened it. */
  readonly height: number;
  readonly result: ValueType | null;
}

const constantCodes = { i32: 0x41, f32: 0x43, f64: 0x44 } as const;
const none: readonly never[] = [];

export class Assembler {
  readonly name: string;
  readonly signature: Signature;
  readonly #locals: ValueType[];
  readonly #bytes: number[] = [];
  /** The types of the operands, up to #top; what lies above is left over. An array that is made empty would give its memory back. */
  readonly #stack: ValueType[] = [];
  #top = 0;
  readonly #frames: Frame[];
  /** How many operands belong to the blocks around the innermost one. */
  #height = 0;
  /** The local of the last local.set, where that stands and where it ends; −1 once it has become a local.tee. */
  #lastSet = -1;
  #setStart = 0;
  #setEnd = 0;

  constructor(name: string, signature: Signature) {
    this.name = name;
    this.signature = signature;
    this.#locals = [...signature.parameters];
    this.#frames = [{ kind: 'function', height: 0, result: signature.result }];
  }

  /** A new local, zero when the function starts. Parameters are the first locals. */
  local(type: ValueType): number {
    return this.#locals.push(type) - 1;
  }

  /** Right after the same local was set, the two become one local.tee. */
  get(index: number): void {
    if (index === this.#lastSet && this.#setEnd === this.#bytes.length) {
      this.#bytes[this.#setStart] = 0x22;
      this.#lastSet = -1;
    } else this.#append(0x20, index);
    this.#push(this.#locals[index]);
  }

  set(index: number): void {
    this.#popOne('local.set', this.#locals[index]);
    this.#setStart = this.#bytes.length;
    this.#append(0x21, index);
    this.#setEnd = this.#bytes.length;
    this.#lastSet = index;
  }

  constant(type: 'i32' | 'f32' | 'f64', value: number): void {
    this.#bytes.push(constantCodes[type]);
    if (type === 'i32') appendSigned(this.#bytes, value);
    else if (type === 'f32') appendF32(this.#bytes, value);
    else appendF64(this.#bytes, value);
    this.#push(type);
  }

  /** A vector constant, as its sixteen bytes. */
  constantVector(bytes: Uint8Array): void {
    if (bytes.length !== 16) throw new RangeError(`v128.const: must have 16 bytes; got ${bytes.length} in ${this.name}`);
    this.#bytes.push(0xfd, 0x0c, ...bytes);
    this.#push('v128');
  }

  /**
   * An instruction of the table. Its immediates: the offset in bytes of an access to memory, then the lane; or 16 lanes.
   * Throws TypeError for wrong operands, RangeError for immediates out of range.
   */
  emit(name: InstructionName, immediates: readonly number[] = none): void {
    const instruction: Instruction = instructions[name];
    this.#pop(name, instruction.takes);
    const { code } = instruction;
    this.#bytes.push(code[0]);
    if (code.length === 2) appendUnsigned(this.#bytes, code[1]);
    if (instruction.immediate !== undefined || immediates.length > 0) this.#immediates(name, instruction, immediates);
    if (instruction.gives !== null) this.#push(instruction.gives);
  }

  #immediates(name: InstructionName, { immediate }: Instruction, given: readonly number[]): void {
    const offsets = immediate === 'memory' || immediate === 'memory lane' ? 1 : 0;
    const lanes = immediate === 'lanes' ? 16 : immediate === 'lane' || immediate === 'memory lane' ? 1 : 0;
    if (given.length !== offsets + lanes) {
      throw new RangeError(`${name}: must have ${offsets + lanes} immediates; got [${given}] in ${this.name}`);
    }
    if (offsets > 0) {
      this.#bytes.push(0); // alignment 2⁰ promises nothing: views may start at any multiple of four bytes
      appendUnsigned(this.#bytes, given[0]);
    }
    if (lanes === 0) return;
    const laneCount = immediate === 'lanes' ? 32 : name.includes('64') ? 2 : 4;
    for (let i = offsets; i < given.length; i++) {
      const lane = given[i];
      if (!Number.isInteger(lane) || lane < 0 || lane >= laneCount) {
        throw new RangeError(`${name}: lanes must be in 0…${laneCount - 1}; got [${given.slice(offsets)}] in ${this.name}`);
      }
      this.#bytes.push(lane);
    }
  }

  call(target: Callable): void {
    this.#pop(`call ${target.name}`, target.signature.parameters);
    if (target.type === undefined) this.#append(0x10, target.index);
    else {
      this.#bytes.push(0x41);
      appendSigned(this.#bytes, target.index);
      this.#append(0x11, target.type);
      this.#bytes.push(0); // the table: there is one
    }
    if (target.signature.result !== null) this.#push(target.signature.result);
  }

  /** Opens a block and says how deep it is; `branch` takes that number. */
  block(result: ValueType | null = null): number {
    return this.#open('block', 0x02, result);
  }

  loop(): number {
    return this.#open('loop', 0x03, null);
  }

  /** Opens a block that runs when the operand is not 0. */
  if(result: ValueType | null = null): number {
    this.#popOne('if', 'i32');
    return this.#open('if', 0x04, result);
  }

  else(): void {
    const frame = this.#frames.at(-1);
    if (frame?.kind !== 'if') throw new Error(`else: must follow an if; got a ${frame?.kind} in ${this.name}`);
    this.#leave('else', frame);
    this.#frames[this.#frames.length - 1] = { ...frame, kind: 'else' };
    this.#bytes.push(0x05);
  }

  /** Closes the innermost block. */
  end(): void {
    const frame = this.#frames.at(-1);
    if (frame === undefined || frame.kind === 'function') throw new Error(`end: a block must be open; got none in ${this.name}`);
    this.#close(frame);
  }

  /** Goes to the block opened at this depth when the operand is not 0. The block must have no result. */
  branchIf(depth: number): void {
    this.#popOne('br_if', 'i32');
    const target = this.#frames[depth];
    if (target === undefined || depth === 0 || target.result !== null || this.#top !== target.height) {
      throw new Error(
        `br_if: target must be an open block without result, the stack empty; got [${this.#operandsFrom(0)}] in ${this.name}`,
      );
    }
    this.#append(0x0d, this.#frames.length - 1 - depth);
  }

  /** Closes the function and returns its bytes for the code section. Nothing can be emitted after it. */
  finish(): Parts {
    const [frame, ...open] = this.#frames;
    if (open.length > 0) throw new Error(`end: every block must be closed; got an open ${open.at(-1)?.kind} in ${this.name}`);
    this.#close(frame);
    return encodeBody(this.#locals.slice(this.signature.parameters.length), this.#bytes);
  }

  #open(kind: Frame['kind'], opcode: number, result: ValueType | null): number {
    this.#bytes.push(opcode, result === null ? noResult : typeCode(result));
    this.#height = this.#top;
    return this.#frames.push({ kind, height: this.#height, result }) - 1;
  }

  #close(frame: Frame): void {
    if (frame.kind === 'if' && frame.result !== null)
      throw new Error(`if: must have an else, for it gives ${frame.result} in ${this.name}`);
    this.#leave('end', frame);
    this.#frames.pop();
    this.#height = this.#frames.at(-1)?.height ?? 0;
    this.#bytes.push(0x0b);
    if (frame.result !== null) this.#push(frame.result);
  }

  /** Checks that exactly the frame's result is left of what was pushed inside it, and takes it off. */
  #leave(who: string, { kind, height, result }: Frame): void {
    if (result !== null) this.#popOne(`${who} of ${kind}`, result);
    if (this.#top !== height) {
      throw new TypeError(`${who} of ${kind}: no operand may be left over; got ${this.#operandsFrom(height)} in ${this.name}`);
    }
  }

  #push(type: ValueType): void {
    this.#stack[this.#top++] = type;
  }

  #operandsFrom(height: number): readonly ValueType[] {
    return this.#stack.slice(height, this.#top);
  }

  #popOne(who: string, type: ValueType): void {
    if (this.#top > this.#height && this.#stack[this.#top - 1] === type) this.#top--;
    else this.#pop(who, [type]);
  }

  /** Takes operands off the stack. They must have these types and belong to the innermost block. */
  #pop(who: string, types: readonly ValueType[]): void {
    const from = this.#top - types.length;
    let fits = from >= this.#height;
    for (let i = 0; fits && i < types.length; i++) fits = this.#stack[from + i] === types[i];
    if (!fits) {
      const found = this.#operandsFrom(Math.max(from, this.#height));
      throw new TypeError(`${who}: operands must be (${types.join(', ')}); got (${found.join(', ')}) in ${this.name}`);
    }
    this.#top = from;
  }

  #append(opcode: number, index: number): void {
    this.#bytes.push(opcode);
    appendUnsigned(this.#bytes, index);
  }
}
