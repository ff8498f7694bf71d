import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluationMetrics, type Metrics, metricsOf, metricsUpTo } from '../../src/cli/metrics.ts';
import { createEnv, DqnAgent, defaultConfig, type Evaluation, Rng, type StepReport, valueAt } from '../../src/index.ts';

const agentLearningEvery = (updateEverySteps: number): DqnAgent =>
  new DqnAgent(createEnv('Chain', new Rng(0)), { ...defaultConfig, updateEverySteps, replayCapacity: 64 });

const update = { loss: 0.5, meanQ: 1.5, gradientNorm: 2.5 };

test('a step that ends an episode and one that learned make one line under the common names', () => {
  const report: StepReport = { step: 200, episode: { return: 7, length: 9 }, update };
  expect(metricsOf(report, agentLearningEvery(2), () => 1234.5)).toEqual({
    global_step: 200,
    'charts/episodic_return': 7,
    'charts/episodic_length': 9,
    'losses/td_loss': 0.5,
    'losses/q_values': 1.5,
    'losses/gradient_norm': 2.5,
    'charts/learning_rate': valueAt(defaultConfig.learningRate, 200),
    'charts/epsilon': 1,
    'charts/SPS': 1235,
  });
});

test('one update in a hundred steps is written, whatever the pace of updates', () => {
  for (const pace of [1, 2, 3, 7, 100, 250]) {
    const agent = agentLearningEvery(pace);
    const written: number[] = [];
    for (let step = pace; step <= 3000; step += pace) {
      if (metricsOf({ step, update }, agent, () => 0) !== undefined) written.push(step);
    }
    expect(new Set(written.map((step) => Math.floor(step / 100))).size).toBe(written.length);
    // The one that belongs to step 3000 itself comes after it unless an update falls on it.
    expect(written.length).toBe(pace > 100 ? 3000 / pace : 3000 % pace === 0 ? 30 : 29);
  }
});

test('an ordinary step is no line', () => {
  expect(metricsOf({ step: 101 }, agentLearningEvery(1), () => 0)).toBeUndefined();
  expect(metricsOf({ step: 101, update }, agentLearningEvery(1), () => 0)).toBeUndefined();
});

const evaluation: Evaluation = { returns: [1, 2, 6], mean: 3, median: 2, worst: 1, iqm: 2.2, interval: [1.5, 2.5] };
const episodeLine = (step: number): Metrics => ({ global_step: step, 'charts/episodic_return': 2 * step, 'charts/epsilon': 1 });
const lossLine = (step: number): Metrics => ({ global_step: step, 'losses/td_loss': 1 });
const textOf = (lines: readonly Metrics[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join('');

test('an evaluation keeps all returns', () => {
  expect(evaluationMetrics(10, evaluation)).toEqual({
    global_step: 10,
    'eval/episodes': 3,
    'eval/mean_return': 3,
    'eval/median_return': 2,
    'eval/worst_return': 1,
    'eval/iqm_return': 2.2,
    'eval/iqm_low': 1.5,
    'eval/iqm_high': 2.5,
    'eval/returns': [1, 2, 6],
  });
});

describe('cutting a file back to a step', () => {
  test('keeps exactly the lines up to it, and finds the episodes in them', () => {
    const someLines = fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.boolean()), { maxLength: 30 }).map((gaps) => {
      let step = 0;
      return gaps.map(([gap, ends]) => {
        step += gap;
        return ends ? episodeLine(step) : lossLine(step);
      });
    });
    fc.assert(
      fc.property(someLines, fc.nat(100), fc.nat(40), (lines, cut, torn) => {
        const kept = lines.filter((line) => line.global_step <= cut);
        const whole = textOf(lines);
        const episodes = kept.filter((line) => 'charts/episodic_return' in line);
        const expected = {
          text: textOf(kept),
          episodes: episodes.map((line) => ({ step: line.global_step, return: 2 * line.global_step })),
        };
        expect(metricsUpTo(cut, whole, 'file')).toEqual(expected);
        // A killed process may have begun another line.
        expect(metricsUpTo(cut, whole + JSON.stringify(episodeLine(1e6)).slice(0, torn % 20), 'file')).toEqual(expected);
      }),
    );
  });

  test('drops evaluations, because an uninterrupted run makes none on its way', () => {
    const lines = [episodeLine(1), episodeLine(2), evaluationMetrics(2, evaluation)];
    expect(metricsUpTo(2, textOf(lines), 'file').text).toBe(textOf(lines.slice(0, 2)));
  });

  test.each(['', 'null', '{}', '{"global_step":"1"}', '{"global_step":1', '\u0000'])(
    'refuses a damaged line %j between others',
    (damaged) => {
      const text = `${textOf([episodeLine(1)])}${damaged}\n${textOf([episodeLine(3)])}`;
      expect(() => metricsUpTo(9, text, 'runs/x/metrics.jsonl')).toThrow('every line must be an object with "global_step"');
      expect(() => metricsUpTo(9, text, 'runs/x/metrics.jsonl')).toThrow('in line 2');
    },
  );
});
