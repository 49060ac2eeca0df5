"""Inter-coder agreement: pure functions on arrays. A figure is None where it is undefined; `undefined_reason` says why."""

from rtwnlp.agreement.alpha import krippendorff_alpha, masi_alpha, masi_distance
from rtwnlp.agreement.chance import brennan_prediger, cohen_kappa, fleiss_kappa, gwet_ac1, percent_agreement
from rtwnlp.agreement.ratings import undefined_reason
from rtwnlp.agreement.unitizing import UnitizingAlpha, unitizing_alpha

__all__ = [
    "UnitizingAlpha",
    "brennan_prediger",
    "cohen_kappa",
    "fleiss_kappa",
    "gwet_ac1",
    "krippendorff_alpha",
    "masi_alpha",
    "masi_distance",
    "percent_agreement",
    "undefined_reason",
    "unitizing_alpha",
]
