// Moving numbers without computing, and the adjoint of that, which adds: blocks (reshape, concat, slice) and other orders of axes
// (transpose, expand). copy-plan.ts makes a plan of each call and puts it into memory. What is emitted are the loops inside, over rows
// or over tiles that are transposed, and counters around them.

import type { Kernels } from '../kernels.ts';
import type { Callable } from './assembler.ts';
import type { Bound } from './bind.ts';
import { advance, type Code, type Local } from './code.ts';
import { axisFields, CopyPlan, planFields, planWords } from './copy-plan.ts';
import { f32x4, i32, i32x4, lanes, type Value, v128 } from './expressions.ts';
import type { Buffers, KernelFamily } from './family.ts';
import { transposeFourRows } from './gemm-pack.ts';
import type { ModuleBuilder } from './module.ts';
import type { Tails } from './tails.ts';
import { mapVectors } from './vectors.ts';

export const layoutFamily: KernelFamily = {
  provides: ['gatherStrided', 'scatterStrided', 'copyBlocks', 'addBlocks'],
  emit(m, tails) {
    const tile = emitTile(m);
    m.kernel('move', { to: 'out', from: 'in', plan: 'in' }, (f, { to, from, plan }) => {
      const [rounds, adds, toStart, fromStart, across, along, toRow, fromRow] = planFields.map((_, i) => f.let(i32.load(plan, 4 * i)));
      advance(to, toStart);
      advance(from, fromStart);
      advance(plan, 4 * planFields.length);
      f.repeat(rounds, () => {
        f.if(
          along,
          () => f.callWith(tile, { to, from, across, along, toRow, fromRow, adds }),
          () => moveRow(f, tails, to, from, across, adds),
        );
        nextRound(f, to, from, plan);
      });
    });
  },
  adapt: ({ move }, _, { alloc }) => moving(move, alloc),
};

function moving(move: Bound, alloc: Buffers['alloc']): Partial<Kernels> {
  const floats = alloc(planWords);
  const plan = new CopyPlan(new Int32Array(floats.buffer, floats.byteOffset, planWords));
  return {
    gatherStrided(out, x, sizes, strides, offset) {
      for (let k = sizes.length - 1, dense = 1; k >= 0; dense *= sizes[k--]) plan.axis(sizes[k], dense, strides[k]);
      plan.finish(0, offset, false);
      move(out, x, floats);
    },
    scatterStrided(dx, dOut, sizes, strides, offset) {
      for (let k = sizes.length - 1, dense = 1; k >= 0; dense *= sizes[k--]) plan.axis(sizes[k], strides[k], dense);
      plan.finish(offset, 0, true);
      move(dx, dOut, floats);
    },
    copyBlocks(out, x, count, length, outOffset, outStride, xOffset, xStride) {
      plan.axis(length, 1, 1);
      plan.axis(count, outStride, xStride);
      plan.finish(outOffset, xOffset, false);
      move(out, x, floats);
    },
    addBlocks(dx, dOut, count, length, dxOffset, dxStride, dOutOffset, dOutStride) {
      plan.axis(length, 1, 1);
      plan.axis(count, dxStride, dOutStride);
      plan.finish(dxOffset, dOutOffset, true);
      move(dx, dOut, floats);
    },
  };
}

/** to[i] ← from[i] for i < length, or += where `adds` is not 0. */
function moveRow(f: Code, tails: Tails, to: Local<'i32'>, from: Local<'i32'>, length: Local<'i32'>, adds: Local<'i32'>): void {
  f.if(
    adds,
    () => mapVectors(f, tails, length, to, [to, from], (sum, value) => f32x4.add(sum, value)),
    () => mapVectors(f, tails, length, to, [from], (value) => value),
  );
}

/**
 * (to, from, across, along, toRow, fromRow, adds): to[j·toRow + i] ← from[i·fromRow + j] for i < across, j < along, rows in bytes; or
 * += where `adds` is −1 and not 0. A row may be 0 bytes long: then one is read for all, or all are added to one.
 */
function emitTile(m: ModuleBuilder): Callable {
  const parameters = { to: 'i32', from: 'i32', across: 'i32', along: 'i32', toRow: 'i32', fromRow: 'i32', adds: 'i32' } as const;
  return m.function('tile', parameters, (f, { to, from, across, along, toRow, fromRow, adds }) => {
    const [added, nothing] = [f.let(i32x4.splat(adds)), f.let(lanes(-0))]; // adding −0 changes nothing, not even a −0
    const onTop = (before: Value<'v128'>, value: Value<'v128'>): Value<'v128'> => f32x4.add(v128.bitselect(before, nothing, added), value);
    const put = {
      four: (at: Local<'i32'>, value: Value<'v128'>) => f.store(at, onTop(v128.load(at), value)),
      one: (at: Local<'i32'>, value: Local<'i32'>, offset = 0) =>
        f.storeLane(at, onTop(v128.load32_zero(at, offset), v128.load32_zero(value)), 0, offset),
    };
    f.repeat(i32.shr_u(across, 2), () => {
      transposeFourRows(f, to, toRow, from, fromRow, along, put);
      advance(to, 16);
      advance(from, i32.shl(fromRow, 2));
    });
    f.repeat(i32.and(across, 3), () => {
      const [at, value] = [f.let(to), f.let(from)];
      f.repeat(along, () => {
        put.one(at, value);
        advance(at, toRow);
        advance(value, 4);
      });
      advance(to, 4);
      advance(from, fromRow);
    });
  });
}

/** Counts one round further, like an odometer, and goes to where that round starts. After the last round there is a counter that never comes to 0. */
function nextRound(f: Code, to: Local<'i32'>, from: Local<'i32'>, counters: Local<'i32'>): void {
  const place = (field: (typeof axisFields)[number]): number => 4 * axisFields.indexOf(field);
  const axis = f.let(counters);
  const left = f.variable('i32');
  const count = (): void => left.set(i32.sub(i32.load(axis, place('left')), 1));
  count();
  f.while(i32.eqz(left), () => {
    f.store(axis, i32.load(axis, place('size')), place('left'));
    advance(axis, 4 * axisFields.length);
    count();
  });
  f.store(axis, left, place('left'));
  advance(to, i32.load(axis, place('toStep')));
  advance(from, i32.load(axis, place('fromStep')));
}
