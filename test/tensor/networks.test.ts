// Whole networks, as they occur in deep Q-learning, against finite differences in float64. Seeds are fixed, and checked to put no
// unit near relu's kink, where a finite difference means nothing.

import { describe, expect, test } from 'vitest';
import { relu, tanh } from '../../src/tensor/ops/activations.ts';
import { affine } from '../../src/tensor/ops/affine.ts';
import { add, mul, sub } from '../../src/tensor/ops/arithmetic.ts';
import { conv2d } from '../../src/tensor/ops/conv2d.ts';
import { expand, reshape } from '../../src/tensor/ops/layout.ts';
import { crossEntropy, huber } from '../../src/tensor/ops/losses.ts';
import { mean } from '../../src/tensor/ops/reduce.ts';
import { layerNorm, select, softmax } from '../../src/tensor/ops/rows.ts';
import { Rng } from '../../src/tensor/rng.ts';
import { type Parameter, parameter, type Tensor, tensor } from '../../src/tensor/tensor.ts';
import { inDoublePrecision } from '../support/double-precision-backend.ts';
import { checkGradients } from '../support/gradient-check.ts';

/** Draws parameters and inputs for one network, and remembers the parameters. */
class Draw {
  readonly parameters: Parameter[] = [];
  readonly #rng: Rng;

  constructor(seed: number) {
    this.#rng = new Rng(seed);
  }

  numbers(count: number, size: number): number[] {
    return Array.from({ length: count }, () => this.#rng.uniform(-size, size));
  }

  learned(shape: readonly number[], size: number): Parameter {
    const drawn = parameter(this.numbers(product(shape), size), shape);
    this.parameters.push(drawn);
    return drawn;
  }

  constant(...shape: number[]): Tensor {
    return tensor(this.numbers(product(shape), 1), shape);
  }

  actions(count: number, below: number): Int32Array {
    return Int32Array.from({ length: count }, () => this.#rng.integer(below));
  }

  /** w[inputs, outputs] and bias[outputs], of a size that keeps activations around 1. */
  layer(inputs: number, outputs: number): [Parameter, Parameter] {
    return [this.learned([inputs, outputs], Math.sqrt(3 / inputs)), this.learned([outputs], 0.3)];
  }

  /** w[kernel, kernel, inputs, outputs] and bias[outputs]. */
  filter(kernel: number, inputs: number, outputs: number): [Parameter, Parameter] {
    const w = this.learned([kernel, kernel, inputs, outputs], Math.sqrt(3 / (kernel * kernel * inputs)));
    return [w, this.learned([outputs], 0.3)];
  }
}

const product = (shape: readonly number[]): number => shape.reduce((size, length) => size * length, 1);

interface Network {
  readonly forward: () => Tensor;
  /** What goes into each relu. */
  readonly beforeRelu?: () => readonly Tensor[];
}

/** Checks the network that `build` draws, once for each seed. */
function checkNetwork(seeds: readonly number[], build: (draw: Draw) => Network): void {
  for (const seed of seeds) {
    inDoublePrecision(() => {
      const draw = new Draw(seed);
      const { forward, beforeRelu = () => [] } = build(draw);
      const distance = Math.min(...beforeRelu().flatMap(({ data }) => Array.from(data, Math.abs)));
      if (distance < 1e-3) throw new Error(`seed ${seed}: no unit may be near relu's kink; one is ${distance} away. Choose another seed`);
      checkGradients(draw.parameters, forward, seed);
    });
  }
}

interface Atari {
  /** [B, 36, 36, 2] → [B, width] */
  readonly features: (image: Tensor) => Tensor;
  readonly beforeRelu: (image: Tensor) => readonly Tensor[];
  readonly width: number;
}

/** The Atari layout [Mnih 2015]: 8 × 8 steps of 4, 4 × 4 steps of 2, 3 × 3 steps of 1, flattened, then 512 units; here with few. */
function atari(draw: Draw, activation: 'relu' | 'tanh'): Atari {
  const filters = [draw.filter(8, 2, 4), draw.filter(4, 4, 3), draw.filter(3, 3, 5)];
  const hidden = draw.layer(5, 6);
  const strides = [4, 2, 1];
  return {
    width: 6,
    features(image) {
      let x = image; // [B, 36, 36, 2]
      filters.forEach(([w, bias], i) => {
        x = conv2d(x, w, bias, { stride: strides[i], activation }); // [B, 8, 8, 4], [B, 3, 3, 3], [B, 1, 1, 5]
      });
      return affine(reshape(x, [x.shape[0], -1]), ...hidden, activation); // [B, 6]
    },
    beforeRelu(image) {
      const sums: Tensor[] = [];
      let x = image;
      filters.forEach(([w, bias], i) => {
        sums.push(conv2d(x, w, bias, { stride: strides[i] }));
        x = relu(sums[i]);
      });
      return [...sums, affine(reshape(x, [x.shape[0], -1]), ...hidden)];
    },
  };
}

/** value + advantage − mean advantage [Wang 2016, §3]: features[B, F] → [B, A, Z]. */
function duelingHead(draw: Draw, F: number, A: number, Z: number): (features: Tensor) => Tensor {
  const [valueLayer, advantageLayer] = [draw.layer(F, Z), draw.layer(F, A * Z)];
  return (features) => {
    const B = features.shape[0];
    const value = reshape(affine(features, ...valueLayer), [B, 1, Z]);
    const advantage = reshape(affine(features, ...advantageLayer), [B, A, Z]);
    const average = mean(advantage, 1, { keepAxes: true }); // [B, 1, Z]
    return add(expand(sub(value, average), [B, A, Z]), advantage);
  };
}

describe('MLP', () => {
  test('with fused relu, tanh and sigmoid', () => {
    checkNetwork([1, 2, 3, 4, 6], (draw) => {
      const [first, second, third, last] = [draw.layer(5, 8), draw.layer(8, 7), draw.layer(7, 6), draw.layer(6, 3)];
      const x = draw.learned([4, 5], 1);
      return {
        forward: () => affine(affine(affine(affine(x, ...first, 'relu'), ...second, 'tanh'), ...third, 'sigmoid'), ...last),
        beforeRelu: () => [affine(x, ...first)],
      };
    });
  });

  test('with a layer norm after each hidden layer', () => {
    checkNetwork([1, 2, 3], (draw) => {
      const hidden = [draw.layer(4, 6), draw.layer(6, 6)];
      const norms = hidden.map(() => [draw.learned([6], 1.5), draw.learned([6], 0.5)] as const);
      const last = draw.layer(6, 2);
      const input = draw.constant(3, 4);
      const forward = (): Tensor => {
        let x = input;
        hidden.forEach((layer, i) => {
          x = tanh(layerNorm(affine(x, ...layer), ...norms[i]));
        });
        return affine(x, ...last);
      };
      return { forward };
    });
  });
});

describe('CNN with the Atari layout', () => {
  for (const activation of ['tanh', 'relu'] as const) {
    test(activation, () => {
      checkNetwork([5, 7], (draw) => {
        const { features, beforeRelu, width } = atari(draw, activation);
        const last = draw.layer(width, 3);
        const image = draw.constant(2, 36, 36, 2);
        const forward = (): Tensor => affine(features(image), ...last);
        return activation === 'relu' ? { forward, beforeRelu: () => beforeRelu(image) } : { forward };
      });
    });
  }

  test('in the pixels', () => {
    checkNetwork([1], (draw) => {
      const { features } = atari(draw, 'tanh');
      draw.parameters.length = 0; // the weights are checked above
      const image = draw.learned([1, 36, 36, 2], 1);
      return { forward: () => features(image) };
    });
  });
});

describe('dueling head', () => {
  test('on shared features', () => {
    checkNetwork([1, 2, 3], (draw) => {
      const shared = draw.layer(4, 6);
      const head = duelingHead(draw, 6, 3, 1);
      const x = draw.learned([5, 4], 1);
      return { forward: () => head(affine(x, ...shared, 'tanh')) };
    });
  });

  test('the mean over actions is the value, whatever the advantages', () => {
    inDoublePrecision(() => {
      const draw = new Draw(7);
      const head = duelingHead(draw, 4, 3, 2);
      const features = draw.constant(5, 4);
      const [w, bias] = draw.parameters;
      const value = affine(features, w, bias);
      const average = mean(head(features), 1);
      for (const [i, x] of value.data.entries()) expect(average.data[i]).toBeCloseTo(x, 12);
    });
  });

  test('with a distribution for each action, under a cross-entropy loss', () => {
    checkNetwork([1, 2, 3], (draw) => {
      const [B, A, Z] = [3, 2, 4];
      const shared = draw.layer(4, 5);
      const head = duelingHead(draw, 5, A, Z);
      const x = draw.constant(B, 4);
      const taken = draw.actions(B, A);
      const goal = softmax(draw.constant(B, Z));
      return { forward: () => crossEntropy(select(head(affine(x, ...shared, 'tanh')), taken), goal) };
    });
  });
});

test('the whole loss of DQN: image → Q → action taken → weighted mean of huber', () => {
  checkNetwork([1], (draw) => {
    const [B, A] = [2, 3];
    const { features, width } = atari(draw, 'tanh');
    const head = duelingHead(draw, width, A, 1);
    const image = draw.constant(B, 36, 36, 2);
    const taken = draw.actions(B, A);
    const [goal, weight] = [draw.constant(B), draw.constant(B)];
    const forward = (): Tensor => {
      const q = reshape(head(features(image)), [B, A]);
      return mean(mul(huber(select(q, taken), goal, 0.4), weight));
    };
    return { forward };
  });
});
