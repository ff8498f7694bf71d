// Who hears what of a run: people get progress and a summary, programs one JSON object a line, and --quiet nobody anything.
// Errors are no business of reporters: they go to stderr whatever the reporter.

import { backend, type Evaluation } from '../index.ts';
import type { Arguments, Flag } from './arguments.ts';
import { createDisplay } from './displays.ts';
import { UsageError } from './exit.ts';
import { counted, formatCount } from './format.ts';
import type { Host } from './host.ts';
import type { Progress } from './progress.ts';
import type { RunConfig } from './run-config.ts';
import { evaluationText, interruptedText, nextText, startText, trainedText } from './summary.ts';

export interface Reporter {
  /** `step` is where the run begins. */
  started(run: RunConfig, step: number): void;
  /** A line of metrics.jsonl. */
  metrics(line: string): void;
  /** Called often; what is shown, and when, is the reporter's choice. */
  progressed(progress: Progress): void;
  /** Steps and episodes of this session, and its seconds. */
  trained(steps: number, episodes: number, seconds: number): void;
  evaluating(done: number, total: number): void;
  /** `next` is a command to go on with. */
  evaluated(environment: string, evaluation: Evaluation, folder: string, next: string): void;
  /**
   * The run is saved, at its last step when only the evaluation was cut short; `resume` goes on with either. Said on standard error:
   * the reader of the other output may be what is gone.
   */
  interrupted(step: number, steps: number, resume: string): void;
  /** Nothing more will be said, for whatever reason. */
  ended(): void;
}

/** The flags that choose a reporter. */
export const reporterFlags: readonly Flag[] = [
  { name: 'json', description: 'one JSON object a line on standard output, and nothing else' },
  { name: 'quiet', description: 'say nothing but errors' },
];

/** Throws UsageError when the flags contradict each other. */
export function createReporter(given: Arguments, host: Host): Reporter {
  if (given.has('json') && given.has('quiet'))
    throw new UsageError('--quiet: must not be given with --json; one says nothing, the other all');
  if (given.has('quiet')) return quiet;
  return given.has('json') ? jsonReporter(host) : textReporter(host);
}

function textReporter(host: Host): Reporter {
  const { stdout } = host;
  const display = createDisplay(stdout);
  const say = (text: string): void => {
    display.clear();
    stdout.write(text);
  };
  return {
    ...quiet,
    started: (run, step) => say(startText(run, step, backend().name)),
    progressed: (progress) => display.progress(host.now(), progress),
    trained: (steps, episodes, seconds) => say(trainedText(steps, episodes, seconds)),
    evaluating: (done, total) => display.note(host.now(), `evaluating: ${formatCount(done)} of ${counted(total, 'episode')}`),
    evaluated(environment, evaluation, folder, next) {
      say(evaluationText('the final network', environment, evaluation));
      say(nextText(folder, next));
    },
    interrupted(step, steps, resume) {
      display.clear();
      host.stderr.write(interruptedText(step, steps, resume));
    },
    ended: () => display.clear(),
  };
}

/** Standard output is for the reading program alone. */
function jsonReporter(host: Host): Reporter {
  return {
    ...quiet,
    metrics: (line) => host.stdout.write(`${line}\n`),
    interrupted: (step, steps, resume) => host.stderr.write(interruptedText(step, steps, resume)),
  };
}

const quiet: Reporter = {
  started() {},
  metrics() {},
  progressed() {},
  trained() {},
  evaluating() {},
  evaluated() {},
  interrupted() {},
  ended() {},
};
