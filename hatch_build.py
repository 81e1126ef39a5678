"""The build's own step: every `workers/**/*.pyx` becomes a module in C, beside its source. What they are for: docs/adr/0008."""

import shutil
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# The same sums on every machine: where it can, a compiler joins a multiplication and an addition and rounds once.
_COMPILE_ARGS = ("-O3", "-g0", "-ffp-contract=off")
_NO_COMPILER = (
    "Rawi has modules in C, and they could not be compiled: {error}\n"
    "It takes a C compiler and the headers of this Python (Debian, Ubuntu: apt-get install gcc libc6-dev python3-dev)."
)


class NativeModules(BuildHookInterface[Any]):
    """Compiles the modules, and says that the wheel is of this machine's kind."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile; raises RuntimeError, with what to install, where that cannot be done. `version`: "standard", or "editable"."""
        root = Path(self.root)
        sources = sorted((root / "workers").rglob("*.pyx"))
        with tempfile.TemporaryDirectory(prefix="rawi-build-") as scratch:
            built = _built(sources, root, Path(scratch))
            for module in built:
                _put(Path(scratch) / "lib" / module, root / module)
        build_data["artifacts"] += [f"/{module}" for module in built]
        build_data["infer_tag"], build_data["pure_python"] = True, False


def _built(sources: list[Path], root: Path, scratch: Path) -> list[str]:
    import lxml
    from Cython.Build import cythonize
    from setuptools import Distribution, Extension

    includes = lxml.get_include()
    extensions = [
        Extension(
            ".".join(source.relative_to(root).with_suffix("").parts),
            [str(source)],
            include_dirs=includes,
            extra_compile_args=list(_COMPILE_ARGS),
        )
        for source in sources
    ]
    made = cythonize(extensions, build_dir=str(scratch / "c"), include_path=includes, language_level=3, quiet=True)
    command = Distribution({"ext_modules": made}).get_command_obj("build_ext")
    command.build_lib, command.build_temp, command.parallel = str(scratch / "lib"), str(scratch / "o"), True
    command.ensure_finalized()
    try:
        command.run()
    except Exception as error:  # setuptools has several, and lets through those of the system
        raise RuntimeError(_NO_COMPILER.format(error=error)) from error
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    return [str(source.relative_to(root).with_suffix("")) + suffix for source in sources]


def _put(built: Path, target: Path) -> None:
    """Beside it first, then in its place: a process that runs keeps the file that it has."""
    beside = target.with_name(f".{target.name}.new")
    shutil.copyfile(built, beside)
    beside.chmod(0o755)
    beside.replace(target)
