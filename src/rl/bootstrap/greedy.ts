// The next state is worth what its best action is worth [Watkins 1989]. The values to choose by may come from another network than
// the value that is used [van Hasselt 2016].

import { argmax, select } from '../../tensor/index.ts';
import type { Bootstrap } from './bootstrap.ts';

export const greedyBootstrap: Bootstrap = {
  value: (next, choice) => select(next, argmax(choice)), // [B, Z]
  reward: (batch) => batch.reward,
};
