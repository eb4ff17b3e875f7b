"""Shared by every peer: reads the command line, and turns any error into one line and exit code 1."""

import os
import sys


def run(main, usage, *flags):
    """Calls main with the words that `usage` names (WORKERS: a number) and each flag: True or False."""
    program = os.path.basename(sys.argv[0])
    words = [word for word in sys.argv[1:] if word not in flags]
    names = usage.split()
    if len(words) != len(names):
        print(f"usage: {program} {usage}" + "".join(f" [{flag}]" for flag in flags), file=sys.stderr)
        sys.exit(2)
    try:
        main(
            *(_workers(word) if name == "WORKERS" else word for name, word in zip(names, words)),
            **{flag.strip("-").replace("-", "_"): flag in sys.argv for flag in flags},
        )
    except Exception as error:  # any error: the caller needs a line and an exit code
        sys.exit(f"{program}: {error or type(error).__name__}")


def _workers(word):
    if not word.isdecimal() or int(word) < 1:
        raise ValueError(f"WORKERS: '{word}' is not a number from 1")
    return int(word)


def one_at_a_time(workers):
    """For programs without concurrency: refuses more than one worker."""
    if workers != 1:
        raise ValueError(f"this program does one thing after the other: WORKERS is 1, not {workers}")
