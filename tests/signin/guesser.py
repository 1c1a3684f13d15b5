"""A program that guesses as fast as it can: `python -m tests.signin.guesser EMAIL NUMBER`.

It stands for one of several servers of an installation, each on its own process. What it was
answered is printed as JSON: how often which status.
"""

import json
import sys
from collections import Counter

from argon2 import PasswordHasher

from aidtrack.app import create_app
from aidtrack.identity import passwords

CODES = 6


def main(email: str, number: int, times: int) -> None:
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    app = create_app({"TESTING": True, "WTF_CSRF_METHODS": []})
    statuses: dict[str, Counter[int]] = {"passwords": Counter(), "codes": Counter()}
    sys.stdin.read()  # All begin at once.
    for turn in range(times):
        client = app.test_client()
        data = {"email": email, "password": f"wrong {turn}"}
        elsewhere = {"REMOTE_ADDR": f"203.0.{number}.{turn}"}
        answer = client.post("/sign-in", data=data, environ_base=elsewhere)
        statuses["passwords"][answer.status_code] += 1
        if turn < CODES:
            answer = client.get(f"/v/ABCDEFGH{22 + turn}")
            statuses["codes"][answer.status_code] += 1
    sys.stdout.write(json.dumps(statuses))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
