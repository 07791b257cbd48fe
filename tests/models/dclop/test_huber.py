import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from models.dclop.huber import DynamicLoss, StaticLoss, huber, weight

errors = st.floats(-5, 5, allow_subnormal=False)


@given(errors)
def test_the_huber_loss_is_that_of_torch(error):
    given_error, zero = torch.tensor([error, 0.0], dtype=torch.float64)
    expected = torch.nn.functional.huber_loss(given_error, zero, delta=0.1)
    assert float(huber(given_error)) == pytest.approx(float(expected), abs=1e-9)


def test_the_weight_is_the_size_of_the_error_and_half_of_it_below_h():
    assert weight(torch.tensor([0.05, -0.05, 0.1, -2.0]), 0.1).tolist() == pytest.approx(
        [0.025, 0.025, 0.1, 2.0]
    )


def test_the_static_loss_is_the_mean_over_all_elements():
    samples, found = torch.tensor([[0.0, 0.0], [0.0, 1.0]]), torch.zeros(2, 2)
    assert float(StaticLoss()(samples, found)) == pytest.approx((0.1 - 0.005) / 4)


def test_the_dynamic_loss_weighs_each_element_by_its_own_error():
    samples, found = torch.tensor([[0.05, 1.0]]), torch.zeros(1, 2)
    expected = 0.1 * (0.025 * 0.05**2 / 2 + 1.0 * 0.095) / 2
    assert float(DynamicLoss()(samples, found)) == pytest.approx(expected)


def test_the_gradient_goes_through_the_weight():
    found = torch.zeros(1, requires_grad=True)
    DynamicLoss(beta=1.0)(torch.tensor([2.0]), found).backward()
    # d/de (e (0.1 e - 0.005)) = 0.2 e - 0.005
    assert found.grad.item() == pytest.approx(-(0.4 - 0.005))
