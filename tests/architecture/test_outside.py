"""Nobody's address is asked for: the few modules that reach outside are named, with the reason."""

from tests.architecture.source import Module, module, read_modules, said

REACHES_OUT = {
    "requests", "httpx", "aiohttp", "urllib3", "smtplib", "ftplib", "telnetlib", "socket",
    "urllib.request", "http.client", "xmlrpc", "pycurl", "websockets", "authlib.integrations",
}  # fmt: skip
RUNS_COMMANDS = {"subprocess", "os.system", "os.popen", "pty"}
READS_OBJECTS = {"pickle", "marshal", "shelve", "yaml", "dill", "xml", "lxml"}
MAY: dict[str, str] = {
    "aidtrack/core/mail.py": "hands mail to the one server that MAIL_URL names",
    "aidtrack/jobs/worker.py": "asks what this machine is called; reaches nowhere",
    "aidtrack/signin/openid.py": "asks the provider whose address the administrator of the"
    " machine wrote into its settings",
    "aidtrack/server.py": "starts our own worker",
    "aidtrack/imports/old_workbooks.py": "reads old workbooks in a process that may fall over",
    "aidtrack/doctor/machine.py": "asks git whether the secret key is kept in it",
}


def reaching_out(modules: list[Module]) -> list[str]:
    dangerous = REACHES_OUT | RUNS_COMMANDS | READS_OBJECTS
    return [
        f"{m.path} imports {name}: nothing in AidTrack asks for an address that somebody typed,"
        " runs a command or unpacks objects. Add it to MAY with the reason if it must."
        for m in modules
        if m.path not in MAY
        for name in sorted(m.imports)
        if any(name == each or name.startswith(f"{each}.") for each in dangerous)
    ]


def test_only_named_modules_reach_outside() -> None:
    assert reaching_out([module("aidtrack/stock/services.py", "import requests")])
    assert reaching_out(
        [module("aidtrack/stock/services.py", "from urllib.request import urlopen")]
    )
    assert not reaching_out([module("aidtrack/stock/views.py", "from urllib.parse import quote")])
    violations = reaching_out(read_modules("aidtrack"))
    assert not violations, said(violations)


def guessable(modules: list[Module]) -> list[str]:
    return [
        f"{m.path} imports random, whose numbers can be worked out: `secrets` makes codes and keys."
        for m in modules
        if m.package != "demo"
        if any(name == "random" or name.startswith("random.") for name in m.imports)
    ]


def test_what_must_not_be_guessed_is_made_by_no_random_module() -> None:
    assert guessable([module("aidtrack/signin/codes.py", "from random import choice")])
    assert guessable([module("aidtrack/signin/codes.py", "import random")])
    assert not guessable([module("aidtrack/signin/codes.py", "from secrets import choice")])
    violations = guessable(read_modules("aidtrack"))
    assert not violations, said(violations)


def test_every_exception_is_still_needed() -> None:
    paths = {m.path for m in read_modules("aidtrack")}
    assert not set(MAY) - paths, "take what is gone out of MAY"
