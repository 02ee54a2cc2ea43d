"""Searches the passages of FOLDER with the libraries of the Python package index: peer.py NAME FOLDER STORE.

NAME is `chromadb`, `libraries` (bm25s and hnswlib) or `hnswlib`. What STORE does not hold yet is built first. The first
line tells of it; then each line `LEG FIRST COUNT` of standard input is answered with the milliseconds of each query and
what it found, until the input ends.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np

LIMIT = 10
# Of every graph that is compared, ChromaDB's and Qdrant's defaults: links, and candidates of building and searching.
LINKS, CANDIDATES = 16, 100


def rows(name, dimensions):
    return np.fromfile(FOLDER / f"{name}.f32", dtype="<f4").reshape(-1, dimensions)


def lines(name):
    return (FOLDER / name).read_text().splitlines()


def graph(space, dimensions, file, vectors):
    """hnswlib, built where the file is missing."""
    import hnswlib

    index = hnswlib.Index(space, dimensions)
    if file.exists():
        index.load_index(str(file))
    else:
        vectors = vectors()
        index.init_index(len(vectors), ef_construction=CANDIDATES, M=LINKS, random_seed=1)
        index.add_items(vectors)
        index.save_index(str(file))
    index.set_ef(CANDIDATES)
    return index


class Chroma:
    def __init__(self):
        import chromadb

        client = chromadb.PersistentClient(str(STORE), chromadb.Settings(anonymized_telemetry=False))
        settings = {"hnsw": {"space": "cosine"}}
        self.collection = client.get_or_create_collection("passages", configuration=settings)
        self.queries = rows("queries", DIMENSIONS)
        if self.collection.count() == 0:
            vectors, texts = rows("passages", DIMENSIONS), lines("passages.txt")
            for start in range(0, len(texts), 5000):
                ids = [str(number) for number in range(start, min(start + 5000, len(texts)))]
                part = slice(start, start + len(ids))
                self.collection.add(ids, embeddings=vectors[part], documents=texts[part])

    def semantic(self, number):
        query = self.queries[number : number + 1]
        answer = self.collection.query(query_embeddings=query, n_results=LIMIT, include=["documents", "distances"])
        return [int(found) for found in answer["ids"][0]]


class Libraries:
    """Keywords and vectors in two libraries, fused by reciprocal ranks, as recipes for hybrid search do."""

    def __init__(self):
        import bm25s

        self.tokens = lambda texts: bm25s.tokenize(texts, show_progress=False)
        if not (STORE / "graph").exists():
            STORE.mkdir(exist_ok=True)
            texts = lines("passages.txt")
            keywords = bm25s.BM25()
            keywords.index(self.tokens(texts), show_progress=False)
            keywords.save(str(STORE / "keywords"), corpus=texts, show_progress=False)
        self.graph = graph("cosine", DIMENSIONS, STORE / "graph", lambda: rows("passages", DIMENSIONS))
        self.keywords = bm25s.BM25.load(str(STORE / "keywords"), load_corpus=True, show_progress=False)
        self.queries, self.texts = rows("queries", DIMENSIONS), lines("queries.txt")

    def keyword(self, number, limit=LIMIT):
        tokens = self.tokens(self.texts[number])
        found, _ = self.keywords.retrieve(tokens, k=limit, show_progress=False)
        return [passage["id"] for passage in found[0]]

    def semantic(self, number, limit=LIMIT):
        found, _ = self.graph.knn_query(self.queries[number], k=limit)
        return found[0].tolist()

    def hybrid(self, number):
        scores = {}
        for leg in (self.keyword(number, 100), self.semantic(number, 100)):
            for rank, passage in enumerate(leg):
                scores[passage] = scores.get(passage, 0) + 1 / (60 + rank)
        best = sorted(scores, key=scores.get, reverse=True)[:LIMIT]
        # A caller wants the texts.
        return [passage for passage in best if self.keywords.corpus[passage]["text"]]


class Neighbours:
    """hnswlib alone, by distance, on one thread as every query of a server has it."""

    def __init__(self):
        self.graph = graph("l2", DIMENSIONS - 2, STORE, lambda: rows("plain-passages", DIMENSIONS - 2))
        self.queries = rows("plain-queries", DIMENSIONS - 2)

    def semantic(self, number):
        found, _ = self.graph.knn_query(self.queries[number], k=LIMIT)
        return found[0].tolist()


def answer(peer, request):
    leg, first, count = request.split()
    ask, times, found = getattr(peer, leg), [], []
    for number in range(int(first), int(first) + int(count)):
        start = time.perf_counter()
        best = ask(number)
        times.append((time.perf_counter() - start) * 1000)
        found.append(best)
    return {"ms": times, "found": found}


def tell(value):
    print(json.dumps(value), flush=True)


FOLDER, STORE = Path(sys.argv[2]), Path(sys.argv[3])
FACTS = json.loads((FOLDER / "facts.json").read_text())
DIMENSIONS = FACTS["dimensions"]
is_there = STORE.exists()
began = time.perf_counter()
peer = {"chromadb": Chroma, "libraries": Libraries, "hnswlib": Neighbours}[sys.argv[1]]()
built = None if is_there else time.perf_counter() - began
tell({"chunks": FACTS["passages"], "searchable_seconds": built})
for line in sys.stdin:
    tell(answer(peer, line))
