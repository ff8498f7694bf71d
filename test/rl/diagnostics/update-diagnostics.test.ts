import {
  Chain,
  createEnv,
  DqnAgent,
  type DqnOptions,
  diagnose,
  encodeCheckpoint,
  type Inspection,
  priorityEdges,
  Rng,
  Training,
  type UpdateDiagnostics,
} from 'deepq';
import { expect, test } from 'vitest';

const small: DqnOptions = {
  network: { conv: [], hidden: [16], activation: 'relu', layerNorm: false },
  warmupSteps: 32,
  batchSize: 16,
  replayCapacity: 60,
  targetEveryUpdates: 7,
  updateEverySteps: 1,
};

function trained(options: DqnOptions, look?: (agent: DqnAgent, update: Inspection) => void, steps = 150): Training {
  const agent = new DqnAgent(createEnv('Chain', new Rng(1)), { ...small, ...options });
  if (look) agent.inspector = (update) => look(agent, update);
  const training = new Training(createEnv('Chain', new Rng(1)), agent);
  for (const _ of training.run(steps));
  return training;
}

test.each([
  ['one number', {}],
  ['categorical', { loss: { kind: 'categorical', atoms: 11, vMin: -1, vMax: 1 } }],
  ['prioritized', { sampling: { kind: 'prioritized', alpha: 0.6, beta: { kind: 'constant', value: 0.5 } } }],
] as const)('looking changes nothing of what is learned: %s', (_name, options) => {
  const seen: UpdateDiagnostics[] = [];
  const looked = trained(options, (agent, update) => seen.push(diagnose(agent, update)));
  expect(encodeCheckpoint('Chain', 150, looked)).toEqual(encodeCheckpoint('Chain', 150, trained(options)));
  expect(seen).toHaveLength(150 - 32 + 1);
  for (const { tdErrors, targetDistance, deadShare, replayAge, priorities } of seen) {
    expect([...tdErrors].sort((a, b) => a - b)).toEqual(tdErrors);
    expect(targetDistance).toBeGreaterThanOrEqual(0);
    expect(deadShare).toBeGreaterThanOrEqual(0);
    expect(deadShare).toBeLessThanOrEqual(1);
    expect(replayAge).toBeLessThan(60);
    expect(priorities).toHaveLength('sampling' in options ? priorityEdges.length + 1 : 0);
  }
  // The first update of an agent finds both networks equal; later ones do not, until the target is copied again.
  expect(seen[0].targetDistance).toBeGreaterThan(0); // measured after the step
});

test('priorities are counted, every stored transition once', () => {
  let total = 0;
  const { agent } = trained({ sampling: { kind: 'prioritized', alpha: 0.6, beta: { kind: 'constant', value: 0.5 } } }, (agent, update) => {
    total = diagnose(agent, update).priorities.reduce((sum, count) => sum + count, 0);
  });
  expect(total).toBe(agent.replay.size);
});

test('errors are goal minus prediction: their mean square is the loss of a mean squared error', () => {
  let squares = 0;
  const agent = new DqnAgent(createEnv('Chain', new Rng(1)), { ...small, loss: { kind: 'mse' } });
  agent.inspector = ({ errors }) => {
    squares = errors.reduce((sum, error) => sum + error * error, 0) / errors.length;
  };
  for (const { update } of new Training(createEnv('Chain', new Rng(1)), agent).run(100)) {
    if (update) expect(update.loss).toBeCloseTo(squares, 6);
  }
});

test('the age of a transition is the number stored after it, round the ring', () => {
  const { agent } = trained({ nStep: 1 });
  const ages = Array.from({ length: agent.replay.size }, (_, slot) => agent.replay.age(slot));
  expect([...ages].sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, i) => i));
});

test('units that are zero for the whole batch are dead', () => {
  let share = Number.NaN;
  const agent = new DqnAgent(new Chain(new Rng(1)), { ...small, learningRate: { kind: 'constant', value: 0 } });
  const bias = [...agent.online.parameters()].find(([name, { shape }]) => name.endsWith('bias') && shape[0] === 16);
  bias?.[1].data.fill(-1000, 0, 4); // four of sixteen can never rise above zero
  bias?.[1].data.fill(1000, 4);
  agent.inspector = (update) => {
    share = diagnose(agent, update).deadShare;
  };
  for (const _ of new Training(createEnv('Chain', new Rng(1)), agent).run(60));
  expect(share).toBe(4 / 16);
});
