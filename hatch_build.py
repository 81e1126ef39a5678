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
        """Compile; ends the build, and says what to install, where that cannot be done. `version`: "standard", or "editable"."""
        root = Path(self.root)
        self._scratch = tempfile.TemporaryDirectory(prefix="rawi-build-")  # until the wheel is written
        built = _built(sorted((root / "workers").rglob("*.pyx")), root, Path(self._scratch.name))
        if version == "editable":
            for module, file in built.items():
                _put(file, root / module)
        else:
            build_data["force_include"] |= {str(file): module for module, file in built.items()}
        build_data["infer_tag"], build_data["pure_python"] = True, False

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Delete what the compiler left."""
        self._scratch.cleanup()


def _built(sources: list[Path], root: Path, scratch: Path) -> dict[str, Path]:
    """The file of each compiled module, by its place in the project."""
    import lxml
    from Cython.Build import cythonize
    from setuptools import Distribution, Extension
    from setuptools.errors import BaseError, CCompilerError

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
    except (BaseError, CCompilerError, OSError) as error:
        raise SystemExit(_NO_COMPILER.format(error=error)) from None
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    modules = [f"{source.relative_to(root).with_suffix('').as_posix()}{suffix}" for source in sources]
    return {module: scratch / "lib" / module for module in modules}


def _put(built: Path, target: Path) -> None:
    """Beside it first, then in its place: a process that runs keeps the file that it has."""
    beside = target.with_name(f".{target.name}.new")
    shutil.copyfile(built, beside)
    beside.chmod(0o755)
    beside.replace(target)
