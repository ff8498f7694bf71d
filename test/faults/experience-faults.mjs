// Mistakes between the agent and the world: in what it sees, what is done, and what is remembered of it.

import { edit } from './edit.mjs';

export const experienceFaults = [
  {
    name: 'sticky action reset between episodes',
    edits: [
      edit(
        'src/rl/wrappers/sticky-action.ts',
        '  override state(',
        '  override reset(): Float32Array {\n    this.#executed = 0;\n    return super.reset();\n  }\n\n  override state(',
      ),
    ],
    tests: ['test/rl/wrappers/sticky-action.test.ts', 'test/rl/envs/minatar/golden.test.ts'],
  },
  {
    name: 'frame stack across a reset',
    edits: [edit('src/rl/wrappers/frame-stack.ts', 'for (let i = 0; i < this.#count; i++) this.#push', 'this.#push')],
    tests: ['test/rl/wrappers/frame-stack.test.ts'],
  },
  {
    name: 'copies of the environment share their n-step sums',
    edits: [edit('src/rl/dqn.ts', "ofCopy('observe', this.#nSteps, copy)", "ofCopy('observe', this.#nSteps, 0)")],
    tests: ['test/rl/vector-env.test.ts'],
  },
  {
    name: "the next episode's first observation stored as the last one's end",
    edits: [
      edit(
        'src/rl/vector-env.ts',
        'return step;',
        'return this.#observations[copy] ? step : { ...step, observation: this.observation(copy) };',
      ),
    ],
    tests: ['test/rl/vector-env.test.ts', 'test/rl/train.test.ts'],
  },
  {
    name: 'all copies act on what the first one sees',
    edits: [edit('src/rl/dqn.ts', 'this.#expectations(greedy)', 'this.#expectations(greedy.map(() => observations[0]))')],
    tests: ['test/rl/vector-env.test.ts'],
  },
];
