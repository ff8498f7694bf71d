# Deep Q-learning on CartPole in one straightforward loop, in the style of single-file implementations: a numpy environment, a numpy
# ring of transitions, one network for acting and learning, one as target.

import math

import numpy as np
import torch
from torch import nn

from networks import argmax_action, update_step


class CartPole:
    """CartPole-v1 with its limit of 500 steps; the same rules and constants as deepq's."""

    def __init__(self, rng):
        self.rng = rng
        self.state = None
        self.steps = 0

    def reset(self):
        self.state = self.rng.uniform(-0.05, 0.05, 4)
        self.steps = 0
        return self.state.astype(np.float32)

    def step(self, action):
        x, v, theta, omega = self.state
        force = 10.0 if action == 1 else -10.0
        sine, cosine = math.sin(theta), math.cos(theta)
        common = (force + 0.05 * omega * omega * sine) / 1.1
        alpha = (9.8 * sine - cosine * common) / (0.5 * (4 / 3 - 0.1 * cosine * cosine / 1.1))
        acceleration = common - 0.05 * alpha * cosine / 1.1
        self.state = np.array([x + 0.02 * v, v + 0.02 * acceleration, theta + 0.02 * omega, omega + 0.02 * alpha])
        self.steps += 1
        terminated = bool(abs(self.state[0]) > 2.4 or abs(self.state[2]) > 0.20943951023931953)
        return self.state.astype(np.float32), 1.0, terminated, self.steps >= 500


def trajectory(start, actions):
    """The observations after each of the actions."""
    env = CartPole(None)
    env.state = start.astype(np.float64)
    return np.concatenate([env.step(int(action))[0] for action in actions])


class MLP(nn.Module):
    image = False

    def __init__(self, hidden):
        super().__init__()
        widths = [4, *hidden, 2]
        layers = []
        for inputs, outputs in zip(widths, widths[1:]):
            layers += [nn.Linear(inputs, outputs), nn.ReLU()]
        self.layers = nn.Sequential(*layers[:-1])

    def forward(self, x):
        return self.layers(x)


class CartPoleLoop:
    """`play` goes on where it stopped."""

    def __init__(self, plan):
        torch.manual_seed(1)
        self.plan = plan
        self.rng = np.random.default_rng(1)
        self.env = CartPole(self.rng)
        self.network, self.target = MLP(plan["hidden"]), MLP(plan["hidden"])
        self.target.load_state_dict(self.network.state_dict())
        self.optimizer = torch.optim.Adam(self.network.parameters(), lr=plan["learningRate"])
        capacity = plan["capacity"]
        self.observations = np.zeros((capacity, 4), np.float32)
        self.following = np.zeros((capacity, 4), np.float32)
        self.actions = np.zeros(capacity, np.int64)
        self.rewards = np.zeros(capacity, np.float32)
        self.discounts = np.zeros(capacity, np.float32)
        self.step = self.updates = 0
        self.observation = self.env.reset()

    def play(self, steps):
        plan, capacity = self.plan, self.plan["capacity"]
        for _ in range(steps):
            if self.step < plan["warmupSteps"] or self.rng.random() < plan["epsilon"]:
                action = int(self.rng.integers(2))
            else:
                action = argmax_action(self.network, self.observation, 1)
            observation, reward, terminated, truncated = self.env.step(action)
            at = self.step % capacity
            self.observations[at], self.following[at] = self.observation, observation
            self.actions[at], self.rewards[at] = action, reward
            self.discounts[at] = 0.0 if terminated else plan["gamma"]
            self.observation = self.env.reset() if terminated or truncated else observation
            self.step += 1
            if self.step >= plan["warmupSteps"] and self.step % plan["updateEverySteps"] == 0:
                self.update()

    def update(self):
        rows = self.rng.integers(0, min(self.step, self.plan["capacity"]), self.plan["batchSize"])
        columns = (self.observations, self.following, self.actions, self.rewards, self.discounts)
        update_step(self.network, self.target, self.optimizer, *(torch.from_numpy(column[rows]) for column in columns))
        self.updates += 1
        if self.updates % self.plan["targetEveryUpdates"] == 0:
            self.target.load_state_dict(self.network.state_dict())
