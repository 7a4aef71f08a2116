"""The database counts the votes itself before a decision can be stored."""

from django.db import migrations

COUNT = """
CREATE FUNCTION tessera_require_quorum() RETURNS trigger AS $$
DECLARE approvals integer; declines integer; needed integer;
BEGIN
    IF NEW.state = OLD.state OR NEW.state NOT IN ('approved', 'approved_with_conditions', 'declined') THEN
        RETURN NEW;
    END IF;
    IF OLD.state <> 'in_review' THEN
        RAISE EXCEPTION 'a decision is made in review only' USING ERRCODE = 'check_violation';
    END IF;
    SELECT count(*) FILTER (WHERE vote.choice = 'approve'), count(*) FILTER (WHERE vote.choice = 'decline')
      INTO approvals, declines
      FROM requests_app_vote AS vote
     WHERE vote.review_id = NEW.id AND vote.round = NEW.round AND vote.revision_id = NEW.revision_id
       AND vote.member_id <> NEW.requester_id
       AND EXISTS (SELECT 1 FROM requests_app_seat AS seat
                    WHERE seat.committee_id = NEW.committee_id AND seat.person_id = vote.member_id
                      AND seat.left_at IS NULL)
       AND NOT EXISTS (SELECT 1 FROM requests_app_recusal AS aside
                        WHERE aside.review_id = NEW.id AND aside.member_id = vote.member_id);
    SELECT quorum INTO needed FROM requests_app_committee WHERE id = NEW.committee_id;
    IF approvals + declines < needed THEN
        RAISE EXCEPTION 'the quorum has not voted' USING ERRCODE = 'check_violation';
    END IF;
    IF (NEW.state = 'declined') = (approvals > declines) THEN
        RAISE EXCEPTION 'the votes say otherwise' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$ LANGUAGE plpgsql;

CREATE TRIGGER a_decision_has_its_quorum BEFORE UPDATE ON requests_app_review
    FOR EACH ROW EXECUTE FUNCTION tessera_require_quorum();
"""

FORGET = """
DROP TRIGGER a_decision_has_its_quorum ON requests_app_review;
DROP FUNCTION tessera_require_quorum();
"""


class Migration(migrations.Migration):
    """Adds the trigger."""

    dependencies = [("requests_app", "0001_initial")]

    operations = [migrations.RunSQL(COUNT, FORGET)]
