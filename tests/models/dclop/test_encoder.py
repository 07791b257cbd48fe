import numpy as np

from models.dclop.encoder import Encoder, Layer


def test_a_layer_is_a_product_a_bias_and_a_slope_below_zero():
    layer = Layer(np.array([[1.0, 2.0]]), np.array([0.0, -1.0]), 0.25)
    assert layer(np.array([[3.0], [-4.0]])).tolist() == [[3.0, 5.0], [-1.0, -2.25]]


def test_without_a_network_the_latent_space_is_the_input_space():
    samples = np.random.default_rng(0).normal(size=(4, 3))
    assert Encoder.identity(3)(samples).tolist() == samples.tolist()
    assert Encoder.identity(3).latent == 3
