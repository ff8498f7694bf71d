// Runs the compiled example whose file name begins with the number on the command line, such as 01; without one, lists them.
import { readdirSync } from 'node:fs';

const folder = new URL('../build/examples/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.js'));
const wanted = process.argv[2];
const found = wanted && names.find((name) => name.startsWith(wanted));

if (found) {
  const example = await import(new URL(found, folder).href);
  example.main?.(); // most examples run as they are imported; those that tests take step by step have a main
} else {
  console.error(`${wanted ? `There is no example ${wanted}. ` : ''}Examples: ${names.map((name) => name.replace('.js', '')).join(', ')}`);
  process.exitCode = 2;
}
