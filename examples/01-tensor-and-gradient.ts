// 01 · A tensor and a gradient.
//
// A neuron computes tanh(x · w + b). We ask how a loss changes when each number of w and b changes, check the answer with the
// definition of a derivative, and then walk downhill. That is all that training a network is.

import { affine, mean, parameter, squared, Tape, type Tensor, tanh, tensor } from 'deepq';

// Four inputs of two numbers each, and what the neuron should answer: the sign of the first number.
const x = tensor([
  [1, 0.5],
  [0.5, -1],
  [-1, 1],
  [-0.5, -0.5],
]); // [4, 2]
const goal = tensor([[1], [1], [-1], [-1]]); // [4, 1]

// What is to be learned. A parameter is a tensor that tapes compute gradients for.
const w = parameter([[0.1], [0.2]]); // [2, 1]
const b = parameter([0]); // [1]

const loss = (): Tensor => mean(squared(tanh(affine(x, w, b)), goal)); // one number

// A tape remembers the operations while it records, and walks back through them for the gradients.
const tape = new Tape();
const recorded = tape.record(loss);
const gradients = tape.gradients(recorded);
export const gradient = gradients.get(w)!; // laid out like w; there is one, because the loss depends on w

console.log(`loss ${recorded.item().toFixed(4)}`);
console.log(`gradient in w, by the tape:       ${Array.from(gradient, (d) => d.toFixed(4)).join('  ')}`);

// The same by definition: move one number a little both ways and see how the loss follows. Nothing is recorded here.
export const differences = Float32Array.from(w.data, (value, i) => {
  const step = 0.01;
  w.data[i] = value + step;
  const above = loss().item();
  w.data[i] = value - step;
  const below = loss().item();
  w.data[i] = value;
  return (above - below) / (2 * step);
});
console.log(`gradient in w, by the definition: ${Array.from(differences, (d) => d.toFixed(4)).join('  ')}`);

// Downhill: every parameter moves a little against its gradient. Each round records anew; no gradient is left over.
export const losses: number[] = [];
for (let step = 0; step <= 100; step++) {
  const tape = new Tape();
  const now = tape.record(loss);
  const gradients = tape.gradients(now);
  for (const learned of [w, b]) {
    const d = gradients.get(learned)!;
    for (let i = 0; i < d.length; i++) learned.data[i] -= 0.5 * d[i];
  }
  losses.push(now.item());
  if (step % 20 === 0) console.log(`step ${String(step).padStart(3)}  loss ${now.item().toFixed(4)}`);
}

export const answers = tanh(affine(x, w, b));
console.log(`answers ${Array.from(answers.data, (a) => a.toFixed(2)).join('  ')}   wanted ${Array.from(goal.data).join('  ')}`);
