// What went on inside an update, as numbers that a curve can show: how wrong predictions are, how far the two networks are apart,
// how much of the network is dead, how old what it learns from is.

import { affineOp, conv2dOp, type OpCall, reluOp } from '../../tensor/index.ts';
import type { DqnAgent } from '../dqn.ts';
import { quantileOf } from '../statistics.ts';
import type { Inspection } from './inspection.ts';

export interface UpdateDiagnostics {
  /** The 5, 25, 50, 75 and 95 % quantiles of goal − prediction over the batch. */
  readonly tdErrors: readonly number[];
  /** ‖online − target‖ / ‖online‖ over all parameters. */
  readonly targetDistance: number;
  /** The share of rectified units, pixels of a filter together, that are 0 for the whole batch; NaN without such units. */
  readonly deadShare: number;
  /** The mean number of transitions stored since those of the batch. */
  readonly replayAge: number;
  /** How many stored transitions have a priority in each part of `priorityEdges`; empty when sampling is uniform. */
  readonly priorities: readonly number[];
}

/** Priorities are counted below the first edge, between one and the next, and from the last one up. */
export const priorityEdges: readonly number[] = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.03, 0.1, 0.3, 1, 3, 10];

/** Looks at an update of the agent; from inside it, as an `Inspector`. */
export function diagnose(agent: DqnAgent, { batch, errors, calls }: Inspection): UpdateDiagnostics {
  const sorted = Array.from(errors).sort((a, b) => a - b);
  return {
    tdErrors: [0.05, 0.25, 0.5, 0.75, 0.95].map((share) => quantileOf(sorted, share)),
    targetDistance: relativeDistance(agent),
    deadShare: deadShare(calls),
    replayAge: batch.slot.reduce((sum, slot) => sum + agent.replay.age(slot), 0) / batch.slot.length,
    priorities: agent.replay.priorities === undefined ? [] : histogram(agent.replay.priorities()),
  };
}

function relativeDistance({ online, target }: DqnAgent): number {
  const others = target.parameters();
  let apart = 0;
  let size = 0;
  for (const [name, { data }] of online.parameters()) {
    const other = others.get(name)?.data ?? data; // the two have the same parameters
    for (let i = 0; i < data.length; i++) {
      const difference = data[i] - other[i];
      apart += difference * difference;
      size += data[i] * data[i];
    }
  }
  return Math.sqrt(apart / size);
}

/** A unit is a place along the last axis of a rectified output: a neuron of a layer, a filter of a convolution. */
function deadShare(calls: readonly OpCall<unknown>[]): number {
  let units = 0;
  let dead = 0;
  for (const call of calls) {
    if (!isRectified(call)) continue;
    const { data, shape } = call.output;
    const width = shape[shape.length - 1];
    for (let unit = 0; unit < width; unit++) {
      let i = unit;
      while (i < data.length && data[i] === 0) i += width;
      if (i >= data.length) dead++;
    }
    units += width;
  }
  return dead / units;
}

function isRectified({ op, params }: OpCall<unknown>): boolean {
  if (op === reluOp) return true;
  if (op === affineOp) return params === 'relu';
  return op === conv2dOp && (params as { readonly activation: string }).activation === 'relu'; // the params of conv2dOp
}

function histogram(values: Iterable<number>): number[] {
  const counts = new Array<number>(priorityEdges.length + 1).fill(0);
  for (const value of values) {
    let part = 0;
    while (part < priorityEdges.length && value >= priorityEdges[part]) part++;
    counts[part]++;
  }
  return counts;
}
