// What the agent refuses, and in what state a refusal leaves it: a step that could only do harm is not kept, and a loss that is
// no number never reaches the weights.

import { ConfigError, DqnAgent, type DqnOptions } from 'deepq';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createTableAgent, numbersOf, oneHot, parameterOf, stepTo } from '../support/table-agent.ts';

/** The error a call throws; fails when it throws none. */
function errorOf(call: () => unknown): Error {
  try {
    call();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('the call must throw an Error; it did not');
}

describe('a bad step', () => {
  const good = stepTo(1, 1);
  const rows: [string, (agent: DqnAgent) => unknown, string][] = [
    [
      'an observation of the wrong length',
      (agent) => agent.observe(Float32Array.of(1, 0), 0, good),
      'observe: observation must hold 3 numbers, shape [3]; got 2',
    ],
    [
      'a next observation of the wrong length',
      (agent) => agent.observe(oneHot(0), 0, { ...good, observation: new Float32Array(4) }),
      'observe, after the step: observation must hold 3 numbers, shape [3]; got 4',
    ],
    [
      'an infinite observation',
      (agent) => agent.observe(Float32Array.of(0, Number.POSITIVE_INFINITY, 0), 0, good),
      'observe: observation must be finite; got Infinity at place 1',
    ],
    [
      'a next observation that is no number',
      (agent) => agent.observe(oneHot(0), 0, { ...good, observation: Float32Array.of(0, 0, Number.NaN) }),
      'observe, after the step: observation must be finite; got NaN at place 2',
    ],
    ['an action too large', (agent) => agent.observe(oneHot(0), 2, good), 'observe: action must be an integer in 0…1; got 2'],
    ['a negative action', (agent) => agent.observe(oneHot(0), -1, good), 'observe: action must be an integer in 0…1; got -1'],
    ['half an action', (agent) => agent.observe(oneHot(0), 0.5, good), 'observe: action must be an integer in 0…1; got 0.5'],
    [
      'a reward that is no number',
      (agent) => agent.observe(oneHot(0), 0, stepTo(1, Number.NaN)),
      'observe: reward must be finite; got NaN',
    ],
    [
      'an infinite reward',
      (agent) => agent.observe(oneHot(0), 0, stepTo(1, Number.NEGATIVE_INFINITY)),
      'observe: reward must be finite; got -Infinity',
    ],
  ];

  // With n-step returns the step would become part of a transition only later.
  test.each(rows)('%s is refused at once and leaves no trace', (_, call, message) => {
    const options: DqnOptions = { nStep: 3, replayCapacity: 9, batchSize: 2, warmupSteps: 2 };
    const [agent, other] = [createTableAgent(options), createTableAgent(options)];
    agent.observe(oneHot(0), 0, good);
    other.observe(oneHot(0), 0, good);
    const error = errorOf(() => call(agent));
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toBe(message);
    expect(agent.state()).toEqual(other.state());
  });

  test('a reward too large for 32 bits is refused', () => {
    expect(() => createTableAgent().observe(oneHot(0), 0, stepTo(1, 1e39))).toThrow('replay: reward must be finite; got 1e+39');
  });

  test('observations that are not whole bytes are refused by a memory of bytes', () => {
    const agent = createTableAgent({ replayStorage: 'uint8' });
    agent.observe(oneHot(0), 0, good);
    expect(() => agent.observe(Float32Array.of(0, 0.5, 0), 0, good)).toThrow(
      'uint8 storage holds whole numbers 0…255; observation has 0.5 at 1',
    );
  });
});

test('asking about a bad observation is refused: it has no best action', () => {
  const agent = createTableAgent();
  for (const ask of [agent.greedyAction, agent.qValues].map((method) => method.bind(agent))) {
    expect(() => ask(new Float32Array(2))).toThrow('act: observation must hold 3 numbers, shape [3]; got 2');
    expect(() => ask(Float32Array.of(0, Number.NaN, 1))).toThrow('act: observation must be finite; got NaN at place 1');
  }
});

describe('a loss that is no number', () => {
  test('stops learning, says what to do, and leaves the weights of the last good update', () => {
    const agent = createTableAgent();
    agent.observe(oneHot(0), 0, stepTo(1, 1));
    const loss = agent.learn()?.loss;
    parameterOf(agent.target, 'head.bias').data.fill(Number.NaN);
    const before = { online: numbersOf(agent.online), optimizer: agent.state()['optimizer'] };
    agent.observe(oneHot(0), 0, stepTo(1, 1));
    const error = errorOf(() => agent.learn());
    expect(error.message).toBe(
      `learn: the loss became NaN at update 2; the previous loss was ${loss}. Lower learningRate or set maxGradientNorm`,
    );
    expect(numbersOf(agent.online)).toEqual(before.online);
    expect(agent.state()['optimizer']).toEqual(before.optimizer);
    expect(agent.updates).toBe(1);
  });

  test('or whose gradient leaves the range of 32 bits', () => {
    const agent = createTableAgent({ loss: { kind: 'mse' } });
    // An error of 10¹⁹ has a square below 3.4 · 10³⁸, but times the observation the slope is above.
    agent.observe(Float32Array.of(0, 1e25, 0), 0, stepTo(1, 1e19, 'terminated'));
    parameterOf(agent.online, 'head.weight').data.fill(0);
    const before = numbersOf(agent.online);
    expect(errorOf(() => agent.learn()).message).toContain('learn: the gradient norm became Infinity at update 1');
    expect(numbersOf(agent.online)).toEqual(before);
  });

  // Rates up to 10⁵ and observations up to 10¹²: most runs diverge, but no single step leaves the range of 32 bits by itself.
  test('never leaves weights that are no numbers, however learning diverges', () => {
    let stopped = 0;
    fc.assert(
      fc.property(
        fc.constantFrom<DqnOptions['loss']>({ kind: 'mse' }, { kind: 'huber', delta: 1e30 }),
        fc.integer({ min: 0, max: 5 }),
        fc.integer({ min: 0, max: 12 }),
        (loss, rate, size) => {
          const agent = createTableAgent({
            loss: loss ?? { kind: 'mse' },
            network: { conv: [], hidden: [4], activation: 'relu', layerNorm: false },
            learningRate: { kind: 'constant', value: 10 ** rate },
            targetEveryUpdates: 1,
          });
          const observation = oneHot(0).map((x) => x * 10 ** size);
          let last = numbersOf(agent.online);
          try {
            for (let i = 0; i < 40; i++) {
              agent.observe(observation, 0, { ...stepTo(1, 1), observation });
              agent.learn();
              last = numbersOf(agent.online);
            }
          } catch (error) {
            stopped++;
            expect(String(error)).toMatch(
              /^Error: learn: the (loss|gradient norm) became (NaN|Infinity) at update \d+; the previous loss was /,
            );
          }
          expect(numbersOf(agent.online)).toEqual(last);
          expect(last.every(Number.isFinite)).toBe(true);
        },
      ),
      { numRuns: 50 },
    );
    expect(stopped).toBeGreaterThan(5);
  });
});

test('an agent without a meaning is refused when it is made', () => {
  const spaces = { observationShape: [4], actionCount: 2 };
  const conv = [{ filters: 4, kernel: 3, stride: 1 }];
  const network = { conv, hidden: [8], activation: 'relu', layerNorm: false } as const;
  expect(() => new DqnAgent(spaces, { gamma: 2 })).toThrow(ConfigError);
  expect(() => new DqnAgent(spaces, { network })).toThrow('config.network.conv: must be empty for observations of shape [4]');
  expect(() => new DqnAgent({ observationShape: [2, 2, 1], actionCount: 2 }, { network })).toThrow(
    'config.network.conv: must be kernels that fit an image of 2 × 2; got 3',
  );
});
