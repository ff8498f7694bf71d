import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawPanels } from '../../src/cli/panels.ts';
import { priorityEdges } from '../../src/index.ts';

const parts = priorityEdges.length + 1;
const metricsOf = (histograms: readonly (readonly number[])[]): string =>
  histograms.map((counts, i) => `${JSON.stringify({ global_step: i + 1, 'diagnostics/priorities': counts })}\n`).join('');

/** The rectangles of every shade: [x, y, width, height]. */
function cellsOf(drawn: readonly string[]): Map<number, number[][]> {
  const shades = new Map<number, number[][]>();
  for (const path of drawn) {
    const [, opacity, d] = /class="shade" fill-opacity="([\d.]+)" d="([^"]*)"/.exec(path) ?? [];
    if (d !== undefined) {
      shades.set(
        Number(opacity),
        [...d.matchAll(/M(\S+) (\S+)h(\S+)v(\S+)h-\S+z/g)].map((match) => match.slice(1, 5).map(Number)),
      );
    }
  }
  return shades;
}

test('a histogram is as dark as its shares, from the smallest priorities at the bottom to the largest', () => {
  const counts = new Array<number>(parts).fill(0);
  counts[0] = 30; // below 10⁻⁶
  counts[parts - 1] = 70; // 10 and more
  const { drawn, height } = drawPanels(metricsOf([counts]), 2);
  const cells = cellsOf(drawn);
  expect([...cells.keys()].sort()).toEqual([0.3, 0.7]);
  const [[[, bottom, , high]], [[, top]]] = [cells.get(0.3)!, cells.get(0.7)!];
  expect(bottom).toBeGreaterThan(top);
  expect(bottom - top).toBeCloseTo(high * (parts - 1), 6);
  expect(height).toBeGreaterThan(0);
  expect(drawn.join('')).toContain('stored transitions by priority');
});

test('however long the run, cells stay inside the panel and are boundedly many', () => {
  const someCounts = fc.array(fc.nat(1000), { minLength: parts, maxLength: parts }).filter((counts) => counts.some((count) => count > 0));
  fc.assert(
    fc.property(fc.array(someCounts, { minLength: 1, maxLength: 300 }), fc.nat(50), (histograms, rest) => {
      const { drawn } = drawPanels(metricsOf(histograms), histograms.length + rest);
      const all = [...cellsOf(drawn).values()].flat();
      expect(all.length).toBeLessThan(60 * parts);
      for (const [x, y, width, height] of all) {
        for (const number of [x, y, width, height]) expect(number).toBeGreaterThan(0);
        expect(x + width).toBeLessThanOrEqual(72 + 298 + 0.1);
        expect(y + height).toBeLessThanOrEqual(420 + 20 + 10 + 120 + 0.1);
      }
    }),
    { numRuns: 50 },
  );
});

test('two returns have a legend in the style of their lines, one of them missing or not', () => {
  const both = [1, 2].map((step) => ({ global_step: step, 'diagnostics/predicted_return': step, 'diagnostics/realised_return': -step }));
  const one = both.map(({ 'diagnostics/predicted_return': _, ...rest }) => rest);
  for (const metrics of [both, one]) {
    const drawn = drawPanels(metrics.map((line) => `${JSON.stringify(line)}\n`).join(''), 2).drawn.join('');
    const keys = [...drawn.matchAll(/class="(inside \w+)" d="M\S+ \S+h18"\/><text class="key"[^>]+>(\w+)</g)].map(([, style, key]) => [
      key,
      style,
    ]);
    expect(keys).toEqual([
      ['predicted', 'inside inside0'],
      ['realised', 'inside inside1'],
    ]);
    // The realised return falls: its line goes down the page, and has its key's style.
    const [, from, to] = /class="inside inside1" d="M\S+ (\S+)L\S+ (\S+)"/.exec(drawn) ?? [];
    expect(Number(to)).toBeGreaterThan(Number(from));
  }
});

test('the numbers of a panel do not reach into the panel on its left', () => {
  const metrics = [0, 1_000_000].map((age) => ({ global_step: 1, 'losses/gradient_norm': 1, 'diagnostics/replay_age': age }));
  const drawn = drawPanels(metrics.map((line) => JSON.stringify(line)).join('\n'), 2).drawn.join('');
  const [, start, width] = /class="grid" d="M(\S+) \S+h([\d.]+)"/.exec(drawn) ?? [];
  const [, end] = /class="tick" x="([\d.]+)"[^>]*>1,000,000</.exec(drawn) ?? [];
  expect(Number(end) - 58).toBeGreaterThanOrEqual(Number(start) + Number(width)); // so wide it is in 12 px Arial
});

test('without diagnostics nothing is drawn and nothing grows', () => {
  expect(drawPanels('{"global_step":1,"losses/gradient_norm":2}\n', 10)).toEqual({ drawn: [], height: 0 });
});
