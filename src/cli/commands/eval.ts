// deepq eval: how good a trained network is, without exploration or learning.

import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { createDisplay } from '../displays.ts';
import { type ExitCode, exitCode, UsageError } from '../exit.ts';
import { evaluateInSlices } from '../final-evaluation.ts';
import { counted, formatCount } from '../format.ts';
import type { Host } from '../host.ts';
import { agentFlags, loadAgent, weightsPath } from '../load-agent.ts';
import { evaluationMetrics } from '../metrics.ts';
import { evaluationText } from '../summary.ts';

export const evaluate: Command = {
  name: 'eval',
  summary: 'evaluate a trained network over greedy episodes',
  usage: 'RUN_FOLDER|WEIGHTS_FILE [flags]',
  positionals: ['RUN_FOLDER or WEIGHTS_FILE'],
  flags: [
    { name: 'episodes', value: 'N', description: 'greedy episodes; 100 by default' },
    { name: 'seed', value: 'N', description: "decides every episode; the run's own by default, which repeats its final evaluation" },
    ...agentFlags,
    { name: 'json', description: 'one JSON object on standard output, and nothing else' },
  ],
  async run(given: Arguments, host: Host): Promise<ExitCode> {
    const [target] = given.positionals;
    if (target === undefined) throw new UsageError('eval: must be followed by the folder of a run or a file of weights');
    const path = weightsPath(target);
    const episodes = given.count('episodes') ?? 100;
    const { agent, environment, step } = loadAgent(path, given);
    const task = { agent, environment, episodes, seed: given.integer('seed') ?? agent.config.seed };

    const display = given.has('json') ? undefined : createDisplay(host.stdout);
    const note = (done: number): void => display?.note(host.now(), `evaluating: ${formatCount(done)} of ${counted(episodes, 'episode')}`);
    const evaluation = await evaluateInSlices(task, host, note);
    display?.clear();
    if (evaluation === undefined) return exitCode.interrupted;
    const text = given.has('json')
      ? `${JSON.stringify(evaluationMetrics(step, evaluation))}\n`
      : evaluationText(path, environment, evaluation);
    host.stdout.write(text);
    return exitCode.ok;
  },
};
