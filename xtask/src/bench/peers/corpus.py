"""Makes what every program is measured on, in the folder FOLDER.

corpus.py generated FOLDER PASSAGES QUERIES: passages of about 120 words, each with a vector of 384 numbers.
corpus.py mnist FOLDER IMAGES: images of digits as vectors, with the exact neighbours that came with them.

Words are distributed as in natural language (Zipf, exponent 1). A passage has a topic, which gives it a third of its
words and the centre of its vector. Some topics have many passages and most few, and vectors spread in some directions
more than in others, as those of models do. Queries are four words of a passage that is left out, and a vector near its
own. The same arguments give the same files.
"""

import gzip
import json
import sys
from pathlib import Path

import numpy as np

WORDS, DIMENSIONS, LATENT = 50_000, 384, 128
PASSAGES_OF_A_TOPIC, WORDS_OF_A_TOPIC = 250, 300
PASSAGES_OF_A_FILE = 20
NEIGHBOURS = 10


def spelled(rank):
    """A pronounceable word; no two ranks share one."""
    word = ""
    for _ in range(3):
        for letters in ("bdfgklmnprstvz", "aeiou"):
            word += letters[rank % len(letters)]
            rank //= len(letters)
    return word


def zipf(random, words, size):
    """Ranks from 0, distributed as one over themselves."""
    return (words ** random.random(size)).astype(np.int64) - 1


def texts(random, topics, vocabulary):
    """One list of word ranks for each passage."""
    own = random.integers(0, WORDS, (topics.max() + 1, WORDS_OF_A_TOPIC))
    ranks = []
    for topic in topics:
        count = int(random.integers(100, 141))
        words = zipf(random, WORDS, count)
        of_topic = random.random(count) < 0.33
        words[of_topic] = own[topic][zipf(random, WORDS_OF_A_TOPIC, int(of_topic.sum()))]
        ranks.append(words)
    return ranks, [" ".join(vocabulary[rank] for rank in words) for words in ranks]


def vectors(random, topics):
    spread = random.standard_normal((LATENT, DIMENSIONS)) / np.sqrt(np.arange(1, LATENT + 1))[:, None]
    centres = random.standard_normal((topics.max() + 1, LATENT))
    rows = np.empty((len(topics), DIMENSIONS), dtype=np.float32)
    for start in range(0, len(topics), 10_000):
        part = topics[start : start + 10_000]
        latent = centres[part] + random.standard_normal((len(part), LATENT))
        rows[start : start + 10_000] = latent @ spread + 0.1 * random.standard_normal((len(part), DIMENSIONS))
    return unit(rows)


def unit(rows):
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def nearest(passages, queries):
    """The exact neighbours of each query, best first."""
    found = []
    for start in range(0, len(queries), 100):
        scores = queries[start : start + 100] @ passages.T
        best = np.argpartition(-scores, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]
        order = np.argsort(-np.take_along_axis(scores, best, axis=1), axis=1)
        found += np.take_along_axis(best, order, axis=1).tolist()
    return found


def write(folder, passages, queries, exact):
    for name, rows in (("passages", passages), ("queries", queries)):
        rows.astype("<f4").tofile(folder / f"{name}.f32")
    (folder / "exact.json").write_text(json.dumps(exact))
    facts = {"passages": len(passages), "dimensions": passages.shape[1]}
    (folder / "facts.json").write_text(json.dumps(facts))


def generated(folder, passages, queries):
    random = np.random.default_rng(1)
    vocabulary = [spelled(rank) for rank in range(WORDS)]
    topics = zipf(random, max(20, passages // PASSAGES_OF_A_TOPIC), passages + queries)
    ranks, bodies = texts(random, topics, vocabulary)
    rows = vectors(random, topics)
    # The words that every fourth passage has are what analysers leave out.
    asked = [random.choice(np.unique(words[words >= 100]), 4, replace=False) for words in ranks[passages:]]
    (folder / "queries.txt").write_text("".join(" ".join(vocabulary[rank] for rank in words) + "\n" for words in asked))
    near = unit(rows[passages:] + 0.02 * random.standard_normal((queries, DIMENSIONS))).astype(np.float32)
    (folder / "passages.txt").write_text("".join(f"Passage {n} {bodies[n]}\n" for n in range(passages)))
    (folder / "documents").mkdir(exist_ok=True)
    for first in range(0, passages, PASSAGES_OF_A_FILE):
        sections = (f"## Passage {n}\n\n{bodies[n]}\n\n" for n in range(first, min(first + PASSAGES_OF_A_FILE, passages)))
        file = folder / "documents" / f"volume-{first // PASSAGES_OF_A_FILE:06}.md"
        file.write_text(f"# Volume {first // PASSAGES_OF_A_FILE}\n\n" + "".join(sections))
    write(folder, rows[:passages], near, nearest(rows[:passages], near))


def mnist(folder, images):
    """The first 9,000 images are searched, the others are queries.

    The given neighbours are by distance. An index of directions finds the same ones where each image gets two more
    numbers: with one, the greatest product is the least distance, and with the other all have the same length.
    """
    pixels = np.frombuffer(gzip.open(images / "t10k-images-idx3-ubyte.gz").read(), np.uint8, offset=16)
    pixels = pixels.reshape(-1, 784).astype(np.float64)
    lines = gzip.open(images / "gt_top100.txt.gz", "rt").read().splitlines()
    exact = [[int(pair.split(":")[0]) for pair in line.split()[:NEIGHBOURS]] for line in lines]
    base, queries = pixels[: -len(exact)], pixels[-len(exact) :]
    for name, rows in (("plain-passages", base), ("plain-queries", queries)):
        rows.astype("<f4").tofile(folder / f"{name}.f32")
    squares = (base**2).sum(axis=1)
    scale = np.sqrt(squares.mean())
    base = np.column_stack([base / scale, (squares.mean() - squares) / (2 * scale * scale)])
    lengths = (base**2).sum(axis=1)
    base = np.column_stack([base, np.sqrt(lengths.max() - lengths)])
    queries = np.column_stack([queries / scale, np.ones(len(queries)), np.zeros(len(queries))])
    write(folder, unit(base), unit(queries), exact)


kind, folder, *rest = sys.argv[1:]
if kind == "mnist":
    mnist(Path(folder), Path(rest[0]))
else:
    generated(Path(folder), int(rest[0]), int(rest[1]))
