import numpy as np
import pytest
import torch

from models.dclop.autoencoder import DeepEmbeddedAutoencoder


def test_encoder_and_decoder_have_the_paper_s_eight_layers():
    network = DeepEmbeddedAutoencoder(27)
    linear = [layer for layer in network.modules() if isinstance(layer, torch.nn.Linear)]
    assert [layer.in_features for layer in linear] == [27, 360, 60, 360, 7, 360, 60, 360]
    assert linear[-1].out_features == 27
    assert sum(isinstance(layer, torch.nn.PReLU) for layer in network.modules()) == 6


def test_the_reference_is_the_encoder_in_double_precision():
    network = DeepEmbeddedAutoencoder(5, (8, 4, 8), 2)
    with torch.no_grad():
        network.encoder[1].weight.fill_(-0.5)
        network.encoder[3].weight.fill_(1.5)
    samples = np.random.default_rng(0).normal(size=(20, 5))
    latent, reconstructed = network(torch.from_numpy(samples.astype(np.float32)))
    assert latent.shape == (20, 2)
    assert reconstructed.shape == (20, 5)
    assert network.reference()(samples) == pytest.approx(latent.detach().numpy(), abs=1e-6)
