"""Trains the networks of pytorch_judge_test.cc with PyTorch.

usage: pytorch_judge.py PROBLEMS > RESULTS

Both are JSON. A problem holds a network with its first parameters, an optimiser,
a schedule and minibatches; its result is the parameters and running statistics
after the last of them, by name. Exit 77: there is no PyTorch here.
"""
import json
import sys

try:
    import torch
except ImportError:
    sys.exit(77)

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

ACTIVATIONS = {
    "relu": torch.nn.ReLU,
    "leaky_relu": lambda: torch.nn.LeakyReLU(0.01),
    "identity": torch.nn.Identity,
}


class Layer(torch.nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        affine = torch.nn.Linear(inputs, outputs)
        self.weight = affine.weight
        self.bias = affine.bias

    def forward(self, x):
        return torch.nn.functional.linear(x, self.weight, self.bias)


class Net(torch.nn.Module):
    """Its parameters are named as ours are: layers.0.norm.weight."""

    def __init__(self, problem):
        super().__init__()
        widths = problem["widths"]
        self.layers = torch.nn.ModuleList(
            Layer(a, b) for a, b in zip(widths, widths[1:])
        )
        if problem["batch_norm"]:
            for layer, units in zip(self.layers[:-1], widths[1:]):
                layer.norm = torch.nn.BatchNorm1d(units)
        self.activation = ACTIVATIONS[problem["activation"]]()

    def forward(self, x, factors):
        for i, layer in enumerate(self.layers[:-1]):
            x = layer(x)
            if hasattr(layer, "norm"):
                x = layer.norm(x)
            x = self.activation(x)
            if factors:
                x = x * torch.tensor(factors[i]).reshape(x.shape)
        return self.layers[-1](x)


def make_optimizer(net, spec, penalty):
    """And what is left of the penalty for the cost."""
    if spec["name"] == "sgd":
        return torch.optim.SGD(
            net.parameters(),
            lr=spec["eta"],
            momentum=spec["momentum"],
            nesterov=spec["nesterov"],
        ), penalty
    options = {
        "lr": spec["eta"],
        "betas": (spec["beta1"], spec["beta2"]),
        "eps": spec["epsilon"],
    }
    if spec["name"] == "adam":
        return torch.optim.Adam(net.parameters(), **options), penalty
    weights = [p for p in net.parameters() if p.dim() == 2]
    rest = [p for p in net.parameters() if p.dim() != 2]
    groups = [
        {"params": weights, "weight_decay": 2 * penalty},
        {"params": rest, "weight_decay": 0},
    ]
    return torch.optim.AdamW(groups, **options), 0


def make_schedule(optimizer, spec):
    """One step for each update."""
    lr = torch.optim.lr_scheduler
    warmup = spec["warmup"]
    if warmup > 0:
        rise = lr.LinearLR(optimizer, 1 / (warmup + 1), 1, warmup)
        after = make_schedule(optimizer, {**spec, "warmup": 0})
        return lr.SequentialLR(optimizer, [rise, after], [warmup])
    name = spec["name"]
    if name == "constant":
        return lr.ConstantLR(optimizer, 1, 0)
    if name == "exponential":
        return lr.StepLR(optimizer, spec["updates_per_epoch"], spec["decay"])
    if name == "step":
        return lr.StepLR(optimizer, spec["every"], spec["decay"])
    if name == "linear":
        return lr.LinearLR(optimizer, 1, 0, spec["length"])
    if name == "cosine":
        return lr.CosineAnnealingLR(optimizer, spec["length"])
    assert name == "cyclical", name
    low, high = spec["eta_min"], spec["eta_max"]
    return lr.CyclicLR(
        optimizer,
        low,
        high,
        spec["step_size"],
        # Of the height above eta_min; cycles are counted from 1.
        scale_fn=lambda cycle: (high * spec["annealing"] ** (cycle - 1) - low)
        / (high - low),
        scale_mode="cycle",
        cycle_momentum=False,
    )


def solve(problem):
    net = Net(problem)
    net.train()
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            values = torch.tensor(problem["parameters"][name])
            parameter.copy_(values.reshape(parameter.shape))
    optimizer, penalty = make_optimizer(
        net, problem["optimizer"], problem["lambda"]
    )
    schedule = make_schedule(optimizer, problem["schedule"])
    for batch in problem["batches"]:
        optimizer.zero_grad()
        inputs = torch.tensor(batch["inputs"]).reshape(
            -1, problem["widths"][0]
        )
        scores = net(inputs, batch["factors"])
        cost = torch.nn.functional.cross_entropy(
            scores, torch.tensor(batch["labels"])
        )
        for layer in net.layers:
            cost = cost + penalty * (layer.weight**2).sum()
        cost.backward()
        optimizer.step()
        schedule.step()
    return {
        name: values.flatten().tolist()
        for name, values in net.state_dict().items()
        if not name.endswith("num_batches_tracked")
    }


with open(sys.argv[1], encoding="utf-8") as problems:
    json.dump([solve(problem) for problem in json.load(problems)], sys.stdout)
