// Deep Q-learning once more, as slowly and plainly as possible: a network is a list of layers, each a list of products, and
// everything is a 64-bit number. One update of the engine must agree with it before updates are timed.

import { type ConvConfig, type DqnConfig, type Module, type Shape, type Spaces, sizeOf, type Window } from '../src/index.ts';
import { overConvolutionProducts, overMatrixProducts, type VisitProduct } from './reference.ts';

type Numbers = Float64Array<ArrayBuffer>;

/** out = relu(bias + Σ x · w), without relu in the last layer. */
interface Layer {
  readonly weight: Numbers;
  readonly bias: Numbers;
  /** Numbers in the output of one sample. */
  readonly outputs: number;
  readonly relu: boolean;
  readonly overProducts: (B: number, visit: VisitProduct) => void;
}

/** A Q-network's layers with copies of its parameters, which a module lists as weight and bias of one layer after another. */
export function referenceLayers(module: Module, { observationShape }: Spaces, { network }: DqnConfig): Layer[] {
  const parameters = Array.from(module.parameters().values(), (parameter) => ({ ...parameter, data: Float64Array.from(parameter.data) }));
  const layers: Layer[] = [];
  let image = observationShape;
  for (let i = 0; i < parameters.length; i += 2) {
    const [weight, bias] = [parameters[i], parameters[i + 1]];
    const common = { weight: weight.data, bias: bias.data, relu: i + 2 < parameters.length };
    const O = bias.data.length;
    if (weight.shape.length === 4) {
      const window = squareWindow(image, network.conv[i / 2]);
      image = [window.outH, window.outW, O];
      const overProducts = (B: number, visit: VisitProduct): void => overConvolutionProducts({ ...window, B }, O, visit);
      layers.push({ ...common, outputs: sizeOf(image), overProducts });
    } else {
      const inputs = weight.shape[0];
      layers.push({ ...common, outputs: O, overProducts: (B, visit) => overMatrixProducts(B, O, inputs, visit) });
    }
  }
  return layers;
}

/** One sample's sizes: an image of [H, W, C], a square kernel, no padding. */
function squareWindow([H, W, C]: Shape, { kernel, stride }: ConvConfig): Window {
  const outH = Math.floor((H - kernel) / stride) + 1;
  const outW = Math.floor((W - kernel) / stride) + 1;
  return { B: 1, H, W, C, kernelH: kernel, kernelW: kernel, strideH: stride, strideW: stride, padH: 0, padW: 0, outH, outW };
}

/** The input and the output of every layer, from first to last. */
export function referenceForward(layers: readonly Layer[], input: ArrayLike<number>, B: number): Numbers[] {
  const values = [Float64Array.from(input)];
  for (const { weight, bias, outputs, relu, overProducts } of layers) {
    const x = values[values.length - 1];
    const out = new Float64Array(B * outputs).map((_, i) => bias[i % bias.length]);
    overProducts(B, (xAt, wAt, outAt) => {
      out[outAt] += x[xAt] * weight[wAt];
    });
    values.push(relu ? out.map((v) => Math.max(0, v)) : out);
  }
  return values;
}

/** The gradient of every weight and bias, in the order of the parameters, from that of the last output. */
export function referenceGradients(layers: readonly Layer[], values: readonly Numbers[], dLast: Numbers, B: number): Numbers[] {
  const gradients: Numbers[] = [];
  let dOut = dLast;
  for (let i = layers.length - 1; i >= 0; i--) {
    const { weight, bias, relu, overProducts } = layers[i];
    const x = values[i];
    const d = relu ? dOut.map((v, at) => (values[i + 1][at] > 0 ? v : 0)) : dOut;
    const dw = new Float64Array(weight.length);
    const dBias = new Float64Array(bias.length);
    const dx = new Float64Array(x.length);
    for (let at = 0; at < d.length; at++) dBias[at % bias.length] += d[at];
    overProducts(B, (xAt, wAt, outAt) => {
      dw[wAt] += x[xAt] * d[outAt];
      dx[xAt] += weight[wAt] * d[outAt];
    });
    gradients.unshift(dw, dBias);
    dOut = dx;
  }
  return gradients;
}
