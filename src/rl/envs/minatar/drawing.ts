// MinAtar boards for people: as lines of characters and as pictures of one pixel a cell.

import type { Image } from '../../env.ts';

/** One kind of thing on a board. */
export interface MinAtarChannel {
  readonly name: string;
  /** One character, for drawing on a terminal. */
  readonly glyph: string;
  /** Red, green and blue, 0…255. */
  readonly color: readonly [red: number, green: number, blue: number];
  /** A trail tells where things come from, and is drawn only where nothing else is. */
  readonly trail?: boolean;
}

/** An observation [size, size, channels] as so many lines of as many characters, with spaces between them. */
export function drawText(observation: Float32Array, channels: readonly MinAtarChannel[], size: number): string {
  const shown = shownChannels(observation, channels);
  const line = (y: number): string => Array.from({ length: size }, (_, x) => shown[y * size + x]?.glyph ?? ' ').join(' ');
  return Array.from({ length: size }, (_, y) => line(y)).join('\n');
}

/** An observation [size, size, channels] as a picture on black. */
export function drawImage(observation: Float32Array, channels: readonly MinAtarChannel[], size: number): Image {
  const rgb = new Uint8Array(size * size * 3);
  for (const [cell, channel] of shownChannels(observation, channels).entries()) if (channel) rgb.set(channel.color, 3 * cell);
  return { width: size, height: size, rgb };
}

/** For each cell the channel to be seen there, the first that is no trail if possible; undefined where nothing is. */
function shownChannels(observation: Float32Array, channels: readonly MinAtarChannel[]): (MinAtarChannel | undefined)[] {
  const depth = channels.length;
  return Array.from({ length: observation.length / depth }, (_, cell) => {
    const present = channels.filter((_, channel) => observation[cell * depth + channel] === 1);
    return present.find((channel) => !channel.trail) ?? present[0];
  });
}
