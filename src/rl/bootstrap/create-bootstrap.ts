// From a configuration to what a goal takes from the next state.

import type { ReturnModel } from '../returns/return-model.ts';
import type { Bootstrap } from './bootstrap.ts';
import { greedyBootstrap } from './greedy.ts';
import { type MunchausenOptions, munchausenBootstrap } from './munchausen.ts';

export type BootstrapConfig = { readonly kind: 'greedy' } | ({ readonly kind: 'munchausen' } & MunchausenOptions);

export const createBootstrap = (config: BootstrapConfig, returns: ReturnModel): Bootstrap =>
  config.kind === 'greedy' ? greedyBootstrap : munchausenBootstrap(returns, config);
