// Full-size Atari and MinAtar Q-networks: values, loss and gradients against recorded ones. The weights come from a tiny
// generator, in PyTorch's layout, and enter the network through the weights file.

import { describe, expect, test } from 'vitest';
import { Conv2d } from '../../src/nn/conv2d.ts';
import { Flatten } from '../../src/nn/flatten.ts';
import { Linear } from '../../src/nn/linear.ts';
import { clipByNorm } from '../../src/nn/optimizer.ts';
import { encodeTensors } from '../../src/nn/safetensors.ts';
import { Sequential } from '../../src/nn/sequential.ts';
import { loadWeights } from '../../src/nn/weights-file.ts';
import { huber, mean, Rng, type Shape, select, sizeOf, Tape, tensor } from '../../src/tensor/index.ts';
import { readGoldenJson } from '../support/golden.ts';
import { expectClose, largestMagnitude } from '../support/tolerance.ts';

interface RecordedParameter {
  readonly shape: readonly number[];
  readonly scale_exponent: number;
  readonly grad_l2: number;
  readonly grad_sum: number;
  readonly sample_index: readonly number[];
  readonly sample_grad: readonly number[];
}

interface RecordedNetwork {
  readonly name: string;
  readonly lcg_seed: number;
  /** [B, C, H, W] */
  readonly input: readonly [number, number, number, number];
  readonly input_rule: string;
  readonly convs: readonly { readonly out: number; readonly kernel: number; readonly stride: number }[];
  readonly hidden: number;
  readonly actions: number;
  readonly params: readonly RecordedParameter[];
  readonly action: readonly number[];
  readonly y: readonly number[];
  readonly q: readonly (readonly number[])[];
  readonly loss: number;
  readonly global_grad_norm: number;
}

const { nets } = readGoldenJson<{ nets: RecordedNetwork[] }>('numerics/full_networks.json');

/** The generator that the file describes: x ← 1664525x + 1013904223 mod 2³². */
function createGenerator(seed: number): { float(exponent: number): number; byte(): number } {
  let x = seed >>> 0;
  const next = (): number => {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    return x;
  };
  return { float: (exponent) => ((next() >>> 8) / 2 ** 23 - 1) * 2 ** exponent, byte: () => next() >>> 24 };
}

/** The network, and the image that its flattening reads: [H, W, C]. */
function createNetwork({ input, convs, hidden, actions }: RecordedNetwork): { network: Sequential; image: Shape } {
  const rng = new Rng(1);
  let [, C, H, W] = input;
  const layers = convs.map(({ out, kernel, stride }) => {
    const layer = new Conv2d(C, out, kernel, rng, { stride, activation: 'relu' });
    [C, H, W] = [out, Math.floor((H - kernel) / stride) + 1, Math.floor((W - kernel) / stride) + 1];
    return layer;
  });
  const image = [H, W, C];
  const head = [new Linear(sizeOf(image), hidden, rng, { activation: 'relu' }), new Linear(hidden, actions, rng)];
  return { network: new Sequential([...layers, new Flatten(), ...head]), image };
}

/** x[A, B, C, D] → [C, D, B, A] when `inward`, and the way back otherwise: between a PyTorch weight's order and the network's. */
function reorder(x: ArrayLike<number>, [A, B, C, D]: Shape, inward: boolean): Float32Array {
  const result = new Float32Array(x.length);
  for (let a = 0; a < A; a++) {
    for (let b = 0; b < B; b++) {
      for (let c = 0; c < C; c++) {
        for (let d = 0; d < D; d++) {
          const outer = ((a * B + b) * C + c) * D + d;
          const inner = ((c * D + d) * B + b) * A + a;
          if (inward) result[inner] = x[outer];
          else result[outer] = x[inner];
        }
      }
    }
  }
  return result;
}

describe.each(nets.map((net) => [net.name, net] as const))('%s', (_, net) => {
  const generator = createGenerator(net.lcg_seed);
  const { network, image } = createNetwork(net);
  const names = [...network.parameters().keys()];
  const weights = net.params.map(({ shape, scale_exponent: exponent }) => ({
    shape,
    data: Float32Array.from({ length: sizeOf(shape) }, () => generator.float(exponent)),
  }));
  const [B, C, H, W] = net.input;
  const bytes = Uint8Array.from({ length: B * C * H * W }, () => generator.byte());
  const scaled = net.input_rule.startsWith('byte / 255');
  const pixels = Float32Array.from(bytes, (byte) => (scaled ? byte / 255 : byte < 40 ? 1 : 0));
  // [B, C, H, W] → [B, H, W, C], one image at a time
  const images = Array.from({ length: B }, (_, b) => [...reorder(pixels.subarray(b * C * H * W, (b + 1) * C * H * W), [1, C, H, W], true)]);

  const action = Int32Array.from({ length: B }, () => generator.byte() % net.actions);
  const goal = tensor(Array.from({ length: B }, () => generator.float(0) * 2));

  test('the generator leads to the recorded actions and goals', () => {
    expect([...action]).toEqual(net.action);
    expect([...goal.data]).toEqual(net.y);
  });

  test('values, loss and gradients', () => {
    const flattened = { [`${net.convs.length + 1}.weight`]: image };
    const file = encodeTensors(new Map(weights.map((weight, i) => [names[i], weight])));
    loadWeights(network, file, { layout: 'pytorch', flattened });

    const x = tensor(images.flat(), [B, H, W, C]);
    const tape = new Tape();
    const { q, loss } = tape.record(() => {
      const values = network.forward(x);
      return { q: values, loss: mean(huber(select(values, action), goal, 1)) };
    });
    expectClose('Q', q.data, net.q.flat(), 1e-5);
    expect(Math.abs(loss.item() - net.loss)).toBeLessThan(1e-5);

    const gradients = tape.gradients(loss);
    net.params.forEach((recorded, i) => {
      const name = names[i];
      const own = gradients.get(network.parameters().get(name)!)!;
      const gradient = inPyTorchOrder(own, recorded.shape, Object.hasOwn(flattened, name) ? image : null);
      const samples = recorded.sample_index.map((index) => gradient[index]);
      expectClose(`gradient of ${name}`, samples, recorded.sample_grad, 1e-4 * largestMagnitude(recorded.sample_grad));
      const norm = Math.sqrt(gradient.reduce((sum, g) => sum + g * g, 0));
      expect(Math.abs(norm / recorded.grad_l2 - 1)).toBeLessThan(1e-4);
      const total = gradient.reduce((sum, g) => sum + g, 0);
      expect(Math.abs(total - recorded.grad_sum)).toBeLessThan(1e-4 * Math.sqrt(gradient.length) * recorded.grad_l2);
    });
    const norm = clipByNorm(gradients, network.parameters(), 1e9);
    expect(Math.abs(norm / net.global_grad_norm - 1)).toBeLessThan(1e-4);
  });
});

/** A gradient in the order that PyTorch gives the weight's numbers. */
function inPyTorchOrder(gradient: Float32Array, shape: Shape, image: Shape | null): Float32Array {
  if (shape.length === 1) return gradient;
  if (shape.length === 4) return reorder(gradient, shape, false);
  const [H, W, C] = image ?? [1, 1, shape[1]];
  return reorder(gradient, [shape[0], C, H, W], false);
}
