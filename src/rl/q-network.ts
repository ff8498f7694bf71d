// The Q-network: a torso that reads the observation and a head that writes Z numbers for each action, no softmax: values are
// not probabilities. It is built from the configuration alone, so the target network always has the shape of the online one.

import { Conv2d, collect, Flatten, LayerNorm, Linear, type Module, Sequential } from '../nn/index.ts';
import { type Parameter, type Rng, relu, reshape, type Shape, type Tensor, tanh } from '../tensor/index.ts';
import type { NetworkConfig } from './config.ts';
import { ConfigError } from './config-check.ts';

/** What a network must know of its environment; every Env has it. */
export interface Spaces {
  readonly observationShape: Shape;
  readonly actionCount: number;
}

/** [B, …observation] → [B, A, Z]: the values of all A actions in one pass [Mnih 2015, Methods]. */
export class QNetwork implements Module {
  readonly layers: Readonly<{ torso: Module; head: Module }>;
  readonly #actionCount: number;
  readonly #width: number;

  /** `width` is Z, the numbers per action. Throws ConfigError when the network does not fit the observations. */
  constructor(spaces: Spaces, config: NetworkConfig, width: number, rng: Rng) {
    const { layers, outputs } = torso(spaces.observationShape, config, rng);
    this.layers = { torso: new Sequential(layers), head: new Linear(outputs, spaces.actionCount * width, rng) };
    this.#actionCount = spaces.actionCount;
    this.#width = width;
  }

  forward(x: Tensor): Tensor {
    const values = this.layers.head.forward(this.layers.torso.forward(x)); // [B, A·Z]
    return reshape(values, [x.shape[0], this.#actionCount, this.#width]); // [B, A, Z]
  }

  parameters(): ReadonlyMap<string, Parameter> {
    return collect(this.layers);
  }
}

type Layer = Module | ((x: Tensor) => Tensor);

/** Convolutions, then everything in one row, then the hidden layers; and how wide the last of them is. */
function torso(observationShape: Shape, config: NetworkConfig, rng: Rng): { layers: Layer[]; outputs: number } {
  const { conv, hidden, activation, layerNorm } = config;
  const activate = activation === 'relu' ? relu : tanh;
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
  layers.push(new Flatten());
  let width = shape.reduce((product, length) => product * length, 1);
  for (const next of hidden) {
    if (layerNorm) layers.push(new Linear(width, next, rng), new LayerNorm(next), activate);
    else layers.push(new Linear(width, next, rng, { activation }));
    width = next;
  }
  return { layers, outputs: width };
}
