// Mistakes that are easily made in a deep Q-learning program and hard to see in its curves. Each is a change of the source that
// some test must notice. `edits` replace a text that must occur exactly once in the file; `tests` are the files that should notice.

import { edit } from './edit.mjs';
import { experienceFaults } from './experience-faults.mjs';
import { variantFaults } from './variant-faults.mjs';

const agent = ['test/rl/dqn.test.ts', 'test/rl/dqn-golden.test.ts', 'test/rl/dqn-pace.test.ts', 'test/rl/dqn-acting.test.ts'];
const transitions = ['test/rl/n-step.test.ts', 'test/rl/dqn.test.ts'];
const memory = ['test/rl/uniform-replay.test.ts'];
const optimizers = ['test/nn/optimizers-golden.test.ts', 'test/tensor/kernels/update.test.ts'];
const convolution = ['test/tensor/ops/conv2d.test.ts', 'test/nn/full-networks-golden.test.ts'];
const losses = ['test/tensor/ops/losses.test.ts', 'test/rl/returns/scalar.test.ts', 'test/tensor/kinks.test.ts'];
const resuming = ['test/rl/checkpoint.test.ts'];

const dqn = 'src/rl/dqn.ts';
const nStep = 'src/rl/n-step.ts';
const ring = 'src/rl/transition-ring.ts';
const uniform = 'src/rl/uniform-replay.ts';

export const faults = [
  // ---- endings and discounts ----
  {
    name: 'no terminal mask',
    edits: [edit(nStep, 'discount: step.terminated ? 0 : pending.discount,', 'discount: pending.discount,')],
    tests: transitions,
  },
  {
    name: 'truncation treated as termination',
    edits: [edit(nStep, 'discount: step.terminated ? 0 : pending.discount,', 'discount: ended ? 0 : pending.discount,')],
    tests: transitions,
  },
  {
    name: 'n-step across the end of an episode',
    edits: [
      edit(nStep, 'ended ? this.#pending.length : this.#pending.length - this.#n + 1', 'Math.max(0, this.#pending.length - this.#n + 1)'),
    ],
    tests: transitions,
  },
  {
    name: 'n-step tail lost at terminals',
    edits: [edit(nStep, 'return complete.map(', 'return complete.slice(0, step.terminated ? 1 : undefined).map(')],
    tests: transitions,
  },
  {
    name: 'windows straddling episodes',
    edits: [
      edit(nStep, 'const ended = step.terminated || step.truncated;', 'const ended = step.terminated;'),
      edit(
        nStep,
        'this.#pending.push({ observation',
        'if (this.#pending.length > this.#n) this.#pending.shift();\n    this.#pending.push({ observation',
      ),
    ],
    tests: transitions,
  },
  {
    name: 'n-step bootstrap discounted by γ, not γⁿ',
    edits: [edit(nStep, 'discount: step.terminated ? 0 : pending.discount,', 'discount: step.terminated ? 0 : this.#gamma,')],
    tests: transitions,
  },
  {
    name: 'γ on the immediate reward',
    edits: [
      edit(nStep, 'pending.reward += pending.discount * step.reward;', 'pending.reward += pending.discount * this.#gamma * step.reward;'),
    ],
    tests: transitions,
  },
  {
    name: 'rewards clipped to ±1 unasked',
    edits: [edit('src/rl/returns/scalar.ts', 'goal[i] = reward[i] +', 'goal[i] = Math.max(-1, Math.min(1, reward[i])) +')],
    tests: ['test/rl/returns/scalar.test.ts', ...agent],
  },

  // ---- the goal and the gradient ----
  {
    name: 'gradient through the target',
    edits: [
      edit(dqn, '  type Tensor,\n', '  Tensor,\n  add,\n'),
      edit(
        dqn,
        'const loss = this.#returns.loss(predicted, goal); // [B]',
        `const value = select(this.online.forward(batch.nextObservation), argmax(choice));
        const column = (data: Float32Array): Tensor => new Tensor(data, value.shape);
        const loss = this.#returns.loss(predicted, add(column(batch.reward), mul(column(batch.discount), value)));`,
      ),
    ],
    tests: agent,
  },
  {
    name: 'wrong action gathered',
    edits: [
      edit(
        dqn,
        'select(this.online.forward(batch.observation), batch.action)',
        'select(this.online.forward(batch.observation), argmax(choice))',
      ),
    ],
    tests: agent,
  },
  {
    name: 'loss over all actions, not the taken one',
    edits: [edit(dqn, 'select(this.online.forward(batch.observation), batch.action)', 'mean(this.online.forward(batch.observation), 1)')],
    tests: agent,
  },
  {
    name: 's and s′ swapped in the update',
    edits: [
      edit(dqn, 'this.target.forward(batch.nextObservation)', 'this.target.forward(batch.observation)'),
      edit(dqn, 'this.online.forward(batch.observation)', 'this.online.forward(batch.nextObservation)'),
    ],
    tests: agent,
  },
  {
    name: 's and s′ swapped in the memory',
    edits: [
      edit(ring, "#observations.gather('observation', slot)", "#observations.gather('nextObservation', slot)"),
      edit(
        ring,
        "nextObservation: this.#observations.gather('nextObservation', slot)",
        "nextObservation: this.#observations.gather('observation', slot)",
      ),
    ],
    tests: memory,
  },
  {
    name: 'double: the target network chooses',
    edits: [edit(dqn, 'this.config.double ? this.#returns.expectation(this.online.forward(batch.nextObservation)) : values', 'values')],
    tests: agent,
  },
  {
    name: 'double: the online network values',
    edits: [
      edit(
        dqn,
        'this.#bootstrap.value(next, choice)',
        'this.#bootstrap.value(this.config.double ? this.online.forward(batch.nextObservation) : next, choice)',
      ),
    ],
    tests: agent,
  },
  {
    name: 'softmax on the Q-values',
    edits: [
      edit('src/rl/q-network.ts', 'sizeOf, type Tensor, tanh', 'sizeOf, softmax, type Tensor, tanh'),
      edit('src/rl/q-network.ts', 'return reshape(values,', 'return reshape(softmax(values),'),
    ],
    tests: ['test/rl/q-network.test.ts', ...agent],
  },
  {
    name: 'loss summed over the batch, not averaged',
    edits: [
      edit(dqn, '  sub,\n  Tape,\n', '  sub,\n  sum,\n  Tape,\n'),
      edit(dqn, 'objective: mean(mul(loss, batch.weight))', 'objective: sum(mul(loss, batch.weight))'),
    ],
    tests: agent,
  },
  {
    name: 'Huber joint misplaced',
    edits: [edit('src/tensor/kernels/js/losses.ts', 'return size <= delta ? 0.5', 'return size <= 2 * delta ? 0.5')],
    tests: losses,
  },
  {
    name: 'Huber slope not bounded by δ, emitted',
    edits: [edit('src/tensor/kernels/wasm/losses.ts', 'f32x4.pmin(f32x4.pmax(d, minusDelta), delta);', 'd;')],
    tests: losses,
  },
  {
    name: 'Huber slope not bounded by δ',
    edits: [
      edit('src/tensor/kernels/js/losses.ts', 'Math.min(Math.max(d, -delta), delta)', 'Math.min(Math.max(d, -2 * delta), 2 * delta)'),
    ],
    tests: losses,
  },

  // ---- the target network ----
  {
    name: 'target never synced',
    edits: [edit(dqn, '    this.#syncTarget();\n', '')],
    tests: agent,
  },
  {
    name: 'target does not start as a copy',
    edits: [
      edit(
        dqn,
        "this.target = new QNetwork(this.spaces, config.network, this.#returns.width, rng.fork('init'), config)",
        "this.target = new QNetwork(this.spaces, config.network, this.#returns.width, rng.fork('target'), config)",
      ),
    ],
    tests: agent,
  },
  {
    name: 'soft update blends the wrong way round',
    edits: [edit('src/tensor/kernels/js/update.ts', 'target[i] += tau *', 'target[i] += (1 - tau) *')],
    tests: [...agent, 'test/tensor/kernels/update.test.ts'],
  },

  // ---- the memory ----
  {
    name: 'ring wraps one slot too early',
    edits: [edit(ring, '(slot + 1) % this.#capacity', '(slot + 1) % Math.max(1, this.#capacity - 1)')],
    tests: memory,
  },
  {
    name: 'sampling reaches one slot too far',
    edits: [edit(uniform, 'rng.integer(this.size)', 'rng.integer(this.size + 1)')],
    tests: memory,
  },
  {
    name: 'sampling misses the newest slot',
    edits: [edit(uniform, 'rng.integer(this.size)', 'rng.integer(Math.max(1, this.size - 1))')],
    tests: memory,
  },

  // ---- exploration ----
  {
    name: 'ε never decays',
    edits: [edit(dqn, 'valueAt(this.config.epsilon, step)', 'valueAt(this.config.epsilon, 0)')],
    tests: agent,
  },
  {
    name: 'ε not 1 while the memory warms up',
    edits: [edit(dqn, 'step < this.config.warmupSteps ? 1 : valueAt', 'valueAt')],
    tests: agent,
  },
  {
    name: 'the last action is never explored',
    edits: [edit(dqn, 'explore.integer(this.spaces.actionCount)', 'explore.integer(Math.max(1, this.spaces.actionCount - 1))')],
    tests: agent,
  },

  // ---- optimizers and layers ----
  {
    name: 'Adam without bias correction',
    edits: [
      edit('src/nn/adam.ts', 'step.correction1 = 1 - this.#power1[i]', 'step.correction1 = 1'),
      edit('src/nn/adam.ts', 'step.correction2 = 1 - this.#power2[i]', 'step.correction2 = 1'),
    ],
    tests: optimizers,
  },
  {
    name: 'the learning rate ignores its schedule',
    edits: [edit(dqn, 'valueAt(this.config.learningRate, this.#steps)', 'valueAt(this.config.learningRate, 0)')],
    tests: agent,
  },
  {
    name: 'small gradients scaled up by clipping',
    edits: [edit('src/nn/optimizer.ts', 'Math.min(1, maxNorm / (norm + 1e-6))', 'maxNorm / (norm + 1e-6)')],
    tests: agent,
  },
  {
    name: 'convolution padding off by one',
    edits: [
      edit(
        'src/tensor/kernels/js/windows.ts',
        'const left = outX * strideW - padW;',
        'const left = outX * strideW - Math.max(0, padW - 1);',
      ),
    ],
    tests: convolution,
  },

  // ---- the loop and the checkpoint ----
  {
    name: 'the agent acts on the observation before last',
    edits: [edit('src/rl/vector-env.ts', '? undefined : step.observation', '? undefined : this.#observations[copy]')],
    tests: ['test/rl/train.test.ts'],
  },
  {
    name: 'an episode goes on after its end',
    edits: [edit('src/rl/vector-env.ts', 'step.terminated || step.truncated ? undefined', 'step.terminated ? undefined')],
    tests: ['test/rl/train.test.ts'],
  },
  {
    name: 'a resumed run draws other batches',
    edits: [edit(dqn, "    this.#rng.replay.restore(readRngState(snapshot, 'replayRng'));\n", '')],
    tests: resuming,
  },
  {
    name: 'a resumed run forgets unfinished n-step sums',
    edits: [edit(nStep, 'this.#pending = pending.map(', 'this.#pending = []; pending.map(')],
    tests: resuming,
  },

  ...experienceFaults,
  ...variantFaults,
];
