// The finished episodes of a run, and the average that smooths them; shared by the progress line and the curve.

export interface Episode {
  /** The environment step at which it ended. */
  readonly step: number;
  readonly return: number;
}

/** Over how many episodes returns are averaged. */
export const averagedEpisodes = 20;

/** The mean return of the last episodes; undefined before the first. */
export function recentMean(episodes: readonly Episode[]): number | undefined {
  const recent = episodes.slice(-averagedEpisodes);
  return recent.length === 0 ? undefined : recent.reduce((sum, episode) => sum + episode.return, 0) / recent.length;
}

/** At each episode, the mean of it and those before it, up to `averagedEpisodes`. */
export function movingAverage(episodes: readonly Episode[]): Episode[] {
  let sum = 0;
  return episodes.map((episode, i) => {
    sum += episode.return;
    if (i >= averagedEpisodes) sum -= episodes[i - averagedEpisodes].return;
    return { step: episode.step, return: sum / Math.min(i + 1, averagedEpisodes) };
  });
}
