// 02 · Fit a curve.
//
// A network of two hidden layers learns sin(x) from 64 points. Layers hold the parameters, an optimizer moves them.

import { Adam, Linear, mean, parameterCount, Rng, Sequential, squared, Tape, type Tensor, tensor } from 'deepq';

const rng = new Rng(1); // every random number of this program comes from it
const network = new Sequential([
  new Linear(1, 32, rng, { activation: 'tanh' }),
  new Linear(32, 32, rng, { activation: 'tanh' }),
  new Linear(32, 1, rng),
]);
const optimizer = new Adam(network.parameters(), { learningRate: 0.01 });

const points = Array.from({ length: 64 }, (_, i) => -Math.PI + (2 * Math.PI * i) / 63);
const x = tensor(points, [64, 1]);
const goal = tensor(points.map(Math.sin), [64, 1]);

console.log(`${parameterCount(network)} parameters`);
for (let step = 0; step <= 500; step++) {
  const tape = new Tape();
  const loss = tape.record(() => mean(squared(network.forward(x), goal)));
  optimizer.step(tape.gradients(loss));
  if (step % 100 === 0) console.log(`step ${String(step).padStart(3)}  mean squared error ${loss.item().toExponential(1)}`);
}

export const fitted: Tensor = network.forward(x);
export const largestError = Math.max(...fitted.data.map((y, i) => Math.abs(y - goal.data[i])));

// The curve as text: o where the network says, · where it misses and the sine is.
const rows = 11;
const rowOf = (y: number): number => Math.round(((1.1 - y) / 2.2) * (rows - 1));
const picture = Array.from({ length: rows }, () => Array<string>(points.length).fill(' '));
points.forEach((_, i) => {
  picture[rowOf(goal.data[i])][i] = '·';
  picture[rowOf(fitted.data[i])][i] = 'o';
});
console.log(picture.map((row) => row.join('')).join('\n'));
console.log(`largest error ${largestError.toFixed(3)}`);
