"""Requests, reviews, agreements and grants."""

from requests_app.models.committees import AgreementText, Committee, Seat, Terms
from requests_app.models.grants import Agreement, Grant, Publication, Signature
from requests_app.models.letters import Letter
from requests_app.models.requests import AccessRequest, Collaborator, Revision
from requests_app.models.reviews import Choice, Condition, Message, Recusal, Review, Step, Vote

__all__ = [
    "AccessRequest",
    "Agreement",
    "AgreementText",
    "Choice",
    "Collaborator",
    "Committee",
    "Condition",
    "Grant",
    "Letter",
    "Message",
    "Publication",
    "Recusal",
    "Review",
    "Revision",
    "Seat",
    "Signature",
    "Step",
    "Terms",
    "Vote",
]
