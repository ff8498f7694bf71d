// Where the time of training goes. It is the loop that users run, Training, around an environment, an agent and a memory whose methods
// tell a clock when they begin and end: nothing in src knows of it. Only the target's synchronisation is out of sight, inside of
// learn(); it is timed by itself, and its part is taken from learning.
//
//   act     choosing actions            step    the environment, resets included       store   n-step sums, checks, the memory's copy
//   sample  drawing, new priorities     learn   the rest of learn()                    sync    the target network follows
//   rest    the generator, copies of environments in turn, reports, and the clock itself
//
// The memory is as full as a run's soon is, and exploration at the end of its schedule, where nearly every action asks the network.

import { blendParameters, copyParameters, createEnv, DqnAgent, type Env, findPreset, Rng, Training, valueAt } from '../src/index.ts';
import { type Case, checkClose, type Group } from './case.ts';
import type { Parts } from './parts.ts';
import { PhaseClock } from './phase-clock.ts';
import { quantile } from './statistics.ts';

interface Loop {
  readonly env: string;
  readonly preset: string;
  /** Transitions in memory before anything is timed. */
  readonly transitions: number;
  /** Steps in one sample. */
  readonly steps: number;
  /** Whether the network has convolutions: then no phase but learning may take more than a fifth of the time. */
  readonly convolutional: boolean;
}

const loops: readonly Loop[] = [
  { env: 'CartPole-v1', preset: 'steady', transitions: 10_000, steps: 200, convolutional: false },
  { env: 'MinAtar-Breakout', preset: 'minatar-dqn', transitions: 100_000, steps: 100, convolutional: true },
  { env: 'MinAtar-Breakout', preset: 'minatar', transitions: 100_000, steps: 100, convolutional: true },
  { env: 'Orchard', preset: 'atari', transitions: 2000, steps: 8, convolutional: true },
];

/** Of the runs that presets make schedules for. */
const wholeRun = 1_000_000;
const names = ['act', 'step', 'store', 'sample', 'learn', 'sync', 'rest'] as const;

export const phases: Group = {
  name: 'phases',
  description: 'the whole training loop, Training.run(), and the share of each of its phases',
  isolated: true,
  createCases: () => loops.map(createCase),
};

function createCase(loop: Loop): Case {
  const clock = new PhaseClock();
  // Made at the first check, for the memories are large.
  let training: Training;
  /** Updates before the clock counts. */
  let before = 0;
  const play = (): number => {
    let sum = 0;
    for (const { update } of training.run(loop.steps)) sum += update?.loss ?? 0;
    return sum;
  };
  return {
    name: `${loop.env}, preset ${loop.preset}, ${loop.steps} steps`,
    work: { amount: loop.steps, unit: 'steps' },
    /** Watched and unwatched training have the same losses; then plays until updates are under way. */
    check() {
      const few = 200;
      const lossesOf = (one: Training): number[] => Array.from(one.run(few + 8), ({ update }) => update?.loss ?? 0);
      checkClose(this.name, lossesOf(createTraining(loop, few, new PhaseClock())), lossesOf(createTraining(loop, few)), 0);
      training = createTraining(loop, loop.transitions, clock);
      while (training.agent.updates < 4) play();
      before = training.agent.updates;
      clock.reset();
    },
    run: clock.phase('rest', play),
    parts() {
      const { agent } = training;
      const synchronisations = (agent.updates - before) / agent.config.targetEveryUpdates;
      return partsOf(clock.spent(), synchronisations * timeSynchronisation(agent), loop);
    },
  };
}

/** Shares of the phases, from milliseconds, of which so many of learning went into synchronisation. */
function partsOf(spent: ReadonlyMap<string, number>, sync: number, { convolutional }: Loop): Parts {
  const total = [...spent.values()].reduce((sum, time) => sum + time, 0);
  const time = (phase: string): number => {
    if (phase === 'sync') return sync;
    return (spent.get(phase) ?? 0) - (phase === 'learn' ? sync : 0);
  };
  return {
    shares: Object.fromEntries(names.map((phase) => [phase, time(phase) / total])),
    promise: convolutional ? { except: 'learn', most: 0.2 } : null,
  };
}

/** Milliseconds in which one network of the agent's size follows another, the agent itself untouched. */
function timeSynchronisation({ spaces, config }: DqnAgent): number {
  const { batchSize, targetBlend } = config;
  const { online, target } = new DqnAgent(spaces, { ...config, replayCapacity: batchSize, warmupSteps: batchSize });
  const times = Array.from({ length: 21 }, () => {
    const start = performance.now();
    if (targetBlend === 1) copyParameters(target, online);
    else blendParameters(target, online, targetBlend);
    return performance.now() - start;
  });
  return quantile(times, 0.5);
}

/** A training with that many transitions before the first update; watched when a clock is given. */
function createTraining({ env: name, preset, transitions }: Loop, warmupSteps: number, clock?: PhaseClock): Training {
  const env = createEnv(name, new Rng(12));
  const config = findPreset(preset).config(wholeRun);
  const epsilon = { kind: 'constant', value: valueAt(config.epsilon, wholeRun) } as const;
  const agent = new DqnAgent(env, { ...config, replayCapacity: transitions, warmupSteps, epsilon });
  return clock === undefined ? new Training(env, agent) : new Training(watch(env, agent, clock), agent);
}

/** Puts the clock between the training and the agent, its memory and the environment, which is returned. */
function watch(env: Env, agent: DqnAgent, clock: PhaseClock): Env {
  const { replay } = agent;
  agent.actAll = clock.phase('act', agent.actAll.bind(agent));
  agent.observe = clock.phase('store', agent.observe.bind(agent));
  agent.learn = clock.phase('learn', agent.learn.bind(agent));
  replay.sample = clock.phase('sample', replay.sample.bind(replay));
  replay.reprioritize = clock.phase('sample', replay.reprioritize.bind(replay));
  const { observationShape, actionCount } = env;
  return { observationShape, actionCount, reset: clock.phase('step', () => env.reset()), step: clock.phase('step', (a) => env.step(a)) };
}
