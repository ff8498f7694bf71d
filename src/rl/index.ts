// The rl floor's door.

export type { Env, Step } from './env.ts';
