// The DQN agent: the page to read. It acts ε-greedily, keeps what happened, and fits Q(s, a) on random minibatches to
//
//   goal = reward + discount · Q_target(s′, a′)        a′ = argmax over a of Q_target(s′, a)         [Mnih 2015, Algorithm 1]
//                                                      or of Q_online(s′, a) when `double`           [van Hasselt 2016, eq. 4]
//
// Only the prediction is differentiated, and only for the action that was taken. The discount is 0 where the world ended. Every
// other variant is one of the parts that the constructor puts together: network, return, bootstrap, memory, transitions.

import {
  blendParameters,
  clipByNorm,
  copyParameters,
  type Optimizer,
  readCount,
  readList,
  readNumber,
  readRngState,
  readSnapshot,
  restoreParameters,
  type Snapshot,
  snapshotParameters,
  valueAt,
} from '../nn/index.ts';
import {
  argmax,
  backend,
  max,
  mean,
  mul,
  Rng,
  reshape,
  scale,
  scratchBatch,
  select,
  sizeOf,
  sub,
  Tape,
  type Tensor,
} from '../tensor/index.ts';
import type { Bootstrap } from './bootstrap/bootstrap.ts';
import { createBootstrap } from './bootstrap/create-bootstrap.ts';
import { createConfig, type DqnConfig, type DqnOptions } from './config.ts';
import { createOptimizer } from './create-optimizer.ts';
import { createReplay } from './create-replay.ts';
import type { Inspector } from './diagnostics/inspection.ts';
import { checkAction, checkObservation, ofCopy, type Step } from './env.ts';
import { NStep } from './n-step.ts';
import { defaultConfig } from './presets.ts';
import { QNetwork, type Spaces } from './q-network.ts';
import type { Replay } from './replay.ts';
import { createReturnModel } from './returns/create-return-model.ts';
import type { ReturnModel } from './returns/return-model.ts';
import { meanOf } from './statistics.ts';

/** What one gradient step did. */
export type UpdateReport = {
  /** The mean weighted loss of the batch, before the step. */
  readonly loss: number;
  /** The mean of the largest next-state value, by the target network. */
  readonly meanQ: number;
  /** The global norm of the gradient before clipping. */
  readonly gradientNorm: number;
};

export class DqnAgent {
  readonly config: DqnConfig;
  readonly spaces: Spaces;
  readonly online: QNetwork;
  readonly target: QNetwork;
  readonly replay: Replay;
  /** Shown every update from inside, when set; it costs nothing otherwise. */
  inspector: Inspector | undefined;
  readonly #returns: ReturnModel;
  readonly #bootstrap: Bootstrap;
  /** One for each copy of the environment: no sum may mix two episodes. */
  #nSteps: readonly NStep[] = [];
  readonly #optimizer: Optimizer;
  readonly #rng: { readonly explore: Rng; readonly replay: Rng; readonly noise: Rng; readonly ofUpdate: Rng };
  /** The target network's value of every action, [B, A]. */
  readonly #targetValues = (observation: Tensor): Tensor => this.#returns.expectation(this.target.forward(observation));
  #steps = 0;
  #updates = 0;
  #previousLoss = 0;

  /** Throws ConfigError for a configuration without a meaning. */
  constructor(spaces: Spaces, options: DqnOptions = {}) {
    const config = createConfig(defaultConfig, options);
    const rng = new Rng(config.seed);
    backend().makeRoom(); // for all that is kept, the constants of the return model too
    this.config = config;
    this.spaces = { observationShape: spaces.observationShape, actionCount: spaces.actionCount };
    this.#returns = createReturnModel(config.loss);
    this.#bootstrap = createBootstrap(config.bootstrap, this.#returns);
    // The same label gives the same numbers: the target network starts as a copy of the online one.
    this.online = new QNetwork(this.spaces, config.network, this.#returns.width, rng.fork('init'), config);
    this.target = new QNetwork(this.spaces, config.network, this.#returns.width, rng.fork('init'), config);
    this.replay = createReplay(config, spaces.observationShape);
    this.breakOff();
    this.#optimizer = createOptimizer(this.online, config);
    this.#rng = { explore: rng.fork('explore'), replay: rng.fork('replay'), noise: rng.fork('noise'), ofUpdate: new Rng(0) };
    this.#resampleNoise();
  }

  /** Environment steps observed so far. */
  get steps(): number {
    return this.#steps;
  }

  /** Gradient steps taken so far. */
  get updates(): number {
    return this.#updates;
  }

  /** The probability of a random action now; 1 while the memory warms up. */
  get epsilon(): number {
    return this.#epsilonAt(this.#steps);
  }

  /** ε-greedy: a uniformly random action with probability ε, otherwise the one of the largest value, noise included. */
  act(observation: Float32Array): number {
    return this.#explore(this.#steps) ?? backend().scope(() => argmax(this.#expectations([observation]))[0]);
  }

  /** ε-greedy for what the copies of the environment show, in the order of their turns, by one pass of the network. */
  actAll(observations: readonly Float32Array[]): Int32Array {
    const actions = new Int32Array(observations.length);
    for (let i = 0; i < actions.length; i++) actions[i] = this.#explore(this.#steps + i) ?? -1;
    const greedy = actions.some((action) => action >= 0) ? observations.filter((_, i) => actions[i] < 0) : observations;
    if (greedy.length === 0) return actions;
    backend().scope(() => {
      const best = argmax(this.#expectations(greedy));
      for (let i = 0, j = 0; i < actions.length; i++) if (actions[i] < 0) actions[i] = best[j++];
    });
    return actions;
  }

  /** The action of the largest value, without noise; the first of them on a tie. */
  greedyAction(observation: Float32Array): number {
    return backend().scope(() => argmax(this.#expectations([observation], false))[0]);
  }

  /** The value of every action, without noise, [A]. Throws RangeError for an observation of the wrong length or not finite. */
  qValues(observation: Float32Array): Float32Array {
    const values = new Float32Array(this.spaces.actionCount);
    backend().scope(() => values.set(this.#expectations([observation], false).data));
    return values;
  }

  /** Keeps what happened in a copy. Throws RangeError, and keeps nothing, for an unknown copy or a step that can only do harm, such as a reward of NaN. */
  observe(observation: Float32Array, action: number, step: Step, copy = 0): void {
    const { observationShape, actionCount } = this.spaces;
    checkObservation('observe', observation, observationShape);
    checkAction('observe', action, actionCount);
    checkObservation('observe, after the step', step.observation, observationShape);
    if (!Number.isFinite(step.reward)) throw new RangeError(`observe: reward must be finite; got ${step.reward}`);
    for (const transition of ofCopy('observe', this.#nSteps, copy).add(observation, action, step)) this.replay.add(transition);
    this.#steps++;
  }

  /** Forgets the steps whose rewards are still being summed: the episodes in progress were broken off and do not go on. */
  breakOff(): void {
    this.#nSteps = Array.from({ length: this.config.envs }, () => new NStep(this.config.nStep, this.config.gamma));
  }

  /**
   * One gradient step when one is due, undefined otherwise. Throws Error when the loss or its gradient is no longer finite; the
   * weights are then still those of the last good update.
   */
  learn(): UpdateReport | undefined {
    return this.#due() ? backend().scope(this.#update) : undefined;
  }

  /** The gradient step. A function that is made once; its scope reclaims every tensor that it makes. */
  readonly #update = (): UpdateReport => {
    const batch = this.replay.sample(this.config.batchSize, this.#rng.replay, this.#steps);
    // What the taken actions should have been worth. Nothing here is differentiated.
    const next = this.target.forward(batch.nextObservation); // [B, A, Z]
    const values = this.#returns.expectation(next); // [B, A]
    const choice = this.config.double ? this.#returns.expectation(this.online.forward(batch.nextObservation)) : values; // [B, A]
    const value = this.#bootstrap.value(next, choice); // [B, Z]
    const reward = this.#bootstrap.reward(batch, choice, this.#targetValues); // [B]
    const goal = this.#returns.target(value, reward, batch.discount); // [B, Z]

    // How far the online network is from that.
    const tape = new Tape();
    const { predicted, loss, objective } = tape.record(() => {
      const predicted = select(this.online.forward(batch.observation), batch.action); // [B, Z]
      const loss = this.#returns.loss(predicted, goal); // [B]
      return { predicted, loss, objective: mean(mul(loss, batch.weight)) };
    });
    const meanLoss = objective.data[0];
    this.#checkFinite('loss', meanLoss);

    const gradients = tape.gradients(objective);
    const gradientNorm = clipByNorm(gradients, this.online.parameters(), this.config.maxGradientNorm ?? Number.POSITIVE_INFINITY);
    this.#checkFinite('gradient norm', gradientNorm);
    this.#previousLoss = meanLoss;
    this.#optimizer.learningRate = valueAt(this.config.learningRate, this.#steps);
    this.#optimizer.step(gradients);
    this.replay.reprioritize(batch.slot, this.#returns.priority(predicted, goal, loss));
    this.inspector?.({ batch, errors: this.#errors(predicted, goal), calls: tape.calls });
    this.#updates++;
    this.#syncTarget();
    this.#resampleNoise();
    return { loss: meanLoss, meanQ: meanOf(max(values, -1).data), gradientNorm };
  };

  /** The expected goal minus the expected prediction, [B]. */
  #errors(predicted: Tensor, goal: Tensor): Float32Array {
    const expected = (x: Tensor): Tensor => this.#returns.expectation(reshape(x, [x.shape[0], 1, x.shape[1]])); // [B, Z] → [B, 1]
    return sub(expected(goal), expected(predicted)).data;
  }

  #due(): boolean {
    const { warmupSteps, updateEverySteps, batchSize } = this.config;
    return this.#steps >= warmupSteps && this.#steps % updateEverySteps === 0 && this.replay.size >= batchSize;
  }

  /** Every C updates: target ← target + τ(online − target); τ = 1 is the hard copy. */
  #syncTarget(): void {
    const { targetEveryUpdates, targetBlend } = this.config;
    if (this.#updates % targetEveryUpdates !== 0) return;
    if (targetBlend === 1) copyParameters(this.target, this.online);
    else blendParameters(this.target, this.online, targetBlend);
  }

  /** New noise after each update, which follows from the seed and the number of updates alone: there is nothing to save. */
  #resampleNoise(): void {
    if (this.config.noise === 0) return;
    const rng = this.#rng.noise.fork(`${this.#updates}`, this.#rng.ofUpdate);
    this.online.resample(rng);
    this.target.resample(rng);
  }

  /** A random action with probability ε, undefined otherwise. */
  #explore(step: number): number | undefined {
    const { explore } = this.#rng;
    return explore.uniform() < this.#epsilonAt(step) ? explore.integer(this.spaces.actionCount) : undefined;
  }

  #epsilonAt(step: number): number {
    return step < this.config.warmupSteps ? 1 : valueAt(this.config.epsilon, step);
  }

  /** The online network's value of every action for N observations: [N, A]. */
  #expectations(observations: readonly Float32Array[], noisy = true): Tensor {
    const { observationShape } = this.spaces;
    const input = scratchBatch(observations.length, observationShape);
    for (let i = 0; i < observations.length; i++) {
      checkObservation('act', observations[i], observationShape);
      input.data.set(observations[i], i * observations[i].length);
    }
    const scaled = this.config.observationScale === 1 ? input : scale(input, this.config.observationScale);
    return this.#returns.expectation(noisy ? this.online.forward(scaled) : this.online.withoutNoise(scaled));
  }

  #checkFinite(what: string, value: number): void {
    if (Number.isFinite(value)) return;
    const facts = `at update ${this.#updates + 1}; the previous loss was ${this.#previousLoss}`;
    throw new Error(`learn: the ${what} became ${value} ${facts}. Lower learningRate or set maxGradientNorm`);
  }

  /** Everything that decides the future: weights, optimizer, memory, random generators, counters. */
  state(): Snapshot {
    return {
      steps: this.#steps,
      updates: this.#updates,
      previousLoss: this.#previousLoss,
      online: snapshotParameters(this.online),
      target: snapshotParameters(this.target),
      optimizer: this.#optimizer.state(),
      replay: this.replay.state(),
      nSteps: this.#nSteps.map((each) => each.state()),
      exploreRng: this.#rng.explore.state(),
      replayRng: this.#rng.replay.state(),
    };
  }

  /** Continues exactly where `state()` was taken by an agent of the same configuration. Throws FormatError. */
  restore(snapshot: Snapshot): void {
    this.#steps = readCount(snapshot, 'steps');
    this.#updates = readCount(snapshot, 'updates');
    this.#previousLoss = readNumber(snapshot, 'previousLoss');
    restoreParameters(this.online, readSnapshot(snapshot, 'online'));
    restoreParameters(this.target, readSnapshot(snapshot, 'target'));
    this.#optimizer.restore(readSnapshot(snapshot, 'optimizer'));
    const { observationShape, actionCount } = this.spaces;
    this.replay.restore(readSnapshot(snapshot, 'replay'), actionCount);
    for (const [copy, sums] of readList(snapshot, 'nSteps', readSnapshot, this.#nSteps.length).entries())
      this.#nSteps[copy].restore(sums, sizeOf(observationShape), actionCount);
    this.#rng.explore.restore(readRngState(snapshot, 'exploreRng'));
    this.#rng.replay.restore(readRngState(snapshot, 'replayRng'));
    this.#resampleNoise();
  }
}
