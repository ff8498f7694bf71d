// Runs before every test file: properties are tried on the same generated cases each time, so that what passed passes again and
// what failed fails again. `CASES=7 npm test` tries others.

import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env.CASES ?? 1) });
