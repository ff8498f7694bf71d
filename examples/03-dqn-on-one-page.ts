// Deep Q-learning on one page: no agent class, nothing hidden but tensors, layers and Adam. A test runs this page and the
// library from one seed and requires the same losses, so the page cannot drift from what the library does.

import { Adam, clipByNorm, copyParameters, LayerNorm, Linear, type Module, Sequential } from 'deepq/nn';
import { createEnv, evaluate } from 'deepq/rl';
import { argmax, backend, huber, mean, Rng, relu, select, Tape, Tensor } from 'deepq/tensor';

export const settings = {
  seed: 1,
  steps: 25_000,
  gamma: 0.999, // what one step of delay multiplies a reward by
  nStep: 5, // rewards summed before the network's own estimate takes over
  hidden: 128,
  capacity: 50_000, // transitions remembered
  warmup: 1000, // random steps before learning
  every: 1, // steps between updates
  batch: 64,
  sync: 200, // updates between copies to the target network
  learningRate: 2e-3, // falls to 0 along a line
  maxNorm: 10, // of the gradient
  epsilon: { start: 1, end: 0.05, steps: 2500 },
};

/** What an update needs to know of the past: `action` in `state` earned `reward` and led to `next`, worth `discount` each. */
type Transition = { state: Float32Array; action: number; reward: number; discount: number; next: Float32Array };

/** What happened in one step: the loss if there was an update, the return if an episode ended. */
type Report = { step: number; loss: number | undefined; finished: number | undefined };

/** Trains, and returns the policy that was learned. */
export function* dqnOnOnePage(): Generator<Report, (state: Float32Array) => number, void> {
  const { gamma, nStep, hidden, warmup, batch, epsilon } = settings;
  const rng = new Rng(settings.seed);
  const explore = rng.fork('explore');
  const draw = rng.fork('replay');
  const env = createEnv('CartPole-v1', rng.fork('env'));

  // 1. Q and the target network: the same function of the state, starting from the same weights.
  function createNetwork(): Module {
    const init = rng.fork('init');
    const body = [new Linear(4, hidden, init), new LayerNorm(hidden), relu, new Linear(hidden, hidden, init), new LayerNorm(hidden), relu];
    return new Sequential([...body, new Linear(hidden, env.actionCount, init)]); // values, so there is no softmax at the end
  }
  const online = createNetwork();
  const target = createNetwork();
  const parameters = online.parameters();
  const adam = new Adam(parameters, { learningRate: settings.learningRate });

  // 2. The memory: a list whose oldest entry is overwritten once it is full.
  const memory: Transition[] = [];
  let stored = 0;
  let updates = 0;

  const greedy = (state: Float32Array): number => argmax(online.forward(new Tensor(state, [1, 4])))[0];

  let state = env.reset();
  let total = 0;
  const pending: Transition[] = []; // steps whose n rewards are not complete
  for (let step = 0; step < settings.steps; step++) {
    // 3, 4. Feed the state and act: at random with probability ε, otherwise what looks best.
    const falling = epsilon.start + (epsilon.end - epsilon.start) * (step / epsilon.steps);
    const probability = step < warmup ? 1 : step < epsilon.steps ? falling : epsilon.end;
    const action = explore.uniform() < probability ? explore.integer(env.actionCount) : greedy(state);
    const { observation: next, reward, terminated, truncated } = env.step(action);

    // 5. Store. A reward k steps ahead counts γᵏ. Nothing follows a terminal state, so its discount is 0; an episode that was
    // merely cut off goes on in the value of its last state.
    pending.push({ state, action, reward: 0, discount: 1, next });
    for (const each of pending) {
      each.reward += each.discount * reward;
      each.discount *= gamma;
      each.next = next;
    }
    const ended = terminated || truncated;
    while (pending.length >= (ended ? 1 : nStep)) {
      const [complete] = pending.splice(0, 1);
      memory[stored++ % settings.capacity] = { ...complete, discount: terminated ? 0 : complete.discount };
    }
    total += reward;
    const finished = ended ? total : undefined;
    if (ended) total = 0;
    state = ended ? env.reset() : next;

    const due = step + 1 >= warmup && (step + 1) % settings.every === 0 && memory.length >= batch;
    yield { step: step + 1, loss: due ? learn(step + 1) : undefined, finished };
  }
  return greedy;

  // 7. Learn from a random minibatch.
  function learn(step: number): number {
    return backend().scope(() => {
      const samples = Array.from({ length: batch }, () => memory[draw.integer(memory.length)]);
      const rows = (of: (sample: Transition) => Float32Array): Tensor =>
        new Tensor(Float32Array.from(samples.flatMap((sample) => Array.from(of(sample)))), [batch, 4]);
      const actions = Int32Array.from(samples, (sample) => sample.action);
      const rewards = Float32Array.from(samples, (sample) => sample.reward);
      const discounts = Float32Array.from(samples, (sample) => sample.discount);

      // The goal: reward + discount · Q_target(s′, a′), where a′ is the action that the online network prefers (double DQN).
      const nexts = rows((sample) => sample.next);
      const value = select(target.forward(nexts), argmax(online.forward(nexts))); // [B]
      const goal = new Tensor(
        rewards.map((reward, i) => reward + discounts[i] * value.data[i]),
        [batch],
      );

      // The loss: how far Q(s, a) of the action that was taken is from the goal. Only this is recorded, so no gradient
      // reaches the target network or the values of other actions.
      const tape = new Tape();
      const loss = tape.record(() => mean(huber(select(online.forward(rows((sample) => sample.state)), actions), goal)));
      const gradients = tape.gradients(loss);
      clipByNorm(gradients, parameters, settings.maxNorm);
      adam.learningRate = settings.learningRate - settings.learningRate * (step / settings.steps);
      adam.step(gradients);

      // 6. Every so often the target network becomes a copy of the online one.
      if (++updates % settings.sync === 0) copyParameters(target, online);
      return loss.item();
    });
  }
}

/** Trains, tells how it goes, and plays a hundred episodes with the policy that was learned. Returns their mean. */
export function main(): number {
  const training = dqnOnOnePage();
  const recent: number[] = [];
  let report = training.next();
  for (; !report.done; report = training.next()) {
    const { step, finished } = report.value;
    if (finished !== undefined) recent.push(finished);
    if (step % 2500 > 0) continue;
    console.log(`step ${step}: mean return ${(recent.reduce((sum, each) => sum + each, 0) / recent.length).toFixed(0)}`);
    recent.length = 0;
  }
  const rng = new Rng(settings.seed);
  const { mean, worst } = evaluate(createEnv('CartPole-v1', rng.fork('evaluate')), report.value, 100, rng.fork('bootstrap'));
  console.log(`the final network, 100 greedy episodes: mean ${mean}, worst ${worst}`);
  return mean;
}
