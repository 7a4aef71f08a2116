"""Any commands in any order by anybody: the services agree with a small model of the rules, and refuse the rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from portal.errors import TesseraError
from portal.models import Collection, Job, LedgerEvent
from requests_app.models import Agreement, Review
from requests_app.services import deciding, drafting, reviewing, signing, submitting
from requests_app.services.sitting import give_seat
from requests_app.states import ReviewState
from tests.world import World

MEMBERS = ("chair", "member", "third", "curator", "admin")
PEOPLE = ("researcher", "collaborator", "manager", *MEMBERS)
OPEN = {
    "draft", "submitted", "returned", "in_review", "approved", "approved_with_conditions", "appealed",
    "agreement_out", "signed",
}  # fmt: skip
WAYS = {"submitted", "returned", "in_review", "approved", "agreement_out", "signed"}
anybody, members, choices = (
    st.sampled_from(PEOPLE),
    st.sampled_from(MEMBERS),
    st.sampled_from(["approve", "decline"]),
)


class Request(RuleBasedStateMachine):
    """One request for one collection, and beside it what a reader of the rules would expect."""

    world: ClassVar[World]
    collection: ClassVar[Collection]
    reached: ClassVar[set[str]] = set()

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.review = self.world.draft(self.collection)
        self.state, self.round = "draft", 1
        self.votes: dict[str, str] = {}
        self.voted_ever: set[str] = set()
        self.aside: set[str] = set()
        self.has_condition = False
        self.signed: set[str] = set()

    def teardown(self) -> None:
        """Take everything back."""
        transaction.savepoint_rollback(self.savepoint)

    def attempt(self, expected: bool, command: Callable[[], object]) -> bool:
        """Do it; it must succeed exactly when expected, and leave nothing behind when it is refused."""
        before = self.recorded()
        try:
            command()
        except TesseraError as error:
            assert not expected, f"refused in {self.state}: {error.message}"
            assert self.recorded() == before, "a refused command has left something behind"
            return False
        assert expected, f"allowed in {self.state}"
        return True

    def recorded(self) -> tuple[int, int, str]:
        return LedgerEvent.objects.count(), Job.objects.count(), Review.objects.get(pk=self.review.pk).state

    def able(self, person: str) -> bool:
        return person in MEMBERS and person not in self.aside

    @rule(person=anybody)
    def submit(self, person: str) -> None:
        """Only the requester, a draft or what was returned; votes on the old wording are void."""
        request, may = (
            self.review.access_request_id,
            person == "researcher" and self.state in {"draft", "returned"},
        )
        who = self.world.people[person]
        if self.attempt(may, lambda: submitting.submit_request(person=who, request_id=request)):
            self.state, self.votes = "submitted", {}

    @rule(person=anybody)
    def start(self, person: str) -> None:
        """A member who does not stand aside finds it complete."""
        may = self.able(person) and self.state in {"submitted", "appealed"}
        who = self.world.people[person]
        if self.attempt(may, lambda: reviewing.start_review(member=who, review_id=self.review.pk)):
            self.state = "in_review"

    @rule(person=anybody)
    def give_back(self, person: str) -> None:
        """A member who does not stand aside asks for changes."""
        may = self.able(person) and self.state in {"submitted", "in_review"}
        who, on = self.world.people[person], self.review.pk
        if self.attempt(may, lambda: reviewing.return_review(member=who, review_id=on, wanted="More.")):
            self.state = "returned"

    @rule(person=anybody, choice=choices)
    def vote(self, person: str, choice: str) -> None:
        """Members vote while it is in review, and may change their mind."""
        may, who = self.able(person) and self.state == "in_review", self.world.people[person]
        if self.attempt(
            may, lambda: reviewing.cast_vote(member=who, review_id=self.review.pk, choice=choice)
        ):
            self.votes[person] = choice
            self.voted_ever.add(person)

    @rule(person=anybody, member=members, dice=st.integers(0, 5))
    def recuse(self, person: str, member: str, dice: int) -> None:
        """Members stand aside themselves; the chair asks others to. Seldom, or nobody would be left to vote."""
        if dice:
            return
        may = person in MEMBERS and person in {member, "chair"}
        who, whom, on = self.world.people[person], self.world.people[member], self.review.pk
        if self.attempt(
            may, lambda: reviewing.recuse(person=who, review_id=on, member=whom, reason="I know them.")
        ):
            self.aside.add(member)

    @rule(person=anybody)
    def condition(self, person: str) -> None:
        """Members put conditions on an approval while it is in review."""
        may, who = self.able(person) and self.state == "in_review", self.world.people[person]
        on = self.review.pk
        if self.attempt(may, lambda: reviewing.propose_condition(member=who, review_id=on, text="At home.")):
            self.has_condition = True

    @rule(person=anybody, choice=choices)
    def decide(self, person: str, choice: str) -> None:
        """The chair (any member where the chair stands aside) records what two or more votes say."""
        counted = [vote for member, vote in self.votes.items() if member not in self.aside]
        approvals = counted.count("approve")
        carried = (
            approvals > len(counted) - approvals if choice == "approve" else approvals * 2 <= len(counted)
        )
        leads = person == "chair" or "chair" in self.aside
        may = self.able(person) and leads and self.state == "in_review" and len(counted) >= 2 and carried
        given = {"choice": choice, "letter": "As the votes say.", "decline_reason": "plan_unsound"}
        who, on = self.world.people[person], self.review.pk
        if self.attempt(may, lambda: deciding.decide_review(member=who, review_id=on, **given)):
            approved = "approved_with_conditions" if self.has_condition else "approved"
            self.state = approved if choice == "approve" else "declined"

    @rule(person=anybody)
    def appeal(self, person: str) -> None:
        """The requester, once; whoever has voted stands aside from then on."""
        may = person == "researcher" and self.state == "declined" and self.round == 1
        who, on = self.world.people[person], self.review.pk
        if self.attempt(may, lambda: submitting.appeal(person=who, review_id=on, reason="Look again.")):
            self.state, self.round, self.votes = "appealed", 2, {}
            self.aside |= self.voted_ever

    @rule(person=anybody)
    def withdraw(self, person: str) -> None:
        """The requester, from every open state; seldom, or nothing else would ever happen."""
        may = person == "researcher" and self.state in OPEN
        if may and self.state in {"draft", "submitted", "in_review"}:
            return
        who = self.world.people[person]
        if self.attempt(may, lambda: drafting.withdraw_review(person=who, review_id=self.review.pk)):
            self.state = "withdrawn"

    @rule()
    def send_agreement(self) -> None:
        """The job may come at any time and twice; only an approval makes it act."""
        signing.send_agreement(self.review.pk)
        if self.state in {"approved", "approved_with_conditions"}:
            self.state = "agreement_out"

    @rule(person=anybody, party=st.sampled_from(["researcher", "collaborator"]))
    def sign(self, person: str, party: str) -> None:
        """Each party signs once, with their own account; the last signature completes it."""
        agreement = Agreement.objects.filter(review=self.review).first()
        if agreement is None:
            return
        place = agreement.signatures.get(email=self.world.people[party].email)
        own = person == party and party not in self.signed
        may, who = own and self.state == "agreement_out", self.world.people[person]
        if self.attempt(may, lambda: self.world.sign(place, person=who)):
            self.signed.add(party)
            self.state = "signed" if len(self.signed) == 2 else self.state

    @rule(choice=choices)
    def take_it_on(self, choice: str) -> None:
        """Do what sensible people would do next; by chance alone hardly any request would be decided."""
        able = [member for member in MEMBERS if self.able(member)]
        if self.state in {"draft", "returned"}:
            self.submit("researcher")
        elif self.state in {"submitted", "appealed"} and able:
            self.start(able[0])
        elif self.state == "in_review" and len(able) >= 2:
            for member in able:
                self.vote(member, choice)
            self.decide(able[0], choice)
        elif self.state == "agreement_out":
            for party in ("researcher", "collaborator"):
                self.sign(party, party)
        elif self.state == "declined":
            self.appeal("researcher")
        else:
            self.send_agreement()
        self.reached.add(self.state)

    @rule(choice=choices)
    def take_it_further(self, choice: str) -> None:
        """The same, so that it happens oftener; the members disagree before they agree."""
        able = [member for member in MEMBERS if self.able(member)]
        if self.state == "in_review" and len(able) >= 2:
            for member, opinion in zip(able[: len(able) // 2 * 2], ["approve", "decline"] * 3, strict=False):
                self.vote(member, opinion)
            self.decide(able[0], "approve")
        self.take_it_on(choice)

    @invariant()
    def the_portal_and_the_model_agree(self) -> None:
        """State, round, who stands aside and what was scheduled are as the rules say."""
        review = Review.objects.get(pk=self.review.pk)
        assert (review.state, review.round) == (self.state, self.round)
        aside = set(review.recusals.values_list("member__email", flat=True))
        assert aside == {self.world.people[name].email for name in self.aside}
        self.reached.add(self.state)
        assert Job.objects.filter(name="requests_app.send_agreement").count() <= 1


@pytest.fixture
def machine(world: World) -> type[Request]:
    """The machine over a committee of five, so that an appeal can be decided by others."""
    for name in MEMBERS[3:]:
        give_seat(person=world.manager, committee=world.committee, member=world.people[name])
    Request.world, Request.collection = world, world.collection("machine")
    return Request


def walk(machine: type[Request], examples: int, *, same_each_time: bool) -> None:
    quiet = settings(
        max_examples=examples,
        stateful_step_count=50,
        deadline=None,
        derandomize=same_each_time,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=quiet)


def test_a_thousand_commands_agree_with_the_rules(machine: type[Request]) -> None:
    walk(machine, 20, same_each_time=True)
    assert machine.reached >= {"draft", "submitted", "returned", "in_review", "agreement_out", "declined"}, (
        machine.reached
    )


@pytest.mark.soak
def test_a_hundred_thousand_commands_agree_with_the_rules(machine: type[Request]) -> None:
    walk(machine, 2000, same_each_time=False)
    assert machine.reached == {state.value for state in ReviewState} - {"granted"}
