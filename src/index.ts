// deepq: deep Q-learning from scratch. The three floors, re-exported; each is also published alone.

export * from './nn/index.ts';
export * from './rl/index.ts';
export * from './tensor/index.ts';
