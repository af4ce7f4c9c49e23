"""The panel: each voice hears the others, each candidate stands alone."""

import torch

from omakase.deep.nn.panel import Panel

GROUPS = [0, 0, 1, 2]


def net(dropout: float = 0.0) -> Panel:
    with torch.random.fork_rng():
        torch.default_generator.manual_seed(0)
        return Panel(GROUPS, width=8, heads=4, dropout=dropout).eval()


def test_a_score_for_each_candidate():
    assert net()(torch.zeros(2, 5, 4)).shape == (2, 5)


def test_a_candidate_does_not_see_the_others():
    x = torch.randn(2, 5, 4)
    changed = x.clone()
    changed[:, 3] = 9
    before, after = net()(x), net()(changed)
    assert torch.allclose(before[:, :3], after[:, :3])
    assert not torch.allclose(before[:, 3], after[:, 3])


def test_a_feature_speaks_in_the_voice_of_its_group_alone():
    panel = net()
    own = (panel.spell * panel.own).reshape(4, 3, 8)
    for feature, group in enumerate(GROUPS):
        for other in range(3):
            assert bool(own[feature, other].any()) == (other == group)


def test_a_voice_hears_the_others():
    """What one group adds depends on another: without attention it could not in this part."""
    panel = net()
    tokens = torch.randn(1, 3, 8)
    changed = tokens.clone()
    changed[0, 2] += 1
    assert not torch.allclose(panel.attend(tokens)[0, 0], panel.attend(changed)[0, 0])


def test_every_weight_learns():
    panel = net()
    panel(torch.randn(3, 4, 4)).square().sum().backward()
    for name, weight in panel.named_parameters():
        assert weight.grad is not None, name
