// Greedy actions: a forward pass and the argmax, for one observation and for those of several copies of an environment at once.
// What playing costs, and an upper bound on the steps per second of any agent with this network.

import { type AgentSpec, agentSpecs, createAgent, randomObservation } from '../src/cli/bench/agents.ts';
import { Rng } from '../src/index.ts';
import { type Case, checkClose, type Group } from './case.ts';
import { referenceForward, referenceLayers } from './reference-network.ts';

const copies = 8;

export const act: Group = {
  name: 'act',
  description: `greedy actions: one, DqnAgent.greedyAction(), and those for ${copies} observations, DqnAgent.actAll()`,
  createCases: () => agentSpecs.flatMap(createCases),
};

function createCases(spec: AgentSpec): Case[] {
  const name = spec.name.replace(/, batch.*/, '');
  const agent = createAgent({ ...spec, transitions: spec.options.batchSize ?? 0 });
  const rng = new Rng(4);
  const observations = Array.from({ length: copies }, () => randomObservation(spec, rng));
  const valuesOf = (observation: Float32Array): number[] => {
    const input = Float64Array.from(observation, (x) => Math.fround(x * agent.config.observationScale));
    return Array.from(referenceForward(referenceLayers(agent.online, spec, agent.config), input, 1).pop() ?? []);
  };
  const actionOf = (values: number[]): number => values.indexOf(Math.max(...values));
  return [
    {
      name,
      work: { amount: 1, unit: 'actions' },
      check() {
        const values = valuesOf(observations[0]);
        checkClose(`${name}: values`, agent.qValues(observations[0]), values, 1e-5);
        checkClose(`${name}: action`, [agent.greedyAction(observations[0])], [actionOf(values)], 0);
      },
      run: () => agent.greedyAction(observations[0]),
    },
    {
      name: `${name}, ${copies} at once`,
      work: { amount: copies, unit: 'actions' },
      check() {
        const actions = observations.map((observation) => actionOf(valuesOf(observation)));
        checkClose(`${name}: actions`, agent.actAll(observations), actions, 0);
      },
      run: () => agent.actAll(observations)[copies - 1],
    },
  ];
}
