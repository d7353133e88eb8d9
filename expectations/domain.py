"""Our own expectation classes: those of the domain, and the class for rules in SQL.

Imported inside functions only: it imports Great Expectations, which takes seconds.
"""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache
from typing import Any, ClassVar, Literal

import great_expectations.expectations as words_of_the_library
from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
from great_expectations.expectations.core.expect_column_pair_values_a_to_be_greater_than_b import (
    ExpectColumnPairValuesAToBeGreaterThanB,
)
from great_expectations.expectations.core.expect_column_values_to_be_between import (
    ExpectColumnValuesToBeBetween,
)
from great_expectations.expectations.core.expect_column_values_to_be_in_set import (
    ExpectColumnValuesToBeInSet,
)
from great_expectations.expectations.core.expect_column_values_to_match_regex import (
    ExpectColumnValuesToMatchRegex,
)
from great_expectations.expectations.expectation import (
    BatchExpectation,
    Expectation,
    MulticolumnMapExpectation,
)
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from great_expectations.expectations.metadata_types import FailureSeverity
from great_expectations.expectations.metrics.map_metric_provider.column_condition_partial import (
    column_condition_partial,
)
from great_expectations.expectations.metrics.map_metric_provider.column_map_metric_provider import (
    ColumnMapMetricProvider,
)
from great_expectations.expectations.metrics.map_metric_provider.multicolumn_condition_partial import (  # noqa: E501
    multicolumn_condition_partial,
)
from great_expectations.expectations.metrics.map_metric_provider.multicolumn_map_metric_provider import (  # noqa: E501
    MulticolumnMapMetricProvider,
)
from great_expectations.expectations.metrics.metric_provider import metric_value
from great_expectations.expectations.metrics.table_metric_provider import TableMetricProvider

from assets.schema.strata.vocabulary import crossed
from expectations.rule import KEYS_SHOWN, Finding, plain_row

FOUND: ContextVar[Mapping[str, Finding]] = ContextVar("findings of the rules that are SQL")
"""What the queries found, by rule id, while a table is judged."""


class _Configuration(ExpectationConfiguration):
    """Configuration that knows the expectation that made it.

    The library asks it for an expectation seven times per expectation and judgement, and would
    make one each time. A copy, which the library may have changed, makes its own.
    """

    made_by: weakref.ref[Any]

    def to_domain_obj(self) -> Any:
        """Return the expectation that made it, as long as it stands as it was made."""
        maker = self.made_by()
        if maker is not None and maker.__dict__.get("made") is self:
            return maker
        return super().to_domain_obj()


class Kept:
    """Mix-in that builds the configuration of an expectation only once.

    The library makes it about eighty times per judgement. It also leaves out what equals a default
    of the class, so that a subclass's own severity, limits and description would be lost: they are
    put back here.
    """

    @property
    def configuration(self) -> Any:
        """Return the configuration, including the defaults of the subclass."""
        mine: Any = self
        if "made" not in self.__dict__:
            made = super().configuration  # type: ignore[misc]
            for name in (*mine.domain_keys, *mine.success_keys):
                value = getattr(self, name, None)
                if value is not None and value != _of_the_library(type(self), name):
                    made.kwargs.setdefault(name, value)
            made.severity = mine.severity
            made.__class__ = _Configuration
            made.made_by = weakref.ref(self)
            # Past the model: it knows its own fields only.
            self.__dict__["made"] = made
        return self.__dict__["made"]

    def dict(self, **options: Any) -> dict[str, Any]:
        """Return the fields without the cached configuration."""
        made = self.__dict__.pop("made", None)
        try:
            fields: dict[str, Any] = super().dict(**options)  # type: ignore[misc]
        finally:
            if made is not None:
                self.__dict__["made"] = made
        return fields

    def __setattr__(self, name: str, value: object) -> None:
        """Set an attribute and drop the cached configuration, which is out of date."""
        self.__dict__.pop("made", None)
        super().__setattr__(name, value)


def _of_the_library(cls: type, name: str) -> object:
    for base in cls.__mro__:
        if base.__module__.startswith("great_expectations.") and name in base.__fields__:  # type: ignore[attr-defined]
            return base.__fields__[name].default  # type: ignore[attr-defined]
    return None


class ExpectRateToBePlausible(Kept, ExpectColumnValuesToBeBetween):
    """A death rate per 1,000 births of any area and group lies between 0 and 1,000.

    More would be more deaths than births. Areas with a handful of births have rates of some
    hundreds, so that no smaller limit holds for all of them.
    """

    column: str = "rate"
    min_value: float = 0
    max_value: float = 1000
    severity: FailureSeverity = FailureSeverity.WARNING


class ExpectGssCode(Kept, ExpectColumnValuesToMatchRegex):
    """An area of the United Kingdom bears a code of the Government Statistical Service.

    That is a letter for the country (E, K, N, S, W; J for what lies outside) and eight digits. Two
    areas of which a figure is the sum are named one after the other.
    """

    column: str = "area_code"
    regex: str = r"^[EJKNSW][0-9]{8}(?:, ?[EJKNSW][0-9]{8})*$(?!\n)"


class ExpectDeathsNotAboveBirths(Kept, ExpectColumnPairValuesAToBeGreaterThanB):
    """No more deaths than births; ``column_A`` are the births, ``column_B`` the deaths."""

    or_equal: bool = True
    ignore_row_if: Literal["either_value_is_missing"] = "either_value_is_missing"


class AloneOrInPairs(ColumnMapMetricProvider):
    """True for values of a list, and for two of them that stand together."""

    condition_metric_name = "imr.alone_or_in_pairs"
    condition_value_keys = ("value_set",)

    @column_condition_partial(engine=PandasExecutionEngine)
    def _pandas(cls, column: Any, value_set: Any, **_: Any) -> Any:  # noqa: N805
        return column.isin(_pairs_of(tuple(value_set)))


_pairs_of = cache(crossed)


class ExpectValuesAloneOrInPairs(Kept, ExpectColumnValuesToBeInSet):
    """Values are on a list, or are two of it, ``all`` aside, in their order with ``|`` between.

    The library copies the list of an expectation dozens of times, so it is given the values alone:
    of 183 dimensions there are 16,653 pairs.
    """

    map_metric: ClassVar[str] = "imr.alone_or_in_pairs"


class PartsMakeTheWhole(MulticolumnMapMetricProvider):
    """True for rows in which the other columns add up to the first column."""

    condition_metric_name = "imr.parts_make_the_whole"
    condition_domain_keys = (
        "batch_id", "table", "column_list", "row_condition", "condition_parser", "ignore_row_if",
    )  # fmt: skip
    condition_value_keys = ()

    @multicolumn_condition_partial(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(cls, column_list: Any, **_: Any) -> Any:  # noqa: N805
        return column_list.iloc[:, 1:].sum(axis=1, skipna=False) == column_list.iloc[:, 0]


class ExpectPartsToSum(Kept, MulticolumnMapExpectation):
    """The parts add up to the whole, which is the first of the columns."""

    column_list: list[str]
    ignore_row_if: Literal["any_value_is_missing"] = "any_value_is_missing"
    map_metric: ClassVar[str] = "imr.parts_make_the_whole"
    args_keys: ClassVar[tuple[str, ...]] = ("column_list",)

    @classmethod
    def _prescriptive_template(cls, renderer_configuration: Any) -> Any:
        renderer_configuration.template_str = cls.__doc__
        return renderer_configuration


class RuleComparisons(TableMetricProvider):
    """Metric that returns the finding of a rule in SQL from :data:`FOUND`."""

    metric_name = "imr.rule_comparisons"
    value_keys = ("rule_id",)

    @metric_value(engine=PandasExecutionEngine)
    def _pandas(cls, metric_value_kwargs: dict[str, Any], **_: Any) -> Finding:  # noqa: N805
        found = FOUND.get()[metric_value_kwargs["rule_id"]]
        if found.error:
            raise ValueError(found.error)
        return found


class ExpectRuleToHold(Kept, BatchExpectation):
    """The query of the rule returns no row that breaks the rule."""

    rule_id: str
    metric_dependencies: ClassVar[tuple[str, ...]] = ("imr.rule_comparisons",)
    success_keys: ClassVar[tuple[str, ...]] = ("rule_id",)
    domain_keys: ClassVar[tuple[str, ...]] = ("batch_id",)
    args_keys: ClassVar[tuple[str, ...]] = ("rule_id",)

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: Any = None,
        execution_engine: Any = None,
    ) -> dict[str, Any]:
        found: Finding = metrics["imr.rule_comparisons"]
        return {
            "success": not found.offending,
            "result": {
                "observed_value": found.observed,
                "element_count": found.compared,
                "missing_count": 0,
                "unexpected_count": found.offending,
                "unexpected_percent": 100 * found.offending / max(found.compared, 1),
                "partial_unexpected_index_list": [plain_row(r) for r in found.rows[:KEYS_SHOWN]],
                "details": {"finding": found},
            },
        }

    @classmethod
    def _prescriptive_template(cls, renderer_configuration: Any) -> Any:
        renderer_configuration.template_str = cls.__doc__
        return renderer_configuration


@cache
def class_of(name: str) -> type:
    """Return the class of this name: ours, or the library's with the mix-in :class:`Kept`.

    Raises:
        LookupError: There is no such class.
    """
    own = globals().get(name)
    if isinstance(own, type) and issubclass(own, Expectation) and own.__module__ == __name__:
        return own
    theirs: Any = getattr(words_of_the_library, name, None)
    if theirs is None:
        raise LookupError(
            f"no expectation is called {name}: neither Great Expectations nor "
            "expectations/domain.py has it"
        )
    bases: tuple[Any, ...] = (Kept, theirs)
    return type(f"Kept{name}", bases, {"__module__": __name__, "__doc__": theirs.__doc__})
