"""An import contract that may name modules before they are written.

Import-linter refuses a whole contract for one module that does not exist.  While a package grows that would
leave all the others unwatched; here the missing ones are listed as warnings.  tests/test_layout.py keeps the
list of modules that may be missing, so that a rename cannot quietly take a module out of its contract.
"""

from __future__ import annotations

from typing import Any

from importlinter.contracts.forbidden import ForbiddenContract
from importlinter.domain.contract import ContractCheck


class PlannedContract(ForbiddenContract):
    """``forbidden`` for those of its source modules that exist."""

    type_name = "planned"
    source_modules: Any = ForbiddenContract.source_modules

    def check(self, graph: Any, verbose: bool) -> ContractCheck:
        missing = {module for module in self.source_modules if module.expression not in graph.modules}
        self.source_modules = set(self.source_modules) - missing
        result = super().check(graph, verbose)
        result.warnings.extend(f"not written yet: {name}" for name in sorted(map(str, missing)))
        return result
