// The rl floor's door.

export { checkEnv, findEnvProblems } from './check-env.ts';
export type { Env, Step } from './env.ts';
export { checkAction, checkSize, checkStep, restoreEnv, saveEnv } from './env.ts';
export { Acrobot } from './envs/acrobot.ts';
export { CartPole } from './envs/cart-pole.ts';
export type { CatchOptions } from './envs/catch.ts';
export { Catch } from './envs/catch.ts';
export type { ChainOptions } from './envs/chain.ts';
export { Chain, chainMdp, chainQ } from './envs/chain.ts';
export { DeepSea } from './envs/deep-sea.ts';
export type { GridWorldOptions } from './envs/grid-world.ts';
export { GridWorld, gridWorld3x3, gridWorldMdp } from './envs/grid-world.ts';
export { MountainCar } from './envs/mountain-car.ts';
export type { EnvEntry } from './envs/registry.ts';
export { createEnv, envs, findEnv } from './envs/registry.ts';
export { cos, sin } from './envs/trigonometry.ts';
export { closestName, suggestion, UnknownNameError } from './suggest.ts';
export type { Mdp, Outcome } from './tabular/mdp.ts';
export type { QLearningOptions } from './tabular/q-learning.ts';
export { QTable } from './tabular/q-learning.ts';
export { TableEnv } from './tabular/table-env.ts';
export type { ExactValues } from './tabular/value-iteration.ts';
export { valueIteration } from './tabular/value-iteration.ts';
export { FrameStack } from './wrappers/frame-stack.ts';
export { TimeLimit } from './wrappers/time-limit.ts';
