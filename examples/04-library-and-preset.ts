// 04 · The library and a preset.
//
// Training is a generator: it takes one environment step, lets the agent learn, and hands back a report. What to print, when to
// look, and when to stop is up to the loop that reads the reports.

import { createEnv, DqnAgent, evaluate, findPreset, meanOf, Rng, train } from 'deepq';

const steps = 6000;
const rng = new Rng(1);
const env = createEnv('CartPole-v1', rng.fork('env'));
const agent = new DqnAgent(env, { ...findPreset('steady').config(steps), seed: 1 });

/** The mean return of the episodes that ended in each stretch of 1,000 steps. */
export const curve: number[] = [];
let returns: number[] = [];
for (const { step, episode } of train(env, agent, steps)) {
  if (episode) returns.push(episode.return);
  if (step % 1000 === 0) {
    const mean = returns.length > 0 ? meanOf(returns) : 0;
    curve.push(mean);
    console.log(`step ${String(step).padStart(5)}  return ${mean.toFixed(0).padStart(3)}  ${'█'.repeat(Math.round(mean / 10))}`);
    returns = [];
  }
}

// The returns above were earned while exploring. What was learned shows without exploration, in episodes that were never seen.
const fresh = createEnv('CartPole-v1', rng.fork('evaluate'));
export const result = evaluate(fresh, (observation) => agent.greedyAction(observation), 20, rng.fork('bootstrap'));
console.log(`greedy, 20 new episodes: mean ${result.mean.toFixed(0)}, worst ${result.worst} (500 is the most there is)`);
