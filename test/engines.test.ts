// The runs that engines are compared by can be had again and again. The comparing is done by `npm run test:engines`, for it needs the
// other engines.

import * as deepq from 'deepq';
import { expect, test } from 'vitest';

type Workload = (given: typeof deepq) => Uint8Array;

const path = './engines/workloads.mjs'; // a name that the compiler does not follow: the file has no types
const { workloads } = (await import(path)) as { workloads: ReadonlyMap<string, Workload> };

test.each([...workloads])('%s gives the same bytes twice', (_, compute) => {
  const bytes = compute(deepq);
  expect(bytes.length).toBeGreaterThan(1000);
  expect(Buffer.from(bytes).equals(compute(deepq))).toBe(true);
});
