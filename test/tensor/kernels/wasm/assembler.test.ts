import { describe, expect, test } from 'vitest';
import { Assembler } from '../../../../src/tensor/kernels/wasm/assembler.ts';
import { encodeModule } from '../../../../src/tensor/kernels/wasm/encode.ts';
import { type Instruction, type InstructionName, instructions } from '../../../../src/tensor/kernels/wasm/instructions.ts';
import { platform } from './platform.ts';

const nothing = { parameters: [], result: null } as const;
const names = Object.keys(instructions) as InstructionName[];

/** An assembler with one operand of each type pushed, in this order. */
function withOperands(types: readonly ('i32' | 'f32' | 'f64' | 'v128')[]): Assembler {
  const assembler = new Assembler('test', { parameters: types, result: null });
  types.forEach((_, index) => void assembler.get(index));
  return assembler;
}

/** Immediates that the instruction accepts. */
function immediatesOf(name: InstructionName): number[] {
  const { immediate }: Instruction = instructions[name];
  return { memory: [0], lane: [1], 'memory lane': [0, 1], lanes: Array.from({ length: 16 }, (_, i) => i), none: [] }[immediate ?? 'none'];
}

describe('every instruction of the table', () => {
  test.each(names.filter((name) => !name.includes('relaxed')))('%s has the opcode and the types that the platform knows', (name) => {
    const { takes, gives } = instructions[name];
    const signature = { parameters: takes, result: gives };
    const assembler = new Assembler(name, signature);
    takes.forEach((_, index) => void assembler.get(index));
    assembler.emit(name, immediatesOf(name));
    const bytes = encodeModule([{ signature, exportedAs: 'f', body: assembler.finish() }], { minimumPages: 1 });
    expect(platform.validate(bytes)).toBe(true);
  });

  test.each(names)('%s throws for a wrong operand and for a missing one, with its name', (name) => {
    const { takes } = instructions[name];
    const wrong = takes.map((type) => (type === 'f64' ? 'f32' : 'f64'));
    const expected = `${name}: operands must be (${takes.join(', ')}); got (${wrong.join(', ')}) in test`;
    expect(() => withOperands(wrong).emit(name, immediatesOf(name))).toThrow(new TypeError(expected));
    expect(() => withOperands(takes.slice(1)).emit(name, immediatesOf(name))).toThrow(TypeError);
  });
});

describe('immediates', () => {
  test('a lane that does not exist is refused', () => {
    expect(() => withOperands(['v128']).emit('f32x4.extract_lane', [4])).toThrow(
      'f32x4.extract_lane: lanes must be in 0…3; got [4] in test',
    );
    expect(() => withOperands(['v128']).emit('f64x2.extract_lane', [2])).toThrow(RangeError);
    expect(() => withOperands(['i32', 'v128']).emit('v128.store64_lane', [0, 2])).toThrow(RangeError);
  });

  test('their number is checked', () => {
    expect(() => withOperands(['i32']).emit('v128.load')).toThrow('v128.load: must have 1 immediates; got [] in test');
    expect(() => withOperands(['i32', 'i32']).emit('i32.add', [0])).toThrow(RangeError);
    expect(() => new Assembler('test', nothing).constantVector(new Uint8Array(4))).toThrow('v128.const: must have 16 bytes; got 4');
  });
});

describe('blocks', () => {
  test('an instruction cannot reach operands from outside its block', () => {
    const assembler = withOperands(['i32', 'i32']);
    assembler.block();
    expect(() => assembler.emit('i32.add')).toThrow('i32.add: operands must be (i32, i32); got () in test');
  });

  test('nothing may be left over, neither in a block nor in the function', () => {
    const assembler = new Assembler('test', { parameters: ['i32'], result: null });
    assembler.loop();
    assembler.get(0);
    expect(() => assembler.end()).toThrow('end of loop: no operand may be left over; got i32 in test');
    expect(() => withOperands(['f32']).finish()).toThrow('end of function: no operand may be left over; got f32 in test');
  });

  test('a result must be there, and of its type', () => {
    const assembler = new Assembler('test', { parameters: ['i32'], result: 'v128' });
    expect(() => assembler.finish()).toThrow('end of function: operands must be (v128); got () in test');
    assembler.get(0);
    expect(() => assembler.finish()).toThrow('end of function: operands must be (v128); got (i32) in test');
  });

  test('an if that gives a value needs an else; an else needs an if', () => {
    const assembler = withOperands(['i32']);
    assembler.if('i32');
    assembler.constant('i32', 1);
    expect(() => assembler.end()).toThrow('if: must have an else, for it gives i32 in test');
    expect(() => new Assembler('test', nothing).else()).toThrow('else: must follow an if; got a function in test');
  });

  test('every block must be closed, and only an open one can be', () => {
    const assembler = new Assembler('test', nothing);
    expect(() => assembler.end()).toThrow('end: a block must be open; got none in test');
    assembler.block();
    expect(() => assembler.finish()).toThrow('end: every block must be closed; got an open block in test');
  });

  test('a branch goes to an open block and takes nothing along', () => {
    const assembler = withOperands(['f32', 'i32']);
    expect(() => assembler.branchIf(1)).toThrow('br_if: target must be an open block without result');
    const inner = withOperands(['i32']);
    const depth = inner.block();
    inner.constant('f32', 1);
    inner.constant('i32', 1);
    expect(() => inner.branchIf(depth)).toThrow(
      'br_if: target must be an open block without result, the stack empty; got [i32,f32] in test',
    );
  });
});

test('local.set and call check what they take', () => {
  const assembler = withOperands(['f32']);
  const local = assembler.local('i32');
  expect(() => assembler.set(local)).toThrow('local.set: operands must be (i32); got (f32) in test');
  const callee = { name: 'callee', index: 0, signature: { parameters: ['v128'], result: null }, parameters: ['x'] } as const;
  expect(() => withOperands(['i32']).call(callee)).toThrow('call callee: operands must be (v128); got (i32) in test');
});
