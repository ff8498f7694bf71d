// The sum tree alone: a search for a random point, and a change at a random place. The larger one does not fit a cache near the
// processor, so that the last levels of each walk wait for memory.

import { Rng } from '../src/index.ts';
import { SumTree } from '../src/rl/sum-tree.ts';
import { type Case, checkClose } from './case.ts';

/** Searches or changes in one run. */
const count = 1000;

export const sumTreeCases = (): Case[] => [100_000, 1_000_000].flatMap(createCases);

function createCases(size: number): Case[] {
  const tree = new SumTree(size);
  const rng = new Rng(13);
  for (let i = 0; i < size; i++) tree.set(i, rng.uniform());
  const points = Float64Array.from({ length: count }, () => rng.uniform() * tree.total);
  const places = Int32Array.from({ length: count }, () => rng.integer(size));
  const values = Float64Array.from({ length: count }, () => rng.uniform());
  const name = `sum tree of ${size.toLocaleString('en-US')}`;
  return [
    {
      name: `${name}, find`,
      work: { amount: count, unit: 'searches' },
      check() {
        checkTree(this.name, size);
      },
      run() {
        let sum = 0;
        for (const point of points) sum += tree.find(point);
        return sum;
      },
    },
    {
      name: `${name}, set`,
      work: { amount: count, unit: 'changes' },
      check() {
        checkTree(this.name, size);
      },
      run() {
        for (let i = 0; i < count; i++) tree.set(places[i], values[i]);
        return tree.total;
      },
    },
  ];
}

/** A tree of whole numbers, changed here and there, against a list of running sums: exactly equal. */
function checkTree(who: string, size: number): void {
  const rng = new Rng(14);
  const tree = new SumTree(size);
  const values = Array.from({ length: size }, () => rng.integer(4));
  for (const [place, value] of values.entries()) tree.set(place, value);
  for (let i = 0; i < count; i++) {
    const place = rng.integer(size);
    values[place] = rng.integer(9);
    tree.set(place, values[place]);
  }
  // The place of each whole point: as often in the list as its value says.
  const placeOf = values.flatMap((value, place) => new Array<number>(value).fill(place));
  const points = Array.from({ length: count }, () => rng.integer(placeOf.length));
  checkClose(`${who}: total`, [tree.total], [placeOf.length], 0);
  checkClose(
    `${who}: places`,
    points.map((point) => tree.find(point)),
    points.map((point) => placeOf[point]),
    0,
  );
}
