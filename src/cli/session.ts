// A run from where it is to its end, as `train` and `resume` share it: slices of training with pauses for signals, metrics as
// they arise, a checkpoint every so often, and the evaluation of the final network.

import { checkpointPieces, type Evaluation, encodeWeights, type StepReport, type Training } from '../index.ts';
import type { Arguments, Flag } from './arguments.ts';
import { drawCurve } from './curve.ts';
import { Diagnostics, diagnosticsFlag } from './diagnostics.ts';
import { type Episode, recentMean } from './episodes.ts';
import { type ExitCode, exitCode } from './exit.ts';
import { evaluateInSlices } from './final-evaluation.ts';
import { type Host, shellWord } from './host.ts';
import { evaluationMetrics, type Metrics, metricsOf } from './metrics.ts';
import { MetricsLog } from './metrics-log.ts';
import type { Progress } from './progress.ts';
import { createReporter, type Reporter, reporterFlags } from './reporter.ts';
import { encodeRunConfig, type RunConfig, usualEvaluation } from './run-config.ts';
import type { RunFolder } from './run-folder.ts';
import { SavePace } from './save-pace.ts';
import { Speed } from './speed.ts';
import { threadsFlag } from './threads.ts';

/** The flags that `train` and `resume` share. */
export const sessionFlags: readonly Flag[] = [
  {
    name: 'checkpoint-every',
    value: 'SECONDS',
    description: 'save the run every so many seconds, 30 by default; less often where saving takes long',
  },
  { name: 'eval-episodes', value: 'N', description: `greedy episodes at the end; ${usualEvaluation}, or those of the run, by default` },
  diagnosticsFlag,
  threadsFlag,
  ...reporterFlags,
];

export interface SessionSettings {
  readonly reporter: Reporter;
  readonly checkpointSeconds: number;
}

/** Throws UsageError. */
export function sessionSettings(given: Arguments, host: Host): SessionSettings {
  return {
    reporter: createReporter(given, host),
    checkpointSeconds: given.positive('checkpoint-every') ?? 30,
  };
}

/** Milliseconds between two pauses: short enough for Ctrl-C to feel immediate. */
const slice = 20;

export interface SessionTask {
  readonly run: RunConfig;
  /** Somewhere between its beginning and its end. */
  readonly training: Training;
  readonly folder: RunFolder;
  /** Of earlier sessions. */
  readonly episodes: readonly Episode[];
  readonly settings: SessionSettings;
  readonly host: Host;
}

export class Session {
  readonly #task: SessionTask;
  /** Those of earlier sessions and of this one. */
  readonly #episodes: Episode[];
  readonly #log: MetricsLog;
  readonly #speed = new Speed();
  readonly #began: { readonly time: number; readonly step: number; readonly episodes: number };
  readonly #diagnostics: Diagnostics | undefined;
  #loss: number | undefined;

  /** Takes over the folder: writes config.json and opens the metrics. Throws FileError. */
  constructor(task: SessionTask) {
    const { run, training, folder, episodes, host } = task;
    this.#task = task;
    this.#episodes = [...episodes];
    this.#began = { time: host.now(), step: training.agent.steps, episodes: episodes.length };
    this.#diagnostics = run.diagnostics ? new Diagnostics(run, training.agent) : undefined;
    folder.write('config.json', encodeRunConfig(run));
    this.#log = new MetricsLog(folder.pathOf('metrics.jsonl'));
  }

  /** Trains and evaluates to the end or until interrupted. Throws FileError, and whatever training throws. */
  async complete(): Promise<ExitCode> {
    const { run, training, folder, settings } = this.#task;
    try {
      settings.reporter.started(run, this.#began.step);
      const trained = await this.#train();
      const evaluation = trained ? await this.#evaluate() : undefined;
      if (evaluation === undefined) {
        settings.reporter.interrupted(training.agent.steps, run.steps, this.#command('resume'));
        return exitCode.interrupted;
      }
      settings.reporter.evaluated(run.environment, evaluation, folder.path, `${this.#command('eval')} --episodes 1000`);
      return exitCode.ok;
    } finally {
      settings.reporter.ended();
      this.#log.close();
    }
  }

  /** True when every step is done, false when interrupted; the run is saved in both cases. */
  async #train(): Promise<boolean> {
    const { run, training, host, settings } = this.#task;
    const reports = training.run(run.steps - training.agent.steps);
    const pace = new SavePace(settings.checkpointSeconds, host.now());
    let done = false;
    for (;;) {
      done = this.#takeSlice(reports);
      settings.reporter.progressed(this.#progress());
      if (done || host.interruption.requested) break;
      const now = host.now();
      if (pace.isDue(now)) {
        this.#save();
        pace.saved(now, host.now());
      }
      await host.pause();
    }
    this.#save();
    const { step, episodes } = this.#began;
    const trained = training.agent.steps - step;
    if (done && trained > 0) settings.reporter.trained(trained, this.#episodes.length - episodes, this.#seconds());
    return done;
  }

  /** Trains for a few milliseconds; true when nothing is left. Whatever training throws, the metrics up to then are written. */
  #takeSlice(reports: Iterator<StepReport, void>): boolean {
    const { training, host } = this.#task;
    const end = host.now() + slice;
    try {
      while (host.now() < end) {
        const next = reports.next();
        if (next.done === true) return true;
        this.#record(next.value);
      }
      return false;
    } finally {
      this.#log.flush();
      this.#speed.add(host.now(), training.agent.steps);
    }
  }

  #record(report: StepReport): void {
    if (report.update !== undefined) this.#loss = report.update.loss;
    if (report.episode !== undefined) this.#episodes.push({ step: report.step, return: report.episode.return });
    const stepsPerSecond = (): number => (report.step - this.#began.step) / Math.max(this.#seconds(), 0.001);
    const metrics = metricsOf(report, this.#task.training.agent, stepsPerSecond);
    if (metrics !== undefined) this.#write(metrics);
    const inside = this.#diagnostics?.metricsOf(report);
    if (inside !== undefined) this.#write(inside);
  }

  #write(metrics: Metrics): void {
    const line = JSON.stringify(metrics);
    this.#log.append(line);
    this.#task.settings.reporter.metrics(line);
  }

  /** Metrics first: a checkpoint must never be ahead of them, because a resumed run cuts them back to its step. */
  #save(): void {
    const { run, training, folder } = this.#task;
    const { environment, steps, config } = run;
    this.#log.sync();
    folder.write('checkpoint.safetensors', checkpointPieces(environment, steps, training));
    const metadata = { environment, step: String(training.agent.steps), config: JSON.stringify(config) };
    folder.write('weights.safetensors', encodeWeights(training.agent.online, new Map(Object.entries(metadata))));
    this.#drawCurve();
  }

  /** Undefined when interrupted. Everything but the evaluation itself is saved by then. */
  async #evaluate(): Promise<Evaluation | undefined> {
    const { run, training, host, settings } = this.#task;
    const { environment, evaluationEpisodes: episodes, config } = run;
    const task = { agent: training.agent, environment, episodes, seed: config.seed };
    const evaluation = await evaluateInSlices(task, host, (done) => settings.reporter.evaluating(done, episodes));
    if (evaluation === undefined) return undefined;
    this.#write(evaluationMetrics(run.steps, evaluation));
    this.#log.sync();
    this.#drawCurve(evaluation);
    return evaluation;
  }

  #drawCurve(evaluation?: Evaluation): void {
    const { environment, preset, steps, config } = this.#task.run;
    const title = `${environment} · ${preset} · seed ${config.seed}`;
    const final = evaluation && { evaluation: { mean: evaluation.mean, episodes: evaluation.returns.length } };
    const diagnosed = this.#diagnostics && { metrics: this.#task.folder.readText('metrics.jsonl') };
    this.#task.folder.write('curve.svg', drawCurve({ title, steps, episodes: this.#episodes, ...final, ...diagnosed }));
  }

  #progress(): Progress {
    const { run, training } = this.#task;
    return {
      environment: run.environment,
      step: training.agent.steps,
      steps: run.steps,
      stepsPerSecond: this.#speed.stepsPerSecond,
      meanReturn: recentMean(this.#episodes),
      lastReturn: this.#episodes.at(-1)?.return,
      epsilon: training.agent.epsilon,
      loss: this.#loss,
    };
  }

  #seconds(): number {
    return (this.#task.host.now() - this.#began.time) / 1000;
  }

  #command(name: 'resume' | 'eval'): string {
    return `${this.#task.host.invocation} ${name} ${shellWord(this.#task.folder.path)}`;
  }
}
