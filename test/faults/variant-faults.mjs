// Mistakes that are easily made in the variants of deep Q-learning: prioritized memories, dueling and noisy networks, distributions
// of returns, soft policies. Each is planted as those of faults.mjs are.

import { edit } from './edit.mjs';

const surprises = ['test/rl/prioritized-replay.test.ts', 'test/rl/dqn-prioritized.test.ts'];
const distributions = ['test/rl/returns/categorical.test.ts', 'test/rl/returns/quantile.test.ts', 'test/rl/dqn-golden.test.ts'];
const soft = ['test/rl/bootstrap/munchausen.test.ts', 'test/rl/dqn-golden.test.ts'];
const noise = ['test/nn/noisy-linear.test.ts', 'test/rl/dqn-noisy.test.ts'];

const dqn = 'src/rl/dqn.ts';
const prioritized = 'src/rl/prioritized-replay.ts';
const categorical = 'src/rl/returns/categorical.ts';
const munchausen = 'src/rl/bootstrap/munchausen.ts';
const noisy = 'src/nn/noisy-linear.ts';

export const variantFaults = [
  // ---- what is drawn from the memory ----
  {
    name: 'priorities never updated',
    edits: [edit(prioritized, 'this.#priorities.set(slot[i], p);', '')],
    tests: surprises,
  },
  {
    name: 'β not annealed',
    edits: [edit(prioritized, 'valueAt(this.#options.beta, step)', 'valueAt(this.#options.beta, 0)')],
    tests: surprises,
  },
  {
    name: 'the agent does not tell the memory how far it is',
    edits: [edit(dqn, 'this.#rng.replay, this.#steps)', 'this.#rng.replay, 0)')],
    tests: surprises,
  },
  {
    name: 'prioritized draws without weights',
    edits: [edit(prioritized, 'weight.data[i] = power(least / this.#priorities.get(slot[i]), beta)', 'weight.data[i] = 1')],
    tests: surprises,
  },

  // ---- networks, returns, goals ----
  {
    name: 'projection off by one atom',
    edits: [edit(categorical, 'const lower = Math.floor(place);', 'const lower = Math.min(Math.floor(place) + 1, atoms - 2);')],
    tests: distributions,
  },
  {
    name: 'projection loses what passes the range',
    edits: [
      edit(categorical, 'const place = Math.min(Math.max((value - vMin) / gap, 0), atoms - 1);', 'const place = (value - vMin) / gap;'),
    ],
    tests: distributions,
  },
  {
    name: 'projection drops mass that falls on an atom',
    edits: [
      edit(categorical, 'probability[i * atoms + j] * (1 - (place - lower));', 'probability[i * atoms + j] * (Math.ceil(place) - place);'),
    ],
    tests: distributions,
  },
  {
    name: 'quantile goals not discounted',
    edits: [edit('src/rl/returns/quantile.ts', 'discount[i] * next.data[j]', '(discount[i] > 0 ? 1 : 0) * next.data[j]')],
    tests: distributions,
  },
  {
    name: 'Munchausen without its bound',
    edits: [edit(munchausen, 'Math.max(clip, Math.min(taken, 0))', 'Math.min(taken, 0)')],
    tests: soft,
  },
  {
    name: 'Munchausen entropy after the end of the world',
    edits: [edit(munchausen, 'batch.discount[i] * tau * entropy', 'tau * entropy')],
    tests: soft,
  },
  {
    name: 'independent noise, not factorised',
    edits: [
      edit(
        noisy,
        'outerProduct); // [inputs, 1] · [1, outputs]',
        'outerProduct);\n    this.#weightNoise.data.forEach((_, i, all) => { all[i] = shrunk(rng.normal()) * shrunk(rng.normal()); });',
      ),
    ],
    tests: noise,
  },
  {
    name: 'noise without the square root',
    edits: [edit(noisy, 'Math.sign(x) * Math.sqrt(Math.abs(x))', 'x')],
    tests: noise,
  },
  {
    name: 'greedy play with noise',
    edits: [edit(dqn, 'argmax(this.#expectations([observation], false))[0]', 'argmax(this.#expectations([observation]))[0]')],
    tests: noise,
  },
  {
    name: 'noise never drawn anew',
    edits: [edit(dqn, '    this.#resampleNoise();\n    return', '    return')],
    tests: noise,
  },
  {
    name: 'both networks with the same noise',
    edits: [edit(dqn, 'this.online.resample(rng);', 'this.online.resample(new Rng(rng.state()));')],
    tests: noise,
  },
  {
    name: 'dueling without mean subtraction',
    edits: [
      edit('src/rl/dueling-head.ts', 'sub(value, mean(advantage, 1, keepAxes))', 'sub(value, scale(mean(advantage, 1, keepAxes), 0))'),
      edit('src/rl/dueling-head.ts', 'type Shape, sub,', 'type Shape, scale, sub,'),
    ],
    tests: ['test/rl/q-network.test.ts'],
  },
];
