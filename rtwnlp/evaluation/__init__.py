"""Evaluation: a machine's codes against people's, coders against one another, and what may be concluded."""

from rtwnlp.evaluation.agreement import AgreementReport, agreement
from rtwnlp.evaluation.bootstrap import Figure
from rtwnlp.evaluation.comparing import evaluate
from rtwnlp.evaluation.report import EvaluationReport

__all__ = ["AgreementReport", "EvaluationReport", "Figure", "agreement", "evaluate"]
