// The additions to deep Q-learning as switches: which of them a configuration has on, and the same configuration with one of them
// off. What an addition is worth in a run is what is lost without it [Hessel 2018, fig. 3].

import type { DqnConfig } from './config.ts';

export interface Switch {
  readonly name: string;
  readonly isOn: (config: DqnConfig) => boolean;
  /** The configuration without it; everything else stays. */
  readonly off: (config: DqnConfig) => DqnConfig;
}

export const switches: readonly Switch[] = [
  { name: 'double', isOn: ({ double }) => double, off: (config) => ({ ...config, double: false }) },
  { name: 'dueling', isOn: ({ dueling }) => dueling, off: (config) => ({ ...config, dueling: false }) },
  {
    name: 'prioritized',
    isOn: ({ sampling }) => sampling.kind === 'prioritized',
    off: (config) => ({ ...config, sampling: { kind: 'uniform' } }),
  },
  { name: 'n-step', isOn: ({ nStep }) => nStep > 1, off: (config) => ({ ...config, nStep: 1 }) },
  { name: 'noisy', isOn: ({ noise }) => noise > 0, off: (config) => ({ ...config, noise: 0 }) },
  {
    name: 'distributional',
    isOn: ({ loss }) => loss.kind === 'categorical' || loss.kind === 'quantile',
    off: (config) => ({ ...config, loss: { kind: 'huber', delta: 1 } }),
  },
  {
    name: 'munchausen',
    isOn: ({ bootstrap }) => bootstrap.kind === 'munchausen',
    off: (config) => ({ ...config, bootstrap: { kind: 'greedy' } }),
  },
  {
    name: 'layer norm',
    isOn: ({ network }) => network.layerNorm,
    off: (config) => ({ ...config, network: { ...config.network, layerNorm: false } }),
  },
];
