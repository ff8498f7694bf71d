// One process, one group, one backend, one round: node worker.js <group> <backend> <round> <quick> [<case>]. Prints the samples as
// JSON. Processes are not shared between groups or backends, because what a compiler learned from one would colour the other.
// With a case's number only that one is measured. node worker.js --able <backend> ends with 0 where the kernels run, 3 elsewhere.

import { useBackend } from '../src/index.ts';
import { backends } from './backends.ts';
import { groups } from './groups.ts';
import { measure } from './measure.ts';
import { budgetOf } from './options.ts';
import { samplesOf } from './statistics.ts';

const [groupName, backendName, round, quick, only] = process.argv.slice(2);
const group = groups.find(({ name }) => name === groupName);
const created = backends.get(backendName)?.();
if (groupName === '--able') process.exit(created ? 0 : 3);
if (group === undefined) throw new Error(`worker: the group must exist; got ${groupName}`);
if (!created) throw new Error(`worker: the backend must exist and run here; got ${backendName}`);

if ('ready' in created) await created.ready; // other threads have started, or will not
useBackend(created);
const cases = group.createCases().filter((_, i) => only === undefined || i === Number(only));
const measured = measure(cases, Number(round), budgetOf(quick === 'true'));
process.stdout.write(JSON.stringify(samplesOf(cases, measured)));
