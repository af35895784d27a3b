"""Does `hub obligations` name what is owed by papers, and nobody by name?"""

from __future__ import annotations

import json

from typer.testing import CliRunner

from cli.main import commands_for
from tests.support.environ import environ_of
from tests.support.small_county import SmallCounty

NAME, NUMBER = "王小明", "繁城综执移（2026）第002号"


def test_what_may_be_a_name_is_not_shown_and_a_number_in_its_national_form(small_county: SmallCounty) -> None:
    sent = {"批准时间": "2026-07-01 09:00", "移送时间": "2026-07-01 10:00"}
    small_county.ledger(
        "202607", {**sent, "移送书文号": NAME}, {**sent, "立案号": "繁城综执立〔2026〕2号", "移送书文号": NUMBER}
    )
    small_county.pull()
    environ = environ_of(small_county.hub.settings, "2026-08-04T12:00+08:00")
    for form in ((), ("--json",)):
        done = CliRunner().invoke(commands_for([]), ["obligations", *form], env=environ)
        assert done.exit_code == 0, done.output
        assert NAME not in done.output
    unsigned = [one["subject"] for one in json.loads(done.output) if one["rule"] == "police.sign_receipt"]
    assert sorted(unsigned) == ["", "繁城综执移〔2026〕2号"]
