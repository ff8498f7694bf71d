// The headline: one whole DQN update through DqnAgent.learn — sample, two forward passes, backward pass, Adam, and every so
// often the copy to the target network. The other groups explain this number.

import { type AgentSpec, agentSpecs, createAgent } from '../src/cli/bench/agents.ts';
import { type DqnAgent, Rng, readRngState } from '../src/index.ts';
import { type Case, checkClose, type Group } from './case.ts';
import { referenceForward, referenceGradients, referenceLayers } from './reference-network.ts';

export const update: Group = {
  name: 'update',
  description: 'one whole DQN update, DqnAgent.learn()',
  createCases: () => agentSpecs.map(createUpdate),
};

function createUpdate(spec: AgentSpec): Case {
  const agent = createAgent(spec);
  const run = (): number => {
    const report = agent.learn();
    if (report === undefined) throw new Error(`${spec.name}: an update must be due at every call; got none`);
    return report.loss;
  };
  return { name: spec.name, work: { amount: 1, unit: 'updates' }, check: () => checkUpdate(spec, agent), run };
}

/** The agent's first update against the reference's: loss, gradient norm, and where every parameter went. */
function checkUpdate(spec: AgentSpec, agent: DqnAgent): void {
  const { batchSize: B, gamma } = agent.config;
  // A target network equal to the online one could hide that the wrong one was asked.
  const other = createAgent({ ...spec, transitions: B, options: { ...spec.options, seed: 3 } });
  for (const [name, { data }] of other.online.parameters()) agent.target.parameters().get(name)?.data.set(data);

  // The batch that the update will draw.
  const batch = agent.replay.sample(B, new Rng(readRngState(agent.state(), 'replayRng')), agent.steps);
  const observation = batch.observation.data; // scaled already
  const nextObservation = batch.nextObservation.data;

  const layers = referenceLayers(agent.online, spec, agent.config);
  const next = referenceForward(referenceLayers(agent.target, spec, agent.config), nextObservation, B).pop() ?? [];
  const values = referenceForward(layers, observation, B);
  const q = values[values.length - 1];
  const dq = new Float64Array(q.length);
  let loss = 0;
  for (let b = 0; b < B; b++) {
    const best = Math.max(...next.slice(b * spec.actionCount, (b + 1) * spec.actionCount));
    const at = b * spec.actionCount + batch.action[b];
    const error = q[at] - (batch.reward[b] + batch.discount[b] * best);
    if (batch.discount[b] !== 0 && Math.abs(batch.discount[b] - gamma) > 1e-6) throw new Error(`${spec.name}: discount must be 0 or gamma`);
    loss += (Math.abs(error) <= 1 ? 0.5 * error * error : Math.abs(error) - 0.5) / B;
    dq[at] = Math.min(Math.max(error, -1), 1) / B;
  }
  const gradients = referenceGradients(layers, values, dq, B);
  const norm = Math.sqrt(gradients.reduce((sum, gradient) => sum + gradient.reduce((inner, g) => inner + g * g, 0), 0));

  const report = agent.learn();
  checkClose(`${spec.name}: loss`, [report?.loss ?? Number.NaN], [loss], 1e-5 * loss);
  checkClose(`${spec.name}: gradient norm`, [report?.gradientNorm ?? Number.NaN], [norm], 1e-4 * norm);
  const before = layers.flatMap(({ weight, bias }) => [weight, bias]);
  for (const [i, { data }] of [...agent.online.parameters().values()].entries()) {
    checkFirstStep(`${spec.name}: parameter ${i}`, data, before[i], gradients[i]);
  }
}

/**
 * Adam's first step is −α · g/(|g| + ε): the bias corrections cancel the betas. Where g is as small as float32 rounding, its
 * sign is luck, and all that is required is a step of at most α.
 */
function checkFirstStep(who: string, after: Float32Array, before: Float64Array, gradient: Float64Array): void {
  const rate = 1e-4;
  const rounding = 1e-5 * gradient.reduce((largest, g) => Math.max(largest, Math.abs(g)), 0);
  after.forEach((p, i) => {
    const g = gradient[i];
    const certain = Math.abs(g) > rounding;
    const wanted = certain ? before[i] - (rate * g) / (Math.abs(g) + 1e-8) : before[i];
    const tolerance = (certain ? 0.01 : 1.01) * rate + 1e-7 * Math.abs(before[i]);
    if (!(Math.abs(p - wanted) <= tolerance)) throw new Error(`${who}, element ${i}: must be ${wanted}; got ${p}`);
  });
}
