"""What a buyer answered to a product's questions, checked and kept by the question's words."""

from collections.abc import Iterable, Mapping
from datetime import date

from app.errors import MissingAnswers
from app.models import Question, QuestionType

LONGEST = {QuestionType.TEXT: 300, QuestionType.LONG_TEXT: 5000}


def check(questions: Iterable[Question], answers: Mapping[int, str]) -> dict[str, str]:
    """Question → answer, without what was left empty; raises with a sentence per question."""
    given = {q.id: _clean(answers.get(q.id, "")) for q in questions}
    problems = {q.id: problem for q in questions if (problem := _problem(q, given[q.id]))}
    if problems:
        raise MissingAnswers(problems)
    return {q.label: given[q.id] for q in questions if given[q.id]}


def _clean(text: str) -> str:
    """Without what no database keeps and nobody sees."""
    return "".join(c for c in text.strip() if c.isprintable() or c in "\n\t")


def _problem(question: Question, answer: str) -> str:
    if not answer:
        return f"Please answer: {question.label}" if question.required else ""
    if question.type == QuestionType.CHOICE and answer not in question.choices:
        return f"Please choose one of: {', '.join(question.choices)}"
    if question.type == QuestionType.DATE and not _is_date(answer):
        return "Please write a date such as 2026-03-14."
    longest = LONGEST.get(question.type, 300)
    return f"Please use at most {longest} characters." if len(answer) > longest else ""


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
