"""Run by .ci/run on the plain install: every module outside training imports, without torch or transformers."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import sys

FOR_TRAINING_ONLY = ("torch", "transformers")


def module_names() -> list[str]:
    import rtwnlp

    found = pkgutil.walk_packages(rtwnlp.__path__, "rtwnlp.", onerror=lambda name: None)
    return sorted(m.name for m in found if not is_training(m.name) and not m.name.endswith("__main__"))


def is_training(name: str) -> bool:
    return name == "rtwnlp.training" or name.startswith("rtwnlp.training.")


def main() -> None:
    installed = [name for name in FOR_TRAINING_ONLY if importlib.util.find_spec(name) is not None]
    assert not installed, f"the plain install brought {installed}"
    names = module_names()
    assert "rtwnlp.cli" in names, f"rtwnlp.cli was not found among {names}"
    for name in names:
        importlib.import_module(name)
    loaded = [name for name in FOR_TRAINING_ONLY if name in sys.modules]
    assert not loaded, f"importing rtwnlp loaded {loaded}"
    print(f"{len(names)} modules import on the plain install")


if __name__ == "__main__":
    main()
