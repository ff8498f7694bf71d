// A run from where it is to its end, as `train` and `resume` share it: slices of training with pauses for signals, metrics as
// they arise, a checkpoint every so often, and the evaluation of the final network.

import { type Evaluation, encodeCheckpoint, encodeWeights, type StepReport, type Training } from '../index.ts';
import type { Arguments, Flag } from './arguments.ts';
import { drawCurve } from './curve.ts';
import { type Episode, recentMean } from './episodes.ts';
import { type ExitCode, exitCode } from './exit.ts';
import { evaluateInSlices } from './final-evaluation.ts';
import { type Host, shellWord } from './host.ts';
import { evaluationMetrics, metricsOf } from './metrics.ts';
import { MetricsLog } from './metrics-log.ts';
import type { Progress } from './progress.ts';
import { createReporter, type Reporter, reporterFlags } from './reporter.ts';
import { encodeRunConfig, type RunConfig } from './run-config.ts';
import type { RunFolder } from './run-folder.ts';
import { Speed } from './speed.ts';

/** The flags that `train` and `resume` share. */
export const sessionFlags: readonly Flag[] = [
  { name: 'checkpoint-every', value: 'SECONDS', description: 'save this often; 30 by default' },
  { name: 'eval-episodes', value: 'N', description: 'greedy episodes at the end; 100 by default' },
  ...reporterFlags,
];

export interface SessionSettings {
  readonly reporter: Reporter;
  readonly checkpointSeconds: number;
  readonly evaluationEpisodes: number;
}

/** Throws UsageError. */
export function sessionSettings(given: Arguments, host: Host): SessionSettings {
  return {
    reporter: createReporter(given, host),
    checkpointSeconds: given.positive('checkpoint-every') ?? 30,
    evaluationEpisodes: given.count('eval-episodes') ?? 100,
  };
}

/** Milliseconds between two pauses: short enough for Ctrl-C to feel immediate. */
const slice = 20;

export class Session {
  readonly #run: RunConfig;
  readonly #training: Training;
  readonly #folder: RunFolder;
  readonly #settings: SessionSettings;
  readonly #host: Host;
  /** Those of earlier sessions and of this one. */
  readonly #episodes: Episode[];
  readonly #log: MetricsLog;
  readonly #speed = new Speed();
  readonly #began: { readonly time: number; readonly step: number; readonly episodes: number };
  #loss: number | undefined;

  /** Takes over the folder: writes config.json and opens the metrics. Throws FileError. */
  constructor(run: RunConfig, training: Training, folder: RunFolder, earlier: readonly Episode[], settings: SessionSettings, host: Host) {
    this.#run = run;
    this.#training = training;
    this.#folder = folder;
    this.#settings = settings;
    this.#host = host;
    this.#episodes = [...earlier];
    this.#began = { time: host.now(), step: training.agent.steps, episodes: earlier.length };
    folder.write('config.json', encodeRunConfig(run));
    this.#log = new MetricsLog(folder.pathOf('metrics.jsonl'));
  }

  /** Trains and evaluates to the end or until interrupted. Throws FileError, and whatever training throws. */
  async complete(): Promise<ExitCode> {
    const { reporter } = this.#settings;
    try {
      reporter.started(this.#run, this.#began.step);
      const trained = await this.#train();
      const evaluation = trained ? await this.#evaluate() : undefined;
      if (evaluation === undefined) {
        reporter.interrupted(this.#training.agent.steps, this.#run.steps, this.#command('resume'));
        return exitCode.interrupted;
      }
      reporter.evaluated(this.#run.environment, evaluation, this.#folder.path, `${this.#command('eval')} --episodes 1000`);
      return exitCode.ok;
    } finally {
      reporter.ended();
      this.#log.close();
    }
  }

  /** True when every step is done, false when interrupted; the run is saved in both cases. */
  async #train(): Promise<boolean> {
    const { reporter, checkpointSeconds } = this.#settings;
    const reports = this.#training.run(this.#run.steps - this.#training.agent.steps);
    let saved = this.#host.now();
    for (;;) {
      const done = this.#takeSlice(reports);
      reporter.progressed(this.#progress());
      const stopping = done || this.#host.interruption.requested;
      if (stopping || this.#host.now() - saved > 1000 * checkpointSeconds) {
        this.#save();
        saved = this.#host.now();
      }
      if (stopping) {
        if (done)
          reporter.trained(this.#training.agent.steps - this.#began.step, this.#episodes.length - this.#began.episodes, this.#seconds());
        return done;
      }
      await this.#host.pause();
    }
  }

  /** Trains for a few milliseconds; true when nothing is left. Whatever training throws, the metrics up to then are written. */
  #takeSlice(reports: Iterator<StepReport, void>): boolean {
    const end = this.#host.now() + slice;
    try {
      while (this.#host.now() < end) {
        const next = reports.next();
        if (next.done === true) return true;
        this.#record(next.value);
      }
      return false;
    } finally {
      this.#log.flush();
      this.#speed.add(this.#host.now(), this.#training.agent.steps);
    }
  }

  #record(report: StepReport): void {
    if (report.update !== undefined) this.#loss = report.update.loss;
    if (report.episode !== undefined) this.#episodes.push({ step: report.step, return: report.episode.return });
    const metrics = metricsOf(report, this.#training.agent, () => (report.step - this.#began.step) / Math.max(this.#seconds(), 0.001));
    if (metrics !== undefined) this.#write(JSON.stringify(metrics));
  }

  #write(line: string): void {
    this.#log.append(line);
    this.#settings.reporter.metrics(line);
  }

  /** Metrics first: a checkpoint must never be ahead of them, because a resumed run cuts them back to its step. */
  #save(): void {
    const { environment, steps, config } = this.#run;
    const { agent } = this.#training;
    this.#log.sync();
    this.#folder.write('checkpoint.safetensors', encodeCheckpoint(environment, steps, this.#training));
    const metadata = { environment, step: String(agent.steps), config: JSON.stringify(config) };
    this.#folder.write('weights.safetensors', encodeWeights(agent.online, new Map(Object.entries(metadata))));
    this.#drawCurve();
  }

  /** Undefined when interrupted. Everything but the evaluation itself is saved by then. */
  async #evaluate(): Promise<Evaluation | undefined> {
    const { reporter, evaluationEpisodes } = this.#settings;
    const { environment, steps, config } = this.#run;
    const task = { agent: this.#training.agent, environment, episodes: evaluationEpisodes, seed: config.seed };
    const evaluation = await evaluateInSlices(task, this.#host, (done) => reporter.evaluating(done, evaluationEpisodes));
    if (evaluation === undefined) return undefined;
    this.#write(JSON.stringify(evaluationMetrics(steps, evaluation)));
    this.#log.sync();
    this.#drawCurve(evaluation);
    return evaluation;
  }

  #drawCurve(evaluation?: Evaluation): void {
    const { environment, preset, steps, config } = this.#run;
    const title = `${environment} · ${preset} · seed ${config.seed}`;
    const final = evaluation && { mean: evaluation.mean, episodes: evaluation.returns.length };
    this.#folder.write('curve.svg', drawCurve({ title, steps, episodes: this.#episodes, ...(final && { evaluation: final }) }));
  }

  #progress(): Progress {
    const { agent } = this.#training;
    return {
      environment: this.#run.environment,
      step: agent.steps,
      steps: this.#run.steps,
      stepsPerSecond: this.#speed.stepsPerSecond,
      meanReturn: recentMean(this.#episodes),
      lastReturn: this.#episodes.at(-1)?.return,
      epsilon: agent.epsilon,
      loss: this.#loss,
    };
  }

  #seconds(): number {
    return (this.#host.now() - this.#began.time) / 1000;
  }

  #command(name: 'resume' | 'eval'): string {
    return `${this.#host.invocation} ${name} ${shellWord(this.#folder.path)}`;
  }
}
