"""Exchanging the code of a module that is already imported."""

import importlib
import inspect
import sys
import types
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def functions(module: types.ModuleType) -> dict[str, types.FunctionType]:
    """Return every function of a module by its qualified name, those inside classes and caches too."""
    found = {}
    owners = [module, *(one for one in vars(module).values() if inspect.isclass(one))]
    for owner in owners:
        if inspect.isclass(owner) and owner.__module__ != module.__name__:
            continue
        for value in vars(owner).values():
            inner = getattr(value, "fget", None) or getattr(value, "__func__", value)
            one = inspect.unwrap(inner) if callable(inner) else inner
            if isinstance(one, types.FunctionType) and one.__module__ == module.__name__:
                found[one.__qualname__] = one
    return found


def module_of(path: Path) -> str:
    """Return the name of the module in a file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def exchange(path: Path, text: str, folder: Path) -> None:
    """Exchange the code of a module's functions, in the module that is already imported and in children started from now on."""
    name = module_of(path)
    (folder / "exchanged" / f"{name}.py").write_text(text)
    module = importlib.import_module(name)
    fresh = types.ModuleType(name)
    fresh.__dict__.update({key: vars(module)[key] for key in vars(module) if key.startswith("__")})
    sys.modules[name] = fresh
    exec(compile(text, str(path), "exec"), fresh.__dict__)
    sys.modules[name] = module
    old, new = functions(module), functions(fresh)
    for qualified, function in new.items():
        if qualified in old and old[qualified].__code__.co_freevars == function.__code__.co_freevars:
            old[qualified].__code__ = function.__code__
            old[qualified].__defaults__, old[qualified].__kwdefaults__ = (
                function.__defaults__,
                function.__kwdefaults__,
            )


def forget() -> None:
    """Empty the caches of the engine: what was answered while tests were collected was answered by no mutant."""
    for name, module in list(sys.modules.items()):
        if name.startswith("deid.engine"):
            for one in vars(module).values():
                if callable(getattr(one, "cache_clear", None)):
                    one.cache_clear()
