"""Lets administrators in, and nobody else."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse

from portal.asking import asker
from portal.policies import can_administer
from portal.verdicts import require

View = Callable[..., HttpResponse]


def for_administrators(view: View) -> View:
    """Refuse everybody who does not run the portal, with the reason."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        require(can_administer(asker(request)))
        return view(request, *args, **kwargs)

    return guarded
