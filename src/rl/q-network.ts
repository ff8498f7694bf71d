// The Q-network: a torso that reads the observation and a head that writes Z numbers for each action, no softmax: values are
// not probabilities. It is built from the configuration alone, so the target network always has the shape of the online one.

import { Conv2d, collect, Flatten, LayerNorm, Linear, type Module, NoisyLinear, Sequential } from '../nn/index.ts';
import { type Activation, type Parameter, type Rng, relu, reshape, type Shape, sizeOf, type Tensor, tanh } from '../tensor/index.ts';
import type { NetworkConfig } from './config.ts';
import { ConfigError } from './config-check.ts';
import { DuelingHead } from './dueling-head.ts';

/** What a network must know of its environment; every Env has it. */
export interface Spaces {
  readonly observationShape: Shape;
  readonly actionCount: number;
}

/** The choices of a network that are variants of DQN; without them it has one plain head. */
export interface HeadOptions {
  /** Two streams in place of one head, each with the last hidden layer to itself. */
  readonly dueling?: boolean;
  /** σ₀ of the noise on every fully connected layer; 0 for plain ones. */
  readonly noise?: number;
}

/** [B, …observation] → [B, A, Z]: the values of all A actions in one pass [Mnih 2015, Methods]. */
export class QNetwork implements Module {
  readonly layers: Readonly<{ torso: Module; head: Module }>;
  /** [−1, A, Z], where −1 stands for the batch. */
  readonly #shape: Shape;
  readonly #noisy: NoisyLinear[] = [];
  /** By name, collected once: the target network may follow after every update. */
  readonly #parameters: ReadonlyMap<string, Parameter>;

  /** `width` is Z, the numbers per action. Throws ConfigError when the network does not fit the observations. */
  constructor(spaces: Spaces, config: NetworkConfig, width: number, rng: Rng, { dueling = false, noise = 0 }: HeadOptions = {}) {
    const linear = (inputs: number, outputs: number, activation: Activation = 'none'): Module => {
      if (noise === 0) return new Linear(inputs, outputs, rng, { activation });
      const layer = new NoisyLinear(inputs, outputs, rng, { activation, sigma: noise });
      this.#noisy.push(layer);
      return layer;
    };
    const { actionCount } = spaces;
    const { layers, shape } = convolutions(spaces.observationShape, config, rng);
    const shared = dueling ? config.hidden.slice(0, -1) : config.hidden;
    const own = config.hidden.slice(shared.length);
    const torso = new Sequential([...layers, new Flatten(), ...dense(sizeOf(shape), shared, config, linear)]);
    const inputs = shared.at(-1) ?? sizeOf(shape);
    const stream = (outputs: number): Module =>
      new Sequential([...dense(inputs, own, config, linear), linear(own.at(-1) ?? inputs, outputs)]);
    const head = dueling
      ? new DuelingHead(stream(width), stream(actionCount * width), actionCount, width)
      : linear(inputs, actionCount * width);
    this.layers = { torso, head };
    this.#parameters = collect(this.layers);
    this.#shape = [-1, actionCount, width];
  }

  forward(x: Tensor): Tensor {
    const values = this.layers.head.forward(this.layers.torso.forward(x)); // [B, A·Z], or [B, A, Z] already
    return reshape(values, this.#shape); // [B, A, Z]
  }

  /** The same with the means of the noisy layers alone. */
  withoutNoise(x: Tensor): Tensor {
    for (const layer of this.#noisy) layer.noisy = false;
    try {
      return this.forward(x);
    } finally {
      for (const layer of this.#noisy) layer.noisy = true;
    }
  }

  /** New noise for every noisy layer; nothing where there is none. */
  resample(rng: Rng): void {
    for (const layer of this.#noisy) layer.resample(rng);
  }

  parameters(): ReadonlyMap<string, Parameter> {
    return this.#parameters;
  }
}

type Layer = Module | ((x: Tensor) => Tensor);

/** The convolutions that come first, and the shape of what they leave. */
function convolutions(observationShape: Shape, { conv, activation }: NetworkConfig, rng: Rng): { layers: Layer[]; shape: Shape } {
  const layers: Layer[] = [];
  let shape = observationShape;
  if (conv.length > 0 && shape.length !== 3) {
    throw new ConfigError('network.conv', `empty for observations of shape [${shape.join(', ')}], which are no images [H, W, C]`, conv);
  }
  for (const { filters, kernel, stride } of conv) {
    const [H, W, C] = shape;
    shape = [Math.floor((H - kernel) / stride) + 1, Math.floor((W - kernel) / stride) + 1, filters];
    if (H < kernel || W < kernel) throw new ConfigError('network.conv', `kernels that fit an image of ${H} × ${W}`, kernel);
    layers.push(new Conv2d(C, filters, kernel, rng, { stride, activation }));
  }
  return { layers, shape };
}

/** Hidden layers of the given widths, the first of which reads `inputs` numbers. */
function dense(
  inputs: number,
  widths: readonly number[],
  { activation, layerNorm }: NetworkConfig,
  linear: (inputs: number, outputs: number, activation?: Activation) => Module,
): Layer[] {
  const activate = activation === 'relu' ? relu : tanh;
  return widths.flatMap((width, i) => {
    const from = widths[i - 1] ?? inputs;
    return layerNorm ? [linear(from, width), new LayerNorm(width), activate] : [linear(from, width, activation)];
  });
}
