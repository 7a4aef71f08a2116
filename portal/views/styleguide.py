"""The style guide: every component once, as pages use it. Shown on embedded installations only."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from portal.slots import Condition


class SampleForm(forms.Form):
    """A form with each kind of field, one of them wrong."""

    title = forms.CharField(help_text="As readers of the catalogue will see it.")
    words = forms.CharField(label="Description", widget=forms.Textarea, required=False)
    licence = forms.ChoiceField(choices=[("a", "Controlled access"), ("b", "CC BY 4.0")])
    access = forms.ChoiceField(
        label="Who decides", choices=[("own", "Our own committee"), ("shared", "A shared one")],
        widget=forms.RadioSelect, help_text="You can change this until the first request.",
    )  # fmt: skip
    agree = forms.BooleanField(label="I have read the terms.", required=False)


def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every component."""
    if not settings.DEBUG and getattr(settings, "TESSERA_MODE", "") != "embedded":
        raise Http404
    return render(request, "portal/styleguide.html", _samples())


def _samples() -> dict[str, Any]:
    now = timezone.now()
    return {
        "form": SampleForm(data={"title": "", "licence": "a", "access": "own"}),
        "states": ["draft", "in_curation", "published", "returned", "declined", "running", "expired"],
        "steps": [
            {"title": "Submitted", "tone": "ok", "icon": "check", "at": now - timedelta(days=6)},
            {"title": "Complete", "tone": "ok", "icon": "check", "at": now - timedelta(days=5)},
            {"title": "In review", "tone": "wait", "icon": "clock", "holder": "the Northwind committee",
             "at": now - timedelta(days=4), "until": now + timedelta(days=10), "text": "Two of three votes are in."},
            {"title": "Agreement"},
        ],
        "tasks": [
            {"title": "Answer the committee’s question", "href": "#tasks", "status": "To do", "tone": "wait",
             "icon": "pencil", "due": now + timedelta(days=2), "hint": "Request on Knee MRI in osteoarthritis"},
            {"title": "Sign the agreement", "status": "Cannot start yet", "icon": "lock"},
        ],
        "bars": [{"label": "CT", "count": 412}, {"label": "MR", "count": 268}, {"label": "PET", "count": None}],
        "bins": [{"label": str(age), "count": count} for age, count in
                 [(30, None), (40, 18), (50, 42), (60, 61), (70, 35), (80, 9)]],
        "points": [{"label": "Submitted", "text": "2 March", "done": "1"},
                   {"label": "Decided", "text": "21 March", "done": "1"}, {"label": "Granted", "text": "soon"}],
        "columns": [{"label": "File"}, {"label": "Outcome"}, {"label": "Size", "num": True}],
        "rows": [
            [{"label": "File", "text": "scan/0001.dcm", "href": "#table"}, {"label": "Outcome", "text": "Accepted"},
             {"label": "Size", "text": "524 kB", "num": True}],
            [{"label": "File", "text": "notes.docx"}, {"label": "Outcome", "text": "Rejected: not an image"},
             {"label": "Size", "text": "18 kB", "num": True}],
        ],
        "facet": {"name": "modality", "label": "Modality", "options": [
            {"value": "CT", "label": "CT", "count": 4, "chosen": True}, {"value": "MR", "label": "MR", "count": 2}]},
        "actions": [{"label": "Submit", "href": "#buttons", "icon": "arrow"},
                    {"label": "Preview", "href": "#buttons", "kind": "quiet"},
                    {"label": "Withdraw …", "href": "#buttons", "kind": "danger", "opens": "sample-dialog"}],
        "facts": [{"label": "Trial", "text": "NCT01234567"}, {"label": "Licence", "text": "Controlled access"}],
        "tabs": [{"label": "Overview", "href": "#tabs", "current": True}, {"label": "Files", "href": "#tabs", "count": 1204}],
        "conditions": [Condition("Every finding is signed off", met=True),
                       Condition("A committee is named", met=False, detail="Choose one on the terms page.")],
        "starts": timezone.now() - timedelta(days=265), "ends": timezone.now() + timedelta(days=100, hours=1),
        "tally": {"approvals": 2, "declines": 1, "quorum": 3, "able": 5, "has_quorum": True},
        "marks": [{"kind": "for"}, {"kind": "for"}, {"kind": "against", "last_of_quorum": True},
                  {"kind": "open"}, {"kind": "open"}],
        "refusal": {"message": "It cannot be decided before the quorum has voted."},
        "tags": ["CT", "MR"], "foot": ["120 subjects", "4.2 GB"],
    }  # fmt: skip
