// Runs in Node, Deno or Bun: <engine> process.mjs <address of the package's door>. Prints the report as one line of JSON.

import process from 'node:process';
import { createReport } from './report.mjs';

const deepq = await import(process.argv[2]);
process.stdout.write(`${JSON.stringify(await createReport(deepq))}\n`);
