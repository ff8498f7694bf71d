// The runs that every engine is compared with can be had again and again, and another seed would show: `npm run test:engines` does
// the comparing, for it needs the other engines.

import * as deepq from 'deepq';
import { expect, test } from 'vitest';

interface Report {
  readonly backend: string;
  readonly default: readonly (readonly [string, string])[];
  readonly javaScript: readonly (readonly [string, string])[];
}

test('a report gives every workload a fingerprint of its own, the same each time, and leaves the backend as it was', async () => {
  const path = './engines/report.mjs'; // a name that the compiler does not follow: the file has no types
  const { createReport } = (await import(path)) as { createReport(given: typeof deepq): Promise<Report> };
  const before = deepq.backend();
  const report = await createReport(deepq);
  expect(deepq.backend()).toBe(before);
  expect(report.backend).toBe(before.name);
  for (const set of [report.default, report.javaScript]) {
    expect(set.length).toBeGreaterThan(10);
    expect(new Set(set.map(([, hash]) => hash)).size).toBe(set.length);
    for (const [, hash] of set) expect(hash).toMatch(/^[0-9a-f]{64}$/);
  }
  expect(await createReport(deepq)).toEqual(report);
});
