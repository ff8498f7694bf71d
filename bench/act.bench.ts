// One greedy action: a forward pass for a single observation, and the argmax. What playing costs, and an upper bound on the
// steps per second of any agent with this network.

import { agentSpecs, createAgent, randomObservation } from '../src/cli/bench/agents.ts';
import { Rng } from '../src/index.ts';
import { checkClose, type Group } from './case.ts';
import { referenceForward, referenceLayers } from './reference-network.ts';

export const act: Group = {
  name: 'act',
  description: 'one greedy action, DqnAgent.greedyAction()',
  createCases: () =>
    agentSpecs.map((spec) => {
      const name = spec.name.replace(/, batch.*/, '');
      const agent = createAgent({ ...spec, transitions: spec.options.batchSize ?? 0 });
      const observation = randomObservation(spec, new Rng(4));
      return {
        name,
        work: { amount: 1, unit: 'actions' },
        check() {
          const input = Float64Array.from(observation, (x) => Math.fround(x * agent.config.observationScale));
          const values = Array.from(referenceForward(referenceLayers(agent.online, spec, agent.config), input, 1).pop() ?? []);
          checkClose(`${name}: values`, agent.qValues(observation), values, 1e-5);
          checkClose(`${name}: action`, [agent.greedyAction(observation)], [values.indexOf(Math.max(...values))], 0);
        },
        run: () => agent.greedyAction(observation),
      };
    }),
};
