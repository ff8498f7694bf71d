// What the five MinAtar games share [Young & Tian 2019]: a board of 10 × 10 cells, a channel of zeros and ones for each kind of thing
// on it, and six actions. A game knows its rules; here are the observation, the actions' numbers, the endings and the drawing.
//
// A sticky action comes before anything the game draws, from the same generator: give one Rng to the game and to StickyAction.

import { FormatError, readArray, readBoolean, readRngState, readSnapshot, type Snapshot } from '../../../nn/index.ts';
import { type Rng, type Shape, sizeOf } from '../../../tensor/index.ts';
import { checkStep, type Env, type Image, type Step } from '../../env.ts';
import { ObservationSheet } from '../../observation-sheet.ts';
import { drawImage, drawText, type MinAtarChannel } from './drawing.ts';

/** Rows and columns of every board. A cell is (x, y): x grows to the right, y downwards, both from 0. */
export const boardSize = 10;

// The actions of every game, by number. 0 does nothing, and so does one that a game has no use for.
export const left = 1;
export const up = 2;
export const right = 3;
export const down = 4;
export const fire = 5;

/** Names of the actions, by number. */
export const minAtarActions: readonly string[] = ['nothing', 'left', 'up', 'right', 'down', 'fire'];

export interface MinAtarOptions {
  /** Whether the game grows harder as it goes on, where it can. True by default. */
  readonly ramping?: boolean;
  /** All six actions, as results are published by default, or only those that the game has a use for, renumbered from 0. */
  readonly actions?: 'all' | 'minimal';
}

/** What is fixed about a game. */
export interface MinAtarRules {
  readonly name: string;
  readonly channels: readonly MinAtarChannel[];
  /** The actions it has a use for, rising, the first of them 0. */
  readonly minimalActions: readonly number[];
}

/** The observation [10, 10, channels] is 1 where a channel's thing is, 0 elsewhere. */
export abstract class MinAtarGame implements Env {
  readonly observationShape: Shape;
  readonly actionCount: number;
  readonly rules: MinAtarRules;
  protected readonly rng: Rng;
  protected readonly ramping: boolean;
  readonly #actions: readonly number[];
  readonly #observations: ObservationSheet;
  #running = false;

  constructor(rules: MinAtarRules, rng: Rng, { ramping = true, actions = 'all' }: MinAtarOptions) {
    this.rules = rules;
    this.rng = rng;
    this.ramping = ramping;
    this.#actions = actions === 'all' ? minAtarActions.map((_, action) => action) : rules.minimalActions;
    this.actionCount = this.#actions.length;
    this.observationShape = [boardSize, boardSize, rules.channels.length];
    this.#observations = new ObservationSheet(sizeOf(this.observationShape));
  }

  /** Puts everything where an episode begins. */
  protected abstract begin(): void;
  /** Plays one step by the rules and returns its reward. Calls `end()` when the episode is over, and goes on to the step's end. */
  protected abstract advance(action: number): number;
  /** Calls `mark()` for everything on the board. */
  protected abstract paint(observation: Float32Array): void;
  /** The situation on and behind the board. */
  protected abstract save(): Snapshot;
  /** Takes over such a situation, or throws FormatError and changes nothing. */
  protected abstract load(situation: Snapshot): void;

  reset(): Float32Array {
    this.begin();
    this.#running = true;
    return this.#observe();
  }

  step(action: number): Step {
    checkStep(`${this.rules.name}.step`, this.#running, action, this.actionCount);
    const reward = this.advance(this.#actions[action]);
    return { observation: this.#observe(), reward, terminated: !this.#running, truncated: false };
  }

  state(): Snapshot {
    return { running: this.#running, situation: this.save(), rng: this.rng.state() };
  }

  restore(snapshot: Snapshot): void {
    const running = readBoolean(snapshot, 'running');
    const rng = readRngState(snapshot, 'rng');
    this.load(readSnapshot(snapshot, 'situation'));
    this.rng.restore(rng);
    this.#running = running;
  }

  render(): string {
    return drawText(this.#observe(), this.rules.channels, boardSize);
  }

  image(): Image {
    return drawImage(this.#observe(), this.rules.channels, boardSize);
  }

  /** The episode is over after this step. */
  protected end(): void {
    this.#running = false;
  }

  /** Shows a thing in its channel; nothing when its cell is outside of the board. */
  protected mark(observation: Float32Array, channel: number, x: number, y: number): void {
    if (isInside(x)) observation[(y * boardSize + x) * this.rules.channels.length + channel] = 1;
  }

  /** Shows a thing in every cell where the map has a 1. */
  protected markMap(observation: Float32Array, channel: number, map: Uint8Array): void {
    const depth = this.rules.channels.length;
    for (let cell = 0; cell < map.length; cell++) if (map[cell] === 1) observation[cell * depth + channel] = 1;
  }

  #observe(): Float32Array {
    const observation = this.#observations.next();
    this.paint(observation);
    return observation;
  }
}

/** Whether a coordinate is on the board. */
export const isInside = (coordinate: number): boolean => coordinate >= 0 && coordinate < boardSize;

/** The nearest coordinate in low … high, which is the whole board by default. */
export const clamp = (coordinate: number, low = 0, high: number = boardSize - 1): number => Math.min(Math.max(coordinate, low), high);

/** The map of the board, 0 or 1 for each cell, stored under a name. Throws FormatError. */
export function readMap(snapshot: Snapshot, name: string): Uint8Array {
  const map = readArray(snapshot, name, Uint8Array, boardSize * boardSize);
  const wrong = map.find((cell) => cell > 1);
  if (wrong !== undefined) throw new FormatError(`snapshot: "${name}" must hold 0 and 1 only; got ${wrong}`);
  return map.slice();
}
