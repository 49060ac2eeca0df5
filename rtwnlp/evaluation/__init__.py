"""Evaluation: a machine's codes against people's, coders against one another, and what may be concluded."""

from rtwnlp.evaluation.agreement import AgreementReport, agreement
from rtwnlp.evaluation.bootstrap import Figure
from rtwnlp.evaluation.comparing import evaluate
from rtwnlp.evaluation.prevalence import Prevalence, estimate_prevalence
from rtwnlp.evaluation.report import EvaluationReport
from rtwnlp.evaluation.sampling import draw_sample
from rtwnlp.evaluation.study import StudySummary, summarise

__all__ = [
    "AgreementReport",
    "EvaluationReport",
    "Figure",
    "Prevalence",
    "StudySummary",
    "agreement",
    "draw_sample",
    "estimate_prevalence",
    "evaluate",
    "summarise",
]
