"""The rules of the house that a machine can read: clock, purity, writers, ways out."""

from __future__ import annotations

import ast
import re

from tests.source import CHECKOUT, Module, dotted, modules

_READS_THE_CLOCK = re.compile(
    r"(^|\.)(timezone\.(now|localtime|localdate)|datetime\.(now|utcnow|today)|date\.today|time\.time)$"
)
_SQL_CLOCK = re.compile(r"\b(now\(\)|current_timestamp|clock_timestamp\(\)|statement_timestamp\(\))", re.IGNORECASE)
# The desk's context and middleware are the part of every page that no single view makes: what stands around it.
_MAY_READ_THE_CLOCK = re.compile(
    r"(/views(\.py$|/)|/tasks(\.py$|/)|/management/commands/|^desk/(context|middleware)\.py$)"
)
# Worker code reads the database's clock, once per claim and per begin.
_DATABASE_CLOCK = {"mail/statements.py"}

_MAY_WRITE = re.compile(
    r"(/actions\w*\.py$|/actions/|/management/commands/|^config/demo/|^mail/(inbound|addresses|outbox|pace|statements)\.py$)"
)
_WRITES = {"create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "save", "delete"}
_WRITING_SQL = re.compile(
    r"^\s*(insert into|update \S+ (\w+ )?set|delete from|truncate|copy \S+ (\(|from))\b", re.IGNORECASE
)
_WRITES_BY_CONTRACT = {
    # What Django itself asks a manager to offer.
    ("people/models/user.py", "user.save"),
    # A picture, into memory.
    ("tickets/drawing.py", "clean.save"),
    # The alarm clock: none of our own rows.
    ("config/questions.py", "OrmQ.objects.filter().delete"),
}

_WAYS_OUT = re.compile(
    r"^(smtplib|imaplib|imap_tools|requests|httpx|aiohttp|urllib\.request|urllib3|http\.client|ftplib|telnetlib)(\.|$)"
    r"|^django\.core\.mail(\.|$)|^email\.(message|mime)(\.|$)"
)
_MAY_GO_OUT = {
    "mail/outbox.py",
    "mail/building.py",
    # Makes parts of mails for the builder.
    "mail/enclosing.py",
    "mail/replies.py",
    "mail/sending.py",
    "mail/signing.py",
    "mail/server.py",
    "mail/egress.py",
    "mail/imap.py",
    "mail/imap_line.py",
    # Read mails that came in.
    "mail/contents.py",
    "mail/parsing.py",
    "mail/reports.py",
    # Reads the mails that the demo's catcher has kept, and writes to that catcher on this machine as a customer would.
    "portal/demo_mail.py",
    # Asks the web server that it has just started, on this machine.
    "config/running.py",
}


def _clock_readings(module: Module) -> list[int]:
    # `timezone.localtime(moment)` only translates; without a moment it reads the clock.
    return [
        call.lineno
        for call in module.calls()
        if _READS_THE_CLOCK.search(dotted(call.func)) and not (call.args and "timezone.local" in dotted(call.func))
    ]


def test_only_views_tasks_and_commands_read_the_clock() -> None:
    wrong = [
        f"{module.name}:{line}"
        for module in modules()
        if not _MAY_READ_THE_CLOCK.search(module.name)
        for line in _clock_readings(module)
    ]
    assert not wrong, "\n".join(wrong)


def test_no_field_takes_the_time_by_itself() -> None:
    wrong = []
    for module in modules():
        for call in module.calls():
            for keyword in call.keywords:
                if keyword.arg in {"auto_now", "auto_now_add"}:
                    wrong.append(f"{module.name}:{call.lineno} {keyword.arg}")
                elif keyword.arg in {"default", "db_default"} and re.search(r"(\bnow|Now\(\))$", dotted(keyword.value)):
                    wrong.append(f"{module.name}:{call.lineno} {keyword.arg}={dotted(keyword.value)}")
    assert not wrong, "\n".join(wrong)


def test_sql_does_not_read_the_clock() -> None:
    wrong = [
        f"{module.name}:{line} {text.strip()[:60]}"
        for module in modules()
        if module.name not in _DATABASE_CLOCK
        for text, line in module.strings()
        if _SQL_CLOCK.search(text)
    ]
    wrong += [
        f"{module.name} imports Now"
        for module in modules()
        for name, _line in module.imports()
        if name == "django.db.models.functions.Now"
    ]
    assert not wrong, "\n".join(wrong)


def test_working_time_knows_nothing_of_django_or_of_the_rest_of_us() -> None:
    pure = {"__future__", "bisect", "calendar", "collections", "dataclasses", "datetime", "functools", "itertools"}
    pure |= {"json", "operator", "re", "typing", "zoneinfo"}
    by_name = {module.name: module for module in modules()}
    seen, waiting = set(), ["standards/working_time.py"]
    while waiting:
        module = by_name[waiting.pop()]
        seen.add(module.name)
        for name, line in module.imports():
            package, *rest = name.split(".")
            if package == "standards":
                waiting += [path for path in [f"standards/{rest[0]}.py"] if path not in seen]
            else:
                assert package in pure, f"{module.name}:{line} knows {name}"


def test_only_writers_write() -> None:
    wrong = []
    for module in modules():
        if _MAY_WRITE.search(module.name):
            continue
        for call in module.calls():
            chain = dotted(call.func)
            verb = chain.rsplit(".", 1)[-1]
            on_rows = re.search(r"\.(objects|filter\(\)|exclude\(\)|all\(\))", chain)
            writes = (verb in _WRITES and "." in chain) or (verb == "update" and on_rows)
            if writes and (module.name, chain) not in _WRITES_BY_CONTRACT:
                wrong.append(f"{module.name}:{call.lineno} {chain}")
        wrong += [f"{module.name}:{line} {text[:40]}" for text, line in module.strings() if _WRITING_SQL.match(text)]
    assert not wrong, "\n".join(wrong)


def test_nobody_listens_to_signals() -> None:
    wrong = [
        f"{module.name}:{line} {name}"
        for module in modules()
        for name, line in module.imports()
        if re.match(r"django\.(db\.models|core|dispatch|contrib\.auth)\.?signals?\b|django\.dispatch", name)
    ]
    assert not wrong, "\n".join(wrong)


def test_nothing_leaves_the_machine_but_through_its_door() -> None:
    wrong = [
        f"{module.name}:{line} {name}"
        for module in modules()
        if module.name not in _MAY_GO_OUT
        for name, line in module.imports()
        if _WAYS_OUT.match(name)
    ]
    assert not wrong, "\n".join(wrong)


def test_only_the_settings_read_the_environment() -> None:
    # These start other processes or stand before Django, and hand the environment on as it is.
    before_django = {f"config/{name}.py" for name in ("children", "development", "postgres_server", "running", "wsgi")}
    wrong = [
        f"{module.name}:{node.lineno}"
        for module in modules()
        if module.name not in {"config/settings.py", *before_django}
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and dotted(node) in {"os.environ", "os.getenv"}
    ]
    assert not wrong, "\n".join(wrong)


def test_no_file_is_a_drawer_for_everything() -> None:
    wrong = [
        module.name for module in modules() if re.search(r"(^|/)(utils?|helpers?|misc|common)(\.py|/)", module.name)
    ]
    wrong += [path.name for path in CHECKOUT.glob("signals.py")]
    assert not wrong
