# PyTorch as a contestant: the tasks of workload.ts as one would write them there, on one thread. It speaks the protocol of
# contestant.ts, one JSON line each way, and measures itself as child.ts does.

import json
import struct
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

from cartpole_loop import CartPoleLoop, trajectory
from networks import Network, argmax_action, update_step

torch.set_num_threads(1)
SLOW = 2.0  # a result that took so many seconds is warm-up enough


def read_inputs(path):
    """The arrays of a safetensors file, by name."""
    with open(path, "rb") as file:
        data = file.read()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    arrays = {}
    for name, entry in header.items():
        start, end = (8 + length + offset for offset in entry["data_offsets"])
        arrays[name] = torch.from_numpy(np.frombuffer(data[start:end], dtype="<f4").reshape(entry["shape"]).copy())
    return arrays


def numbered(inputs, prefix):
    """The arrays prefix0, prefix1, … in order."""
    found = []
    while f"{prefix}{len(found)}" in inputs:
        found.append(inputs[f"{prefix}{len(found)}"])
    return found


def joined(tensors):
    return torch.cat([tensor.detach().reshape(-1) for tensor in tensors]).numpy()


# ---- one function for each kind of task: returns what gives the result, and what does the work once ------------------------------


def matmul(task, inputs):
    a, b = inputs["a"], inputs["b"]
    return lambda: joined([a @ b]), lambda: a @ b


def elementwise(task, inputs):
    x, y = inputs["x"], inputs.get("y")
    op = {
        "relu": lambda: torch.relu(x),
        "add": lambda: x + y,
        "sum": lambda: x.sum(),
        "exp": lambda: torch.exp(x),
        "softmax": lambda: torch.softmax(x, -1),
    }[task["op"]]
    return lambda: joined([op()]), op


def conv2d(task, inputs):
    # Images [B, C, H, W] and filters [O, C, kernel, kernel], each laid out as this library likes best.
    x = inputs["x"].permute(0, 3, 1, 2).contiguous()
    w = inputs["w"].permute(3, 2, 0, 1).contiguous()
    bias, stride = inputs["bias"], task["plan"]["stride"]
    if task["gradients"] == "none":

        def forward():
            with torch.no_grad():
                return F.conv2d(x, w, bias, stride=stride)

        return lambda: joined([forward().permute(0, 2, 3, 1)]), forward
    d_out = inputs["dOut"].permute(0, 3, 1, 2).contiguous()
    wanted = [w.requires_grad_(), bias.requires_grad_()]
    if task["gradients"] == "all":
        wanted.append(x.requires_grad_())

    def both():
        return torch.autograd.grad(F.conv2d(x, w, bias, stride=stride), wanted, d_out)

    def result():
        dw, d_bias, *rest = both()
        return joined([dw.permute(2, 3, 1, 0), d_bias, *(dx.permute(0, 2, 3, 1) for dx in rest)])

    return result, both


def action(task, inputs):
    network = Network(task["network"], numbered(inputs, "parameter"))
    observation, scale = inputs["observation"].numpy(), float(inputs["scale"])
    return (
        lambda: np.array([argmax_action(network, observation, scale)], dtype=np.float32),
        lambda: argmax_action(network, observation, scale),
    )


def update(task, inputs):
    network = Network(task["network"], numbered(inputs, "parameter"))
    target = Network(task["network"], numbered(inputs, "target"))
    optimizer = torch.optim.Adam(network.parameters(), lr=task["learningRate"], eps=1e-8)
    batches = []
    for n in range(task["batches"]):
        observation, following = (network.images(inputs[f"{name}{n}"]) for name in ("observation", "next"))
        batches.append((observation, following, inputs[f"action{n}"].long(), inputs[f"reward{n}"], inputs[f"discount{n}"]))
    turn = 0

    def learn():
        nonlocal turn
        loss = update_step(network, target, optimizer, *batches[turn])
        turn = (turn + 1) % len(batches)
        return loss

    def result():
        before = [p.clone() for p in network.exported()]
        losses = torch.stack([learn().detach() for _ in batches])
        return joined([losses, *(after - p for after, p in zip(network.exported(), before))])

    return result, learn


def adam(task, inputs):
    parameters = [p.requires_grad_() for p in numbered(inputs, "parameter")]
    for p, gradient in zip(parameters, numbered(inputs, "gradient")):
        p.grad = gradient
    optimizer = torch.optim.Adam(parameters, lr=task["learningRate"], eps=1e-8)

    def result():
        for _ in range(task["steps"]):
            optimizer.step()
        return joined(parameters)

    return result, optimizer.step


def loop(task, inputs):
    plan = task["plan"]
    training = CartPoleLoop(plan)

    def result():
        training.play(plan["warmupSteps"])
        return trajectory(inputs["start"].numpy(), inputs["actions"].numpy())

    return result, lambda: training.play(plan["steps"])


TASKS = {"matmul": matmul, "map": elementwise, "conv2d": conv2d, "action": action, "update": update, "adam": adam, "loop": loop}

# ---- the protocol -----------------------------------------------------------------------------------------------------------------


def seconds(run, count):
    start = time.perf_counter()
    for _ in range(count):
        run()
    return time.perf_counter() - start


def runs_per_sample(run, warmup, sample):
    """Warms up, then doubles the number of runs until they last as long as a sample should."""
    end = time.perf_counter() + warmup
    while time.perf_counter() < end:
        run()
    count = 1
    while seconds(run, count) < sample:
        count *= 2
    return count


def blas():
    """Which library multiplies matrices. The reference one, which Debian installs unless told otherwise, is many times slower."""
    try:
        with open("/proc/self/maps") as maps:
            loaded = maps.read()
    except OSError:
        return "unknown BLAS"
    known = {"libopenblas": "OpenBLAS", "libmkl": "MKL", "libblis": "BLIS", "libblas": "the reference BLAS"}
    return next((name for part, name in known.items() if part in loaded), "a BLAS of its own")


def main():
    def reply(message):
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()

    run, runs, request_in_force, took = None, 1, None, 0.0
    reply({"hello": f"{torch.__version__} with {blas()}"})
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if request["do"] == "prepare":
                request_in_force = request
                result, run = TASKS[request["task"]["kind"]](request["task"], read_inputs(request["inputs"]))
                start = time.perf_counter()
                numbers = result()
                took = time.perf_counter() - start
                np.ascontiguousarray(numbers, dtype="<f4").tofile(request["result"])
                reply({"ready": took})
            elif request["do"] == "warm up":
                warmup, sample = (request_in_force[name] / 1000 for name in ("warmup", "sample"))
                runs = 1 if took > SLOW else runs_per_sample(run, warmup, sample)
                reply({"warm": runs})
            else:
                reply({"seconds": seconds(run, runs) / runs})
        except Exception as error:  # whatever went wrong, the others go on
            reply({"failed": f"{type(error).__name__}: {error}"})


main()
