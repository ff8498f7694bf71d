// Recorded games of the MinAtar reference implementation, played again from their recorded draws: every observation, reward,
// ending and number of draws must be equal, and for the first 400 steps of some games everything behind the board too.

import {
  Asterix,
  Breakout,
  Freeway,
  type MinAtarGame,
  type MinAtarOptions,
  Rng,
  Seaquest,
  type Snapshot,
  SpaceInvaders,
  StickyAction,
} from 'deepq';
import { describe, expect, test } from 'vitest';
import { type GoldenData, readGoldenArrays, readGoldenJson } from '../../../support/golden.ts';
import { hiddenVariables } from './hidden-variables.ts';
import { RecordedRng } from './recorded-rng.ts';

interface Index {
  readonly channels: number;
  readonly minimal_actions: readonly number[];
  readonly runs: readonly Run[];
}

interface Run {
  readonly run: string;
  readonly steps: number;
  readonly sticky_prob: number;
  readonly ramping: boolean;
  readonly returns: readonly number[];
  readonly lengths: readonly number[];
}

const games: readonly [file: string, Game: new (rng: Rng, options: MinAtarOptions) => MinAtarGame][] = [
  ['breakout', Breakout],
  ['asterix', Asterix],
  ['freeway', Freeway],
  ['seaquest', Seaquest],
  ['space_invaders', SpaceInvaders],
];

describe.each(games)('%s', (file, Game) => {
  const index = readGoldenJson<Index>(`minatar/${file}.index.json`);
  const arrays = readGoldenArrays(`minatar/${file}.safetensors`);

  test('has the channels and the minimal actions of the recording', () => {
    const { rules } = new Game(new Rng(0), {});
    expect(rules.channels).toHaveLength(index.channels);
    expect(rules.minimalActions).toEqual(index.minimal_actions);
  });

  test.each(index.runs)('plays $steps steps of the run $run', (run) => {
    const column = (name: string): GoldenData => arrays.get(`${run.run}.${name}`)!.data;
    const [action, reward, terminal] = [column('action'), column('reward'), column('terminal')];
    const [drawsPerStep, drawsPerReset] = [column('draws_per_step'), column('draws_per_reset')];
    const packed = new PackedObservations(column('state'), index.channels);
    const draws = { kind: column('rng_kind'), low: column('rng_low'), high: column('rng_high'), value: column('rng_value') };
    const rng = new RecordedRng(draws);
    const game = new Game(rng, { ramping: run.ramping });
    const env = new StickyAction(game, rng, run.sticky_prob);
    const hidden = hiddenRows(file, run.run);

    let expectedDraws = 0;
    let resets = 0;
    const compare = (when: string, observation: Float32Array, drawn: number): void => {
      const row = packed.row;
      packed.expectNext(when, observation);
      expectedDraws += drawn;
      expect(rng.drawn, `draws until ${when}`).toBe(expectedDraws);
      if (row < hidden.length) expect(hiddenVariables(file, game.state()), `behind the board, ${when}`).toEqual(hidden[row]);
    };
    const returns = [0];
    compare('the first reset', env.reset(), drawsPerReset[resets++]);
    for (let t = 0; t < run.steps; t++) {
      const step = env.step(action[t]);
      if (step.reward !== reward[t] || step.terminated !== (terminal[t] === 1) || step.truncated)
        expect.fail(`step ${t}: got ${JSON.stringify({ ...step, observation: [] })}; recorded ${reward[t]}, ${terminal[t]}`);
      returns[returns.length - 1] += step.reward;
      compare(`step ${t}`, step.observation, drawsPerStep[t]);
      if (!step.terminated) continue;
      compare(`the reset after step ${t}`, env.reset(), drawsPerReset[resets++]);
      returns.push(0);
    }
    expect(returns.slice(0, -1)).toEqual(run.returns);
    expect([packed.row, rng.drawn, resets]).toEqual([packed.rows, draws.value.length, drawsPerReset.length]);
  });
});

/** Observations of bits: element i of row-major [10, 10, C] is bit i & 7 of byte i >> 3. */
class PackedObservations {
  readonly rows: number;
  readonly #bytes: GoldenData;
  readonly #length: number;
  readonly #width: number;
  row = 0;

  constructor(bytes: GoldenData, channels: number) {
    this.#bytes = bytes;
    this.#length = 100 * channels;
    this.#width = Math.ceil(this.#length / 8);
    this.rows = bytes.length / this.#width;
  }

  expectNext(when: string, observation: Float32Array): void {
    expect(observation).toHaveLength(this.#length);
    const start = this.row++ * this.#width;
    for (let i = 0; i < this.#length; i++) {
      const recorded = (this.#bytes[start + (i >> 3)] >> (i & 7)) & 1;
      if (observation[i] !== recorded) expect.fail(`${when}: observation[${i}] must be ${recorded}; got ${observation[i]}`);
    }
  }
}

function hiddenRows(file: string, run: string): readonly Snapshot[] {
  return run === 'random' || run === 'planner' ? readGoldenJson<Snapshot[]>(`minatar/${file}.${run}.hidden.json`) : [];
}
