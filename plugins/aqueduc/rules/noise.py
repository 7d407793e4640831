from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from aqueduc.language import N_, _
from aqueduc.rules import (
    A_NUMBER,
    BATCH,
    NAME,
    NUMBER,
    POSITIVE,
    CoarsePositionThresholds,
    LookupTableContext,
    LookupTableJoin,
    LookupTableRule,
    Positive,
    Rule,
    RuleCapabilities,
    RuleSpelling,
    RuleTexts,
    Text,
    TreatmentCategory,
    build_object_json_schema,
    has_required_and_no_unknown_keys,
    is_filled_text,
    is_positive,
)
from aqueduc.rules.round import build_rounding_sql
from aqueduc.sql import identifier

if TYPE_CHECKING:
    import numpy as np

_BLOCK = 65_536


class NoiseDistribution(StrEnum):
    LAPLACE = "laplace"
    GAUSSIAN = "gaussian"


class NoiseAddition(LookupTableRule):
    """A number plus a draw from ``distribution``, centred on 0, of ``scale`` (Laplace's b, the standard
    deviation of a Gaussian), rounded to a multiple of ``step``. Drawn anew for each extract, from the secret
    kept in the connection ``key``."""

    spelling: ClassVar = RuleSpelling(
        "noise",
        _("ajoute à un nombre un bruit tiré au hasard, le même tant que l'extrait ne change pas"),
        _(
            "« noise: » attend {distribution: laplace, scale: 5, step: 1, key: connexion}, « scale » n'étant pas "
            "plus petit que « step » : l'arrondi effacerait le bruit"
        ),
        build_object_json_schema(
            {
                "distribution": {
                    "enum": [law.value for law in NoiseDistribution],
                    "description": N_("La loi du bruit."),
                },
                "scale": {**POSITIVE, "description": N_("Son ampleur : b de Laplace, ou écart-type.")},
                "step": {**POSITIVE, "description": N_("Le pas auquel le résultat est arrondi.")},
                "key": {**NAME, "description": N_("La connexion d'Airflow qui garde le secret du tirage.")},
            },
            "distribution",
            "scale",
            "step",
            "key",
        ),
    )
    capabilities: ClassVar = RuleCapabilities(
        effect=TreatmentCategory.MODIFIED,
        texts=RuleTexts(
            describe=_("bruitée : bruit {law} d'échelle {scale}, la somme arrondie à {step}"),
            why="un écart tiré au hasard, parfois nul, lui est ajouté avant de sortir",
            caution="Une valeur bruitée est la valeur réelle, à un écart près qui est tiré au hasard, et l'arrondi : "
            "elle peut être restée la même. L'écart est tiré de nouveau quand la source change : qui garde plusieurs "
            "révisions d'une même ligne s'approche de la valeur réelle en faisant leur moyenne.",
        ),
        gives=NUMBER,
        blurs=True,
        expected=A_NUMBER,
    )

    kind: Literal["noise"] = "noise"
    distribution: NoiseDistribution
    scale: Positive
    step: Positive
    key: Text

    @classmethod
    def parse_written_rule(cls, written: Any) -> Rule | None:
        if not has_required_and_no_unknown_keys(written, {"distribution", "scale", "step", "key"}):
            return None
        known = written["distribution"] in set(NoiseDistribution)
        positive = is_positive(written["scale"]) and is_positive(written["step"])
        if not (known and positive and is_filled_text(written["key"])):
            return None
        # A draw far below the step is rounded away: the real value would leave, said to be noised.
        return cls(**written) if written["scale"] >= written["step"] else None

    def build_description_placeholders(self) -> dict[str, Any]:
        law = _("de Laplace") if self.distribution is NoiseDistribution.LAPLACE else _("gaussien")
        return {**super().build_description_placeholders(), "law": law}

    @property
    def key_connection_id(self) -> str:
        return self.key

    def is_weaker_than(self, before: Self) -> bool:
        another = (self.distribution, self.key) != (before.distribution, before.key)
        return another or self.scale < before.scale or self.step < before.step

    def shows_position(self, limit: CoarsePositionThresholds) -> bool:
        return self.scale < limit.step

    def fill_lookup_table(self, context: LookupTableContext, column: str, table: str) -> LookupTableJoin:
        """One draw a row, rounded with the sum.

        The draws come from SHAKE-256 under a key derived from the secret, the dataset, the column and the
        extract: the same extract gives the same noise (a task that is tried again changes nothing), and
        without the secret nobody can take it away. A value published in n revisions under n noises is known
        n ** 0.5 times better. Rounding matters for more than looks: the low bits of a sum of floating-point
        numbers give away the draw (Mironov, 2012, "On significance of the least significant bits").
        """
        import pyarrow as pa

        con, uniform = context.con, _UniformGenerator(context.derive_key(self.key, "noise", column))
        con.execute(f"CREATE TEMP TABLE {table} (line BIGINT, mapped VARCHAR)")
        numbers = f"SELECT __line, TRY_CAST({identifier(column)} AS DOUBLE) AS n FROM raw ORDER BY __line"
        for batch in con.cursor().execute(numbers).to_arrow_reader(BATCH):
            draws = pa.array(_draw_noise(self, uniform, batch.num_rows))
            con.register("chunk", pa.table({"line": batch.column(0), "n": batch.column(1), "draw": draws}))
            con.execute(
                f"INSERT INTO {table} SELECT line, {build_rounding_sql('n + draw', self.step)} FROM chunk"
            )
            con.unregister("chunk")
        return LookupTableJoin(f"LEFT JOIN {table} ON {table}.line = raw.__line", f"{table}.mapped")


class _UniformGenerator:
    """Numbers strictly between 0 and 1, with 53 random bits each; the same key gives the same ones."""

    def __init__(self, key: bytes) -> None:
        self._key, self._rank, self._left = key, 0, b""

    def draw_numbers(self, count: int) -> np.ndarray:
        import numpy as np

        while len(self._left) < count * 8:
            self._left += hashlib.shake_256(self._key + self._rank.to_bytes(8, "big")).digest(_BLOCK * 8)
            self._rank += 1
        drawn, self._left = self._left[: count * 8], self._left[count * 8 :]
        bits = (np.frombuffer(drawn, dtype="<u8") >> np.uint64(11)).astype(np.float64)
        uniform: np.ndarray = (bits + 0.5) / 2.0**53
        return uniform


def _draw_noise(rule: NoiseAddition, uniform: _UniformGenerator, count: int) -> np.ndarray:
    """Laplace by the inverse of its distribution function, Gaussian by Box and Muller's transform (1958)."""
    import numpy as np

    if rule.distribution is NoiseDistribution.LAPLACE:
        centred = uniform.draw_numbers(count) - 0.5
        return -rule.scale * np.sign(centred) * np.log1p(-2 * np.abs(centred))
    pairs = uniform.draw_numbers(2 * count)
    return rule.scale * np.sqrt(-2 * np.log(pairs[0::2])) * np.cos(2 * np.pi * pairs[1::2])
