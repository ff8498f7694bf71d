// npm run bench:browser — the same groups in headless Chromium, each group on each backend in each round in a browser of its own. It
// takes the words of `npm run bench`, except --save. CHROMIUM names the program, `chromium` by default.

import { groups } from '../groups.ts';
import { describeMachine, formatMachine } from '../machine.ts';
import { rotate } from '../measure.ts';
import { type BenchOptions, budgetOf, parseOptions, roundsOf, usage } from '../options.ts';
import { type Result, type RoundSamples, summarize } from '../statistics.ts';
import { formatMarkdown, formatResults } from '../table.ts';
import { Chromium } from './chromium.ts';

async function main(options: BenchOptions): Promise<void> {
  const program = process.env['CHROMIUM'] ?? 'chromium';
  const print = (text: string): void => void (options.json || process.stdout.write(text));
  const machine = { ...describeMachine(), runtime: `${program}, ${process.platform} ${process.arch}` };
  print(`${formatMachine(machine)}\n`);
  const chromium = await Chromium.start(program);
  const results: Result[] = [];
  try {
    for (const group of groups.filter(({ name }) => options.groups.includes(name))) {
      print(`\n${group.name}: ${group.description}\n`);
      const measured = group.kernelFree ? ['js'] : options.backends;
      const rounds = new Map(measured.map((backend): [string, RoundSamples[][]] => [backend, []]));
      for (let round = 0; round < roundsOf(options.quick); round++) {
        for (const backend of rotate(measured, round)) {
          const numbers = Object.entries({ round, ...budgetOf(options.quick) }).map(([name, value]) => [name, String(value)]);
          const answer = await chromium.ask({ group: group.name, backend, ...Object.fromEntries(numbers) });
          if (Array.isArray(answer))
            rounds.get(backend)?.push(answer as RoundSamples[]); // sent by page.ts
          else if (!isAbsent(answer)) throw new Error(`${group.name} on ${backend}: ${JSON.stringify(answer)}`);
        }
      }
      const found = [...rounds].flatMap(([backend, samples]) => summarize(group.name, group.kernelFree ? 'none' : backend, samples));
      if (found.length > 0) print(options.markdown ? `\n${formatMarkdown(found)}` : formatResults(found));
      results.push(...found);
    }
  } finally {
    chromium.close();
  }
  if (options.json) process.stdout.write(`${JSON.stringify({ date: new Date().toISOString(), machine, quick: options.quick, results })}\n`);
}

/** The page says so where it cannot run a backend. */
const isAbsent = (answer: unknown): boolean => typeof answer === 'object' && answer !== null && 'absent' in answer;

try {
  const options = parseOptions(process.argv.slice(2));
  if (options.save) throw new RangeError('bench:browser: must stand without --save; saved runs are those of Node');
  if (options.help) process.stdout.write(usage);
  else await main(options);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
