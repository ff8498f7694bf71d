// The convolution kernels. Weights are first packed, panel by panel of output channels, into a buffer of scratch; then images are
// taken a few at a time, as many as the plan speaks of, so that what one panel has read is still near when the next one comes.

import type { Window } from '../kernels.ts';
import { advance, choose } from './code.ts';
import { emitConvolutionPanel, emitConvolutionTail, forEachWidth, overPanels, type PanelVectors } from './conv-panel.ts';
import { planLayout } from './conv-plan.ts';
import { ConvolutionPlans } from './conv-plans.ts';
import { emitConvolutionWeights } from './conv-weights.ts';
import { i32 } from './expressions.ts';
import type { KernelFamily } from './family.ts';
import { importPacking, type Packing } from './gemm-pack.ts';
import { slabFamily } from './gemm-slab.ts';
import type { ModuleBuilder } from './module.ts';
import type { Tails } from './tails.ts';

export const convFamily: KernelFamily = {
  provides: ['conv2d', 'conv2dBackwardInput', 'conv2dBackwardWeight'],
  needs: [slabFamily],
  emit(m, tails) {
    const packing = importPacking(m);
    emitPackWeights(m, packing);
    emitTurnWeights(m, packing);
    emitConvolve(m, tails);
    emitConvolutionWeights(m, tails);
  },
  adapt({ packWeights, turnWeights, convolve, convolveWeights }, kernels, { alloc, scratch }) {
    const plans = new ConvolutionPlans(alloc);
    return {
      conv2d(out, x, w, bias, window, O, activation) {
        const { B, C, kernelH, kernelW } = window;
        const K = kernelH * kernelW * C;
        const packed = scratch(K * wholeVectors(O));
        packWeights(packed, w, K, O);
        convolve(out, x, packed, bias, plans.forward.find(window, O), B, O, K, activation === 'relu' ? 1 : 0, multiplyAdds(window, O));
        if (activation === 'tanh') kernels.tanh(out, out);
        else if (activation === 'sigmoid') kernels.sigmoid(out, out);
      },
      conv2dBackwardInput(dx, w, dOut, window, O) {
        const { B, C, kernelH, kernelW } = window;
        const taps = kernelH * kernelW;
        const packed = scratch(taps * O * wholeVectors(C));
        turnWeights(packed, w, plans.turned.find(window, O), taps, C, O);
        convolve(dx, dOut, packed, null, plans.input.find(window, O), B, C, taps * O, 0, multiplyAdds(window, O));
      },
      conv2dBackwardWeight(dw, x, dOut, window, O) {
        convolveWeights(dw, x, dOut, plans.forward.find(window, O), window.B, O, O, multiplyAdds(window, O));
      },
    };
  },
};

/** What a convolution or either of its gradients costs: not for the kernels, but for whoever divides their work among threads. */
const multiplyAdds = ({ B, C, kernelH, kernelW, outH, outW }: Window, O: number): number => B * outH * outW * kernelH * kernelW * C * O;

/** A number of columns, filled up to whole vectors of four. */
const wholeVectors = (columns: number): number => 4 * Math.ceil(columns / 4);

/** packed ← w[K,N] in panels of 16 columns, then of what is left: 8, 4, or fewer filled up with zeros. */
function emitPackWeights(m: ModuleBuilder, packing: Packing): void {
  m.kernel('packWeights', { packed: 'out', w: 'in', K: 'i32', N: 'i32' }, (f, { packed, w, K, N }) => {
    const row = f.let(i32.shl(N, 2));
    const panel = (vectors: PanelVectors): void => {
      f.call(packing.rows, packed, w, row, K, vectors, 16 * vectors);
      advance(packed, i32.mul(K, 16 * vectors));
      advance(w, 16 * vectors);
    };
    overPanels(f, N, panel, () => f.call(packing.tailRows, packed, w, row, K, N));
  });
}

/** packed ← the transposes of w[taps,C,O], each tap at its place among the taps, in panels over C as above. */
function emitTurnWeights(m: ModuleBuilder, packing: Packing): void {
  m.kernel(
    'turnWeights',
    { packed: 'out', w: 'in', places: 'in', taps: 'i32', C: 'i32', O: 'i32' },
    (f, { packed, w, places, taps, C, O }) => {
      const row = f.let(i32.shl(O, 2));
      const tap = f.let(i32.mul(row, C));
      const panel = (vectors: number, pack: (to: typeof w, from: typeof w) => void): void => {
        const from = f.let(w);
        const place = f.let(places);
        f.repeat(taps, () => {
          const to = f.let(i32.add(packed, i32.mul(i32.mul(i32.load(place), O), 16 * vectors)));
          pack(to, from);
          advance(from, tap);
          advance(place, 4);
        });
        advance(packed, i32.mul(i32.mul(taps, O), 16 * vectors));
        advance(w, i32.mul(row, 4 * vectors));
      };
      const whole = (vectors: PanelVectors): void =>
        panel(vectors, (to, from) => f.call(packing.columns, to, from, row, O, vectors, 16 * vectors));
      overPanels(f, C, whole, () => panel(1, (to, from) => f.call(packing.tailColumns, to, from, row, O, C)));
    },
  );
}

/** out[B, …, N] ← the convolution of `read` by a plan, on top of the bias; without one, it is added to what `out` holds. */
function emitConvolve(m: ModuleBuilder, tails: Tails): void {
  const panels = forEachWidth((vectors) => emitConvolutionPanel(m, vectors));
  const tail = emitConvolutionTail(m, tails);
  m.kernel(
    'convolve',
    { out: 'out', read: 'in', packed: 'in', bias: 'in', plan: 'in', B: 'i32', N: 'i32', K: 'i32', relu: 'i32' },
    (f, { out, read, packed, bias, plan, B, N, K, relu }) => {
      const together = f.let(i32.load(plan, planLayout.images));
      f.while(i32.gt_s(B, 0), () => {
        const images = f.let(choose(i32.lt_s(B, together), B, together));
        const [to, weights, biasAt, columns] = [f.let(out), f.let(packed), f.let(bias), f.let(N)];
        const given = { out: to, read, weights, bias: biasAt, plan, images, relu };
        const panel = (vectors: PanelVectors): void => {
          f.callWith(panels[vectors], given);
          advance(to, 16 * vectors);
          advance(weights, i32.mul(K, 16 * vectors));
          f.if(bias, () => advance(biasAt, 16 * vectors));
        };
        overPanels(f, columns, panel, () => f.callWith(tail, { ...given, columns }));
        advance(out, i32.mul(images, i32.load(plan, planLayout.computedImage)));
        advance(read, i32.mul(images, i32.load(plan, planLayout.readImage)));
        advance(B, i32.sub(0, images));
      });
    },
  );
}
