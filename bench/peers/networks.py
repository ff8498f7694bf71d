# Q-networks in PyTorch, and one update of deep Q-learning as it is usually written there.

import torch
import torch.nn.functional as F
from torch import nn


class Network(nn.Module):
    """A network of workload.ts with given parameters, weights as [inputs, outputs] or [kernel, kernel, C, O]."""

    def __init__(self, plan, parameters):
        super().__init__()
        self.image = len(plan["conv"]) > 0
        layers, weights = [], iter(zip(parameters[0::2], parameters[1::2]))
        for conv in plan["conv"]:
            weight, bias = next(weights)
            channels = weight.shape[2]
            layer = nn.Conv2d(channels, conv["filters"], conv["kernel"], conv["stride"])
            set_parameters(layer, weight.permute(3, 2, 0, 1), bias)
            layers += [layer, nn.ReLU()]
        if self.image:
            layers.append(nn.Flatten())
        outputs = plan["conv"][-1]["filters"] if self.image else 0
        for i, (weight, bias) in enumerate(weights):
            if i == 0 and self.image:  # flattened [C, H, W] here, [H, W, C] there
                weight = weight.reshape(-1, outputs, weight.shape[1]).transpose(0, 1).reshape(weight.shape)
            layer = nn.Linear(*weight.shape)
            set_parameters(layer, weight.t(), bias)
            layers += [layer, nn.ReLU()]
        self.layers = nn.Sequential(*layers[:-1])

    def forward(self, x):
        return self.layers(x)

    def images(self, x):
        """Observations as this library likes them: [B, C, H, W]."""
        return x.permute(0, 3, 1, 2).contiguous() if self.image else x

    def exported(self):
        """Copies of the parameters, laid out as they were given."""
        found, channels = [], 0
        for layer in self.layers:
            if isinstance(layer, nn.Conv2d):
                channels = layer.out_channels
                found += [layer.weight.permute(2, 3, 1, 0), layer.bias]
            elif isinstance(layer, nn.Linear):
                weight = layer.weight.t()
                if channels:
                    weight = weight.reshape(channels, -1, weight.shape[1]).transpose(0, 1).reshape(weight.shape)
                channels = 0
                found += [weight, layer.bias]
        return [parameter.detach().clone() for parameter in found]


def set_parameters(layer, weight, bias):
    with torch.no_grad():
        layer.weight.copy_(weight)
        layer.bias.copy_(bias)


def argmax_action(network, observation, scale):
    """One greedy action for a numpy array, as an environment gives it."""
    with torch.no_grad():
        x = torch.from_numpy(observation).unsqueeze(0)
        if scale != 1:
            x = x * scale
        if network.image:
            x = x.permute(0, 3, 1, 2)
        return network(x).argmax(1).item()


def update_step(network, target, optimizer, observation, following, action, reward, discount):
    with torch.no_grad():
        goal = reward + discount * target(following).max(1)[0]
    value = network(observation).gather(1, action.unsqueeze(1)).squeeze(1)
    loss = F.smooth_l1_loss(value, goal)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return loss
