// The records of calls. A scope that does what one did before it is handed the same buffers again (scratch.ts), and with each of
// them the call that filled it then: the same objects around other numbers. So an update that is repeated makes no garbage.

import { backend, LastMade } from './current-backend.ts';
import type { Op, OpCall } from './op.ts';
import { equalShapes, sizeOf } from './shape.ts';
import { Tensor } from './tensor.ts';

const lastCalls = new LastMade<OpCall<unknown>>();

/** A call with an output to be filled. Throws what the op's shape rule throws. */
export function createCall<P>(op: Op<P>, given: P, inputs: readonly Tensor[]): OpCall<P> {
  const params = keep(given);
  const shape = op.outputShape(
    inputs.map((input) => input.shape),
    params,
  );
  const buffer = backend().scratch(sizeOf(shape));
  const last = lastCalls.of(buffer) as OpCall<P> | undefined; // of another P only if it is of another op
  if (last?.op === op && sameTensors(last.inputs, inputs) && equalShapes(last.output.shape, shape)) {
    last.params = params;
    return last;
  }
  // A copy of the inputs: the caller's list may grow before gradients are taken.
  const call: OpCall<P> = { op, inputs: [...inputs], output: new Tensor(buffer, shape), params, saved: undefined };
  lastCalls.keep(buffer, call as OpCall<unknown>); // params are read only by the op they were made for
  return call;
}

const sameTensors = (a: readonly Tensor[], b: readonly Tensor[]): boolean => a.length === b.length && a.every((x, i) => x === b[i]);

/** Lists are copied, which are mostly shapes: whoever wrote one may change it and use it again. */
const keep = <P>(params: P): P => (Array.isArray(params) ? ([...params] as P) : params); // an element for each of its own

/** The same object, or equal shapes: those are mostly written where they are used. */
const sameParams = (a: unknown, b: unknown): boolean => a === b || (Array.isArray(a) && Array.isArray(b) && equalShapes(a, b));

/** The call that this point of the scope led to last time, if it was the same one; its output is then to be filled again. */
export function repeatedCall<P>(op: Op<P>, params: P, a: Tensor, b?: Tensor, c?: Tensor): OpCall<P> | undefined {
  const { expected, scratch } = backend();
  const buffer = expected();
  if (buffer === undefined) return undefined;
  const last = lastCalls.of(buffer) as OpCall<P> | undefined; // as above
  if (last?.op !== op || !sameParams(last.params, params)) return undefined;
  const { inputs } = last;
  if (inputs[0] !== a || inputs[1] !== b || inputs[2] !== c || inputs.length > 3) return undefined;
  return scratch(buffer.length) === buffer ? last : undefined;
}
