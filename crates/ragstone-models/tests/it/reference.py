"""BERT, RoBERTa and their cross-encoders in NumPy with 64-bit numbers, from the papers and the names of the weights.

Reads {"folder", "texts" | "pairs", "pooling", "most"} from standard input, writes {"vectors" | "scores"}.
"""
import json
import math
import sys

import numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer

asked = json.load(sys.stdin)
folder = asked["folder"]
config = json.load(open(folder + "/config.json"))
weights = {name: array.astype(np.float64) for name, array in load_file(folder + "/model.safetensors").items()
           if array.dtype.kind == "f"}
prefix = next(p for p in ["", "bert.", "roberta."] if p + "embeddings.word_embeddings.weight" in weights)
tokenizer = Tokenizer.from_file(folder + "/tokenizer.json")
tokenizer.no_padding()
tokenizer.enable_truncation(asked["most"], strategy="only_second" if "pairs" in asked else "longest_first")
erf = np.vectorize(math.erf)
heads = config["num_attention_heads"]


def w(name):
    return weights[prefix + name]


def linear(x, name):
    return x @ w(name + ".weight").T + w(name + ".bias")


def norm(x, name):
    mean = x.mean(-1, keepdims=True)
    variance = ((x - mean) ** 2).mean(-1, keepdims=True)
    scaled = (x - mean) / np.sqrt(variance + config["layer_norm_eps"])
    return scaled * w(name + ".weight") + w(name + ".bias")


def split(x):
    length, size = x.shape
    return x.reshape(length, heads, size // heads).transpose(1, 0, 2)


def encode(ids, types):
    first = config["pad_token_id"] + 1 if config["model_type"] != "bert" else 0
    x = w("embeddings.word_embeddings.weight")[ids]
    x = x + w("embeddings.token_type_embeddings.weight")[types]
    x = x + w("embeddings.position_embeddings.weight")[first:first + len(ids)]
    x = norm(x, "embeddings.LayerNorm")
    for number in range(config["num_hidden_layers"]):
        layer = f"encoder.layer.{number}."
        query, key, value = (split(linear(x, layer + "attention.self." + part)) for part in ("query", "key", "value"))
        scores = query @ key.transpose(0, 2, 1) / math.sqrt(query.shape[-1])
        shares = np.exp(scores - scores.max(-1, keepdims=True))
        shares /= shares.sum(-1, keepdims=True)
        context = (shares @ value).transpose(1, 0, 2).reshape(x.shape)
        x = norm(linear(context, layer + "attention.output.dense") + x, layer + "attention.output.LayerNorm")
        middle = linear(x, layer + "intermediate.dense")
        middle = middle * 0.5 * (1 + erf(middle / math.sqrt(2)))
        x = norm(linear(middle, layer + "output.dense") + x, layer + "output.LayerNorm")
    return x


def embed(text):
    encoding = tokenizer.encode(text)
    x = encode(encoding.ids, encoding.type_ids)
    vector = x.mean(0) if asked["pooling"] == "mean" else x[0]
    return (vector / np.linalg.norm(vector)).tolist()


def score(pair):
    encoding = tokenizer.encode(*pair)
    first = encode(encoding.ids, encoding.type_ids)[0]
    if config["model_type"] == "bert":
        middle, last = np.tanh(linear(first, "pooler.dense")), "classifier"
    else:
        dense = weights["classifier.dense.weight"], weights["classifier.dense.bias"]
        middle, last = np.tanh(first @ dense[0].T + dense[1]), "classifier.out_proj"
    return float((middle @ weights[last + ".weight"].T + weights[last + ".bias"])[0])


if "pairs" in asked:
    json.dump({"scores": [score(pair) for pair in asked["pairs"]]}, sys.stdout)
else:
    json.dump({"vectors": [embed(text) for text in asked["texts"]]}, sys.stdout)
