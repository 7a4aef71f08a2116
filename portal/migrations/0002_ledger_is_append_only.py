"""The database itself refuses to change or remove a row of the ledger."""

from django.db import migrations

FORBID = """
CREATE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The ledger is append-only: % is refused.', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER ledger_rows_stay BEFORE UPDATE OR DELETE ON portal_ledgerevent
    FOR EACH ROW EXECUTE FUNCTION ledger_is_append_only();
CREATE TRIGGER ledger_stays BEFORE TRUNCATE ON portal_ledgerevent
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only();
CREATE TRIGGER checkpoint_rows_stay BEFORE UPDATE OR DELETE ON portal_ledgercheckpoint
    FOR EACH ROW EXECUTE FUNCTION ledger_is_append_only();
CREATE TRIGGER checkpoints_stay BEFORE TRUNCATE ON portal_ledgercheckpoint
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only();
"""
ALLOW = """
DROP TRIGGER ledger_rows_stay ON portal_ledgerevent;
DROP TRIGGER ledger_stays ON portal_ledgerevent;
DROP TRIGGER checkpoint_rows_stay ON portal_ledgercheckpoint;
DROP TRIGGER checkpoints_stay ON portal_ledgercheckpoint;
DROP FUNCTION ledger_is_append_only();
"""


class Migration(migrations.Migration):
    """Adds the triggers."""

    dependencies = [("portal", "0001_initial")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]
