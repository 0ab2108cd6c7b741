"""The demonstration's rules make sense."""

import pytest

from intake.automation.bodies import body_of, validated
from intake.demo.rules import house_rules

RULES = [rule for rule, _ in house_rules(1, "form:2")]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_nothing_is_to_be_complained_of(rule):
    assert validated(body_of(rule)) == []
