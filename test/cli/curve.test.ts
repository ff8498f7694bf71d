import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Curve, drawCurve } from '../../src/cli/curve.ts';
import { averagedEpisodes, type Episode, movingAverage, recentMean } from '../../src/cli/episodes.ts';

const someEpisodes = (most: number): fc.Arbitrary<Episode[]> =>
  fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.double({ min: -1e6, max: 1e6, noNaN: true })), { maxLength: most }).map((pairs) => {
    let step = 0;
    return pairs.map(([length, reached]) => {
      step += length;
      return { step, return: reached };
    });
  });

const someCurve: fc.Arbitrary<Curve> = fc
  .tuple(fc.string(), someEpisodes(200), fc.option(fc.double({ min: -1e6, max: 1e6, noNaN: true })))
  .map(([title, episodes, mean]) => ({
    title,
    steps: Math.max(1, episodes.at(-1)?.step ?? 1000),
    episodes,
    ...(mean !== null && { evaluation: { mean, episodes: 100 } }),
  }));

/** Every number in the geometry: positions of text and path data. */
function coordinates(svg: string): number[] {
  const geometry = [...svg.matchAll(/ (?:d|x|y|width|height)="([^"]*)"/g)].map((match) => match[1]);
  return geometry.flatMap((text) => text.split(/[A-Za-z ]+/).filter((part) => part !== '')).map(Number);
}

test('whatever is drawn is finite and lies inside the picture', () => {
  fc.assert(
    fc.property(someCurve, (curve) => {
      for (const coordinate of coordinates(drawCurve(curve))) {
        expect(coordinate).toBeGreaterThanOrEqual(-14); // relative lines of the diamond
        expect(coordinate).toBeLessThanOrEqual(760);
      }
    }),
    { numRuns: 200 },
  );
});

test('one dot for each episode while there is room, and a bounded file when there is not', () => {
  const many = (count: number): Episode[] => Array.from({ length: count }, (_, i) => ({ step: i + 1, return: i % 17 }));
  const dotsIn = (svg: string): number => svg.match(/h0(?=[M"])/g)!.length - 1; // one is in the legend
  expect(dotsIn(drawCurve({ title: 't', steps: 100, episodes: many(100) }))).toBe(100);
  expect(drawCurve({ title: 't', steps: 200_000, episodes: many(200_000) }).length).toBeLessThan(60_000);
});

test('title, description and every special character', () => {
  const svg = drawCurve({ title: '<a> & b', steps: 10, episodes: [{ step: 10, return: 3 }], evaluation: { mean: 2.5, episodes: 100 } });
  expect(svg).toContain('<title id="title">&lt;a&gt; &amp; b</title>');
  expect(svg).toContain(
    'Returns of 1 episode over 10 environment steps, the last 1 with a mean of 3. ' +
      'The final network scored a mean of 2.50 over 100 greedy episodes.</desc>',
  );
  expect(svg).toContain('final network, greedy');
  expect(svg).toContain('prefers-color-scheme: dark');
});

test('before the first episode there are axes and a note, and no evaluation is claimed', () => {
  const svg = drawCurve({ title: 't', steps: 1000, episodes: [] });
  expect(svg).toContain('no episode has ended yet');
  expect(svg).not.toContain('final network');
});

test('the moving average is the mean of a window, and ends with the recent mean', () => {
  fc.assert(
    fc.property(someEpisodes(100), (episodes) => {
      const averages = movingAverage(episodes);
      averages.forEach(({ step, return: average }, i) => {
        const window = episodes.slice(Math.max(0, i + 1 - averagedEpisodes), i + 1);
        expect(step).toBe(episodes[i].step);
        expect(average).toBeCloseTo(window.reduce((sum, episode) => sum + episode.return, 0) / window.length, 4);
      });
      if (episodes.length > 0) expect(recentMean(episodes)).toBeCloseTo(averages[averages.length - 1].return, 4);
      else expect(recentMean(episodes)).toBeUndefined();
    }),
  );
});
