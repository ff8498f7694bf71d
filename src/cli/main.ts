#!/usr/bin/env node
// The deepq command. Exit codes: 0 done, 1 failed, 2 wrong command line, 130 interrupted (see exit.ts).

import { readFileSync } from 'node:fs';
import { runCli } from './cli.ts';
import { processHost } from './host.ts';

const { version }: { version: string } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
process.exitCode = await runCli(process.argv.slice(2), version, processHost());
