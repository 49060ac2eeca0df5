"""The engine that runs a bundle's graph on the CPU."""

from __future__ import annotations

import os
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rtwnlp.labelling.bundle import Bundle
from rtwnlp.labelling.windows import build_windows, collate, plan_batches, special_id
from rtwnlp.transcript import Segment

TOKEN_BUDGET = 2048
"""Padded tokens in one run of the graph: bounds the memory."""


class OnnxEngine:
    """ONNX Runtime on the bundle's int8 graph.

    Args:
        bundle: The classifier.
        threads: CPU threads; None for one a core.
    """

    def __init__(self, bundle: Bundle, threads: int | None = None) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads or os.cpu_count() or 1
        options.inter_op_num_threads = 1
        self.bundle = bundle
        self.tokenizer = Tokenizer.from_file(str(bundle.tokenizer_path))
        self.pad_id = special_id(self.tokenizer, "<pad>")
        self.session = onnxruntime.InferenceSession(str(bundle.model_path), options, providers=["CPUExecutionProvider"])

    def probabilities(self, documents: Sequence[Sequence[Segment]]) -> list[NDArray[np.float64]]:
        """Probability of each code on each segment.

        Args:
            documents: For each document all of its segments in order.

        Returns:
            For each document an array of shape (segments, codes). Rows of interviewers, who are never coded, are 0.
        """
        codes = len(self.bundle.codebook.codes)
        results = [np.zeros((len(segments), codes)) for segments in documents]
        windows, owners = [], []
        for number, segments in enumerate(documents):
            for window in build_windows(segments, self.tokenizer, self.bundle.window):
                windows.append(window)
                owners.append(number)
        for members in plan_batches(windows, TOKEN_BUDGET):
            batch = collate(windows, members, self.pad_id)
            (logits,) = self.session.run(
                ["logits"],
                {
                    "input_ids": batch.input_ids,
                    "attention_mask": batch.attention_mask,
                    "pooling": batch.pooling,
                },
            )
            for row, member in enumerate(members):
                targets = list(windows[member].targets)
                scores = logits[row, : len(targets)].astype(np.float64)
                results[owners[member]][targets] = 1.0 / (1.0 + np.exp(-scores))
        return results
