// The loop that only multiplies and adds, as a contestant: it takes its turns between the others, so that percentages of it are of
// what the machine could do at that moment. Its argument says whether it may fuse.

import { type LimitLoop, multiplyAddLoops } from '../../src/index.ts';
import { checkClose } from '../case.ts';
import type { Contestant } from './contestant.ts';

export async function create(kind = 'plain'): Promise<Contestant> {
  const loops = multiplyAddLoops({ fused: kind === 'fused' });
  if (loops.length === 0) throw new Error('this engine has no such instructions');
  for (const { name, run, expected } of loops) checkClose(name, [run()], [expected], 1e-3 * Math.abs(expected));
  const { run, amount } = fastest(loops);
  return {
    version: `${amount} operations`,
    prepare: () => ({ result: () => Float32Array.of(amount), run: () => void run() }),
  };
}

/** The loop of the highest rate, each timed for at least 10 ms after as long a warm-up. */
function fastest(loops: readonly LimitLoop[]): LimitLoop {
  const rate = ({ run, amount }: LimitLoop): number => {
    let best = 0;
    for (const end = performance.now() + 20; performance.now() < end; ) {
      const start = performance.now();
      for (let i = 0; i < 10; i++) run();
      best = Math.max(best, (10 * amount) / (performance.now() - start));
    }
    return best;
  };
  return [...loops].sort((a, b) => rate(b) - rate(a))[0];
}
