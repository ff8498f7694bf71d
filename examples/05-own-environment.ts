// 05 · An environment of one's own.
//
// A house with a heated floor. The floor is slow: it goes on warming the room long after the heating went off, so a plain
// thermostat ("heat while the room is too cold") always overshoots. The agent sees the floor too and can learn to look ahead.

import { checkAction, checkEnv, DqnAgent, type Env, evaluate, findPreset, Rng, type Step, TimeLimit, train } from 'deepq';

const [heatingOff, heatingOn] = [0, 1]; // the actions
const wanted = 20; // °C

/**
 * One step is ten minutes. Each costs the room's distance from 20 °C in degrees. A house never ends, so nothing terminates;
 * how long we watch is decided outside, by a TimeLimit. The observation [3] holds room, floor and outside temperature, shifted
 * and scaled to numbers of about one, as networks like them.
 */
class HeatedHouse implements Env {
  readonly observationShape: readonly number[] = [3];
  readonly actionCount = 2;
  readonly #rng: Rng;
  #room = 0;
  #floor = 0;
  #outside = 0;

  constructor(rng: Rng) {
    this.#rng = rng;
  }

  reset(): Float32Array {
    this.#room = this.#rng.uniform(14, 24);
    this.#floor = this.#rng.uniform(14, 34);
    this.#outside = this.#rng.uniform(-10, 10);
    return this.#observe();
  }

  step(action: number): Step {
    checkAction('HeatedHouse.step', action, this.actionCount);
    const power = action === heatingOn ? 0.8 : 0; // °C per step
    const toRoom = 0.08 * (this.#floor - this.#room);
    const toOutside = 0.03 * (this.#room - this.#outside);
    this.#floor += power - toRoom;
    this.#room += 2 * toRoom - toOutside;
    this.#outside += this.#rng.uniform(-0.3, 0.3);
    return { observation: this.#observe(), reward: -Math.abs(this.#room - wanted), terminated: false, truncated: false };
  }

  /** A new array each time: the replay keeps what it is given. */
  #observe(): Float32Array {
    return Float32Array.of((this.#room - wanted) / 5, (this.#floor - wanted) / 10, this.#outside / 10);
  }
}

const rng = new Rng(3);
const day = 144; // steps
const house = (label: string): Env => new TimeLimit(new HeatedHouse(rng.fork(label)), day);

checkEnv(new HeatedHouse(rng.fork('check'))); // throws an Error that lists every broken rule of Env

// A preset with two fields changed. At γ = 0.9 for ten minutes, what happens in some hours hardly counts, and need not here; and
// with an update every second step, forty days are enough to learn from.
const steps = 40 * day;
const env = house('train');
const agent = new DqnAgent(env, { ...findPreset('steady').config(steps), gamma: 0.9, updateEverySteps: 2, seed: 3 });
for (const { step, episode } of train(env, agent, steps)) {
  if (episode && step % (10 * day) === 0) console.log(`day ${step / day}  degrees off ${(-episode.return / day).toFixed(2)}`);
}

// Three ways to heat, on the same twenty days: the generator of the houses is the same each time.
const days = (policy: (observation: Float32Array) => number): number =>
  -evaluate(house('evaluate'), policy, 20, rng.fork('bootstrap')).mean / day;

const coin = rng.fork('coin');
export const random = days(() => coin.integer(2));
export const thermostat = days(([room]) => (room < 0 ? heatingOn : heatingOff));
export const learned = days((observation) => agent.greedyAction(observation));
console.log(`degrees off, on average: random ${random.toFixed(2)}, thermostat ${thermostat.toFixed(2)}, learned ${learned.toFixed(2)}`);
