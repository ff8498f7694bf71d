// deepq play: watch a trained agent, or a random one, and keep what it looks like as pictures.

import { createEvaluationEnv, type Env, Rng } from '../../index.ts';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { asUsage, type ExitCode, exitCode, UsageError } from '../exit.ts';
import { counted, formatReturn } from '../format.ts';
import type { Host } from '../host.ts';
import { agentFlags, loadAgent, weightsPath } from '../load-agent.ts';
import { Viewer } from '../viewer.ts';

export const play: Command = {
  name: 'play',
  summary: 'watch an agent, trained or random',
  usage: '[RUN_FOLDER|WEIGHTS_FILE] [flags]',
  positionals: ['RUN_FOLDER or WEIGHTS_FILE'],
  flags: [
    ...agentFlags,
    { name: 'episodes', value: 'N', description: 'how many; 1 by default' },
    { name: 'steps', value: 'N', description: 'stop after so many steps in all; 10,000 by default' },
    { name: 'seed', value: 'N', description: "decides every episode; the run's own by default, 0 for a random player" },
    { name: 'speed', value: 'N', description: 'steps per second on a terminal; 15 by default' },
    { name: 'images', value: 'FOLDER', description: 'write each step as a PNG file there' },
  ],
  notes: 'Without a folder or weights, --env names the environment and actions are random. Without a terminal only returns are printed.',
  async run(given: Arguments, host: Host): Promise<ExitCode> {
    const { env, environment, act } = createPlayer(given);
    const pictures = given.text('images');
    if (pictures !== undefined && env.image?.() === undefined)
      throw new UsageError(`--images: must not be given for ${environment}, which has no pictures`);
    const viewer = new Viewer(host, given.positive('speed') ?? 15, pictures);
    const episodes = given.count('episodes') ?? 1;
    let stepsLeft = given.count('steps') ?? 10_000;

    for (let episode = 1; episode <= episodes && stepsLeft > 0; episode++) {
      let observation = env.reset();
      let total = 0;
      let length = 0;
      let ending = 'not over';
      const show = (): Promise<void> => viewer.show(env, `episode ${episode}  step ${length}  return ${formatReturn(total)}`);
      await show();
      for (; stepsLeft > 0 && ending === 'not over' && !host.interruption.requested; stepsLeft--) {
        const step = env.step(act(observation));
        observation = step.observation;
        total += step.reward;
        length++;
        if (step.terminated || step.truncated) ending = step.terminated ? 'terminated' : 'truncated';
        await show();
      }
      viewer.leave();
      if (host.interruption.requested) return exitCode.interrupted;
      host.stdout.write(`episode ${episode}: return ${formatReturn(total)} in ${counted(length, 'step')}, ${ending}\n`);
    }
    return exitCode.ok;
  },
};

interface Player {
  readonly env: Env;
  readonly environment: string;
  act(observation: Float32Array): number;
}

/** A trained agent's greedy play, or random play. Throws UsageError, and for weights as `loadAgent` does. */
function createPlayer(given: Arguments): Player {
  const [target] = given.positionals;
  if (target !== undefined) {
    const { agent, environment } = loadAgent(weightsPath(target), given);
    const rng = new Rng(given.integer('seed') ?? agent.config.seed);
    return {
      env: createEvaluationEnv(environment, rng.fork('evaluate')),
      environment,
      act: (observation) => agent.greedyAction(observation),
    };
  }
  const name = given.text('env');
  if (name === undefined) throw new UsageError('play: must be given the folder of a run, a file of weights, or --env NAME for random play');
  const rng = new Rng(given.integer('seed') ?? 0);
  const env = asUsage(() => createEvaluationEnv(name, rng.fork('evaluate')), '--env');
  const chance = rng.fork('play');
  return { env, environment: name, act: () => chance.integer(env.actionCount) };
}
