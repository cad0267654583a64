"""What rules say about a short board, one line a finding, as tests compare it."""

from opsflow import rules
from tests.boards import facts_in


def said(text: str, *names: str) -> list[str]:
    """`path:line:column: message` of every finding, or of the rules named."""
    findings = rules.judge(facts_in(text), names or None)
    return [
        f"{finding.place.path}:{finding.place.line}:{finding.place.column}: {finding.message}"
        for finding in findings
    ]


def hints(text: str, *names: str) -> list[str]:
    """The hint of every finding."""
    return [finding.hint for finding in rules.judge(facts_in(text), names or None)]
