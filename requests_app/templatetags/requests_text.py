"""Words about requests, for templates."""

from django import template

from requests_app.models import Review
from requests_app.selection import selection_in_words as in_words

register = template.Library()


@register.filter
def selection_in_words(review: Review) -> str:
    """Return what of the collection is asked for, as a sentence's part."""
    return in_words(review)
