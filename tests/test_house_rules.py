"""The rules of the house that a machine can check."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command, get_commands
from django.db.models import ForeignKey, ManyToManyField

import deid.states
import portal.states
import requests_app.states
import storage.states
from deid.states import FINDING_TRANSITIONS, RELEASE_TRANSITIONS
from delivery.services.entitling import REASONS as GRANT_REASONS
from portal.celery import app as celery
from portal.embedded.environment import DataFolder
from portal.embedded.supervisor import Supervisor
from portal.jobs.registry import KINDS
from portal.queues import QUEUES
from portal.states import VERSION_TRANSITIONS
from requests_app.states import GRANT_TRANSITIONS, REVIEW_TRANSITIONS
from storage.services.receiving.refusals import REASONS
from storage.states import FILE_TRANSITIONS, SUBMISSION_TRANSITIONS

ROOT = Path(__file__).resolve().parent.parent
APPS = ("portal", "storage", "deid", "requests_app", "delivery")
SOURCES = [
    path
    for app in (*APPS, "examples")
    for path in sorted((ROOT / app).rglob("*.py"))
    if "migrations" not in path.parts
]
REFERENCE = ROOT / "docs" / "reference"


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imports_of(tree: ast.AST) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return {name.split(".")[0] for name in names}


def test_every_job_is_acknowledged_late_and_stopped_before_the_broker_repeats_it():
    tasks = [task for name, task in celery.tasks.items() if not name.startswith("celery.")]
    assert len(tasks) > 3
    for task in tasks:
        assert task.acks_late, task.name
        assert task.soft_time_limit < task.time_limit < settings.JOB_VISIBILITY_SECONDS, task.name


def test_the_broker_carries_json_only():
    assert celery.conf.accept_content == ["json"]
    assert celery.conf.task_serializer == "json"
    assert celery.conf.task_ignore_result


def test_every_foreign_key_names_its_reverse():
    silent = [
        str(field)
        for model in apps.get_models()
        if model._meta.app_label in APPS
        for field in model._meta.local_fields + model._meta.local_many_to_many
        if isinstance(field, ForeignKey | ManyToManyField)
        and not field.remote_field.related_name
        and field.name not in {"groups", "user_permissions"}
    ]
    assert silent == []


def test_every_constraint_is_named_by_a_sentence():
    short = [
        constraint.name
        for model in apps.get_models()
        if model._meta.app_label in APPS
        for constraint in model._meta.constraints
        if constraint.name.count("_") < 2
    ]
    assert short == []


def test_the_migrations_are_complete(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_an_app_imports_only_to_its_right():
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_only_the_object_store_knows_boto3():
    knowing = {
        named(path) for path in SOURCES if {"boto3", "botocore"} & imports_of(ast.parse(path.read_text()))
    }
    assert knowing == {"storage/client.py", "storage/objects.py"}


def test_no_import_hides_in_a_function():
    hidden = [
        f"{named(path)}:{inner.lineno}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text()))
        # Django itself asks that what needs models is imported in `AppConfig.ready`.
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name != "ready"
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def test_no_file_is_longer_than_one_reading():
    long = {named(path): count for path in SOURCES if (count := len(path.read_text().splitlines())) > 400}
    assert long == {}


def test_the_standalone_programs_need_the_standard_library_only():
    for name in (
        "manage.py",
        "portal/bootstrap.py",
        "portal/embedded/trampoline.py",
        "portal/ledger/chain.py",
    ):
        tree = ast.parse((ROOT / name).read_text())
        top = {node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)}
        used = set().union(*(imports_of(node) for node in top)) if top else set()
        allowed = set(sys.stdlib_module_names) | {"__future__"}
        assert used - allowed <= ({"portal"} if name == "manage.py" else set()), name


def test_pages_may_run_no_inline_script_and_no_foreign_one():
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    assert directives["default-src"] == ["'none'"]
    assert "unsafe" not in str(directives)
    assert directives["script-src"] == ["'self'"]


def test_no_template_carries_script_or_style_inside():
    inside = re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*application/(ld\+)?json)|<style|\sstyle=|\son[a-z]+=\"", re.IGNORECASE
    )
    found = [
        f"{named(path)}: {match.group(0)}"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        for match in inside.finditer(path.read_text())
    ]
    assert found == []


def test_every_setting_is_in_the_reference():
    read = set()
    for path in (ROOT / "portal" / "settings").glob("*.py"):
        text = path.read_text()
        read |= set(re.findall(r'env(?:\.\w+)?\(\s*"([A-Z0-9_]+)"', text))
        read |= set(re.findall(r'environ\.get\("([A-Z0-9_]+)"', text))
    assert len(read) > 10
    reference = (REFERENCE / "settings.md").read_text()
    assert [name for name in sorted(read) if f"`{name}`" not in reference] == []


def test_every_command_is_in_the_reference():
    ours = [name for name, app in get_commands().items() if app in (*APPS, "examples")]
    reference = (REFERENCE / "commands.md").read_text()
    assert [name for name in sorted([*ours, "up", "test"]) if f"`{name}" not in reference] == []


CODES = re.compile(r'\bcode\s*=\s*"([a-z_0-9]+)"')


def test_every_error_code_is_in_the_reference():
    codes = set(REASONS) | {f"grant_{state}" for state in GRANT_REASONS}
    for path in SOURCES:
        codes |= set(CODES.findall(path.read_text()))
    assert len(codes) > 80
    reference = (REFERENCE / "errors.md").read_text()
    assert [code for code in sorted(codes) if f"`{code}`" not in reference] == []


TABLES = {
    "Collection version": VERSION_TRANSITIONS,
    "Submission": SUBMISSION_TRANSITIONS,
    "File of a submission": FILE_TRANSITIONS,
    "Finding": FINDING_TRANSITIONS,
    "Review (the request for one collection)": REVIEW_TRANSITIONS,
    "Grant": GRANT_TRANSITIONS,
    "Release": RELEASE_TRANSITIONS,
}


def test_the_state_tables_in_the_reference_equal_the_code():
    told = {}
    for section in (REFERENCE / "states.md").read_text().split("\n## ")[1:]:
        title, _, body = section.partition("\n")
        rows = re.findall(r"^\| `(\w+)` \| (\w+) \| `(\w+)` \|$", body, re.MULTILINE)
        told[title.strip()] = {(start, move): end for start, move, end in rows}
    real = {
        title: {(str(start), str(move)): str(end) for (start, move), end in table.items()}
        for title, table in TABLES.items()
    }
    assert told == real


def test_every_state_table_is_drawn_where_it_stands():
    for module in (portal.states, storage.states, deid.states, requests_app.states):
        drawing = module.__doc__.replace("_", " ")
        tables = [value for name, value in vars(module).items() if name.endswith("_TRANSITIONS")]
        assert tables
        missing = {
            str(word).replace("_", " ")
            for table in tables
            for (start, move), end in table.items()
            for word in (start, move, end)
            if str(word).replace("_", " ") not in drawing
        }
        assert missing == set(), module.__name__


@pytest.mark.parametrize(
    "missing",
    ["TESSERA_SECRET_KEY", "TESSERA_KEY_WRAPPING_KEY", "TESSERA_LEDGER_SIGNING_KEY", "TESSERA_PUBLIC_URL",
     "DATABASE_URL", "CELERY_BROKER_URL", "S3_RAW_ACCESS_KEY_ID", "S3_RELEASED_SECRET_ACCESS_KEY", "EMAIL_URL"],
)  # fmt: skip
def test_production_names_the_setting_that_is_missing(missing):
    given = {
        line.split("=")[0]: "x" for line in (ROOT / ".env.example").read_text().splitlines() if "=" in line
    }
    given |= {
        "PATH": os.environ["PATH"],
        "TESSERA_MODE": "production",
        "DATABASE_URL": "postgres://u:p@db/tessera",
        "EMAIL_URL": "smtp://localhost:25",
    }
    command = [sys.executable, "-c", "import portal.settings"]

    def loaded(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)

    assert loaded(given).returncode == 0, loaded(given).stderr
    del given[missing]
    refused = loaded(given)
    assert refused.returncode != 0
    assert f"Set the {missing} environment variable" in refused.stderr


def test_every_queue_has_workers_in_each_set(tmp_path):
    compose = (ROOT / "docker-compose.yml").read_text()
    assert sorted(re.findall(r'"worker", "-Q", "(\w+)"', compose)) == sorted(QUEUES)
    parts = Supervisor(DataFolder(tmp_path), host="127.0.0.1", port=1, examples=False)._site(1)
    taken = [part.command[part.command.index("-Q") + 1] for part in parts if "-Q" in part.command]
    assert sorted(taken) == sorted(QUEUES)
    assert {kind.queue for kind in KINDS.values()} == set(QUEUES)
