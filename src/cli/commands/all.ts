// The table of commands, in the order in which help lists them.

import type { Command } from '../command.ts';
import { ablate } from './ablate.ts';
import { bench } from './bench.ts';
import { envs } from './envs.ts';
import { evaluate } from './eval.ts';
import { experiment } from './experiment.ts';
import { play } from './play.ts';
import { presets } from './presets.ts';
import { report } from './report.ts';
import { resume } from './resume.ts';
import { train } from './train.ts';

export const commands: readonly Command[] = [train, resume, evaluate, play, experiment, ablate, report, bench, envs, presets];
