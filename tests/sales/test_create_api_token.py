"""`manage.py create_api_token`."""

import pytest
from django.core.management import CommandError, call_command

from sales.models import ApiToken
from sales.services.tokens import digest, user_of_token
from tests.factories import make_staff


@pytest.fixture
def kiosk(db):
    return make_staff("kiosk", "Cashier")


def test_the_token_stands_alone_on_standard_output(kiosk, capsys):
    call_command("create_api_token", "kiosk", "--name", "Window")
    printed = capsys.readouterr().out
    raw = printed.removesuffix("\n")
    token = ApiToken.objects.get()
    assert printed.count("\n") == 1
    assert (token.name, token.user, token.digest) == ("Window", kiosk, digest(raw))
    assert raw not in token.digest
    owner = user_of_token(raw)
    assert owner == kiosk
    assert owner.has_perm("sales.add_order")
    assert not owner.has_perm("sales.move_order")


@pytest.mark.parametrize(
    "given",
    [
        ["--scope", "sales.add_order", "sales.view_order"],
        ["--scope", "sales.view_order", "--scope", "sales.add_order"],
    ],
)
def test_scopes_may_be_given_either_way(kiosk, capsys, given):
    call_command("create_api_token", "kiosk", *given)
    owner = user_of_token(capsys.readouterr().out.strip())
    assert ApiToken.objects.get().scopes == ["sales.add_order", "sales.view_order"]
    assert owner.has_perm("sales.add_order")
    assert not owner.has_perm("sales.run_shift")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["nobody"], "There is no user 'nobody'."),
        (["kiosk", "--scope", "sales.fly"], "There is no permission sales.fly."),
        (["kiosk", "--name", "x" * 61], "name may have 60 characters."),
    ],
)
def test_mistakes_are_named_and_make_no_token(kiosk, capsys, args, message):
    with pytest.raises(CommandError, match=message):
        call_command("create_api_token", *args)
    assert capsys.readouterr().out == ""
    assert not ApiToken.objects.exists()


def test_a_token_for_somebody_who_left_is_refused(kiosk):
    kiosk.is_active = False
    kiosk.save()
    with pytest.raises(CommandError, match="not active"):
        call_command("create_api_token", "kiosk")
