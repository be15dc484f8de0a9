"""What a container's exit code says, and what it does not say."""

SIGNALS = {1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 6: "SIGABRT", 7: "SIGBUS"}
SIGNALS |= {8: "SIGFPE", 9: "SIGKILL", 11: "SIGSEGV", 13: "SIGPIPE", 14: "SIGALRM", 15: "SIGTERM"}

_KNOWN = {
    0: "it ended without an error",
    125: "the engine itself could not run the container",
    126: "the command was found but could not be run",
    127: "the command was not found",
    130: "interrupted (SIGINT, as Ctrl-C sends)",
    134: "aborted itself (SIGABRT)",
    139: "crashed by a forbidden access to memory (SIGSEGV)",
    255: "the process said 255, or the engine lost track of it",
}


_DEADLY = {9, 15, 2, 3, 1, 6}
"""Signals that end a process unless it handles them, and that people and tools send for that."""


def signal_name(told: str) -> str:
    """The signal as `SIGTERM`, whether the engine told its number or its name."""
    if told.isascii() and told.isdigit() and len(told) < 5:
        return SIGNALS.get(int(told), f"signal {int(told)}")
    return told if told.startswith("SIG") else f"SIG{told}"


def may_end(told: str, stop_signal: str = "") -> bool:
    """Whether the signal is one that is sent to end a container."""
    name = signal_name(told)
    deadly = {SIGNALS[number] for number in _DEADLY}
    return name in deadly or (bool(stop_signal) and name == signal_name(stop_signal))


def meaning(code: int, *, out_of_memory: bool, asked_to_stop: bool) -> str:
    """The exit code in words.

    Args:
        code: what the engine reported.
        out_of_memory: the kernel killed a process of this run for want of memory.
        asked_to_stop: a stop, a restart or a signal from outside came with it.
    """
    if code == 137:
        if out_of_memory:
            return "killed (SIGKILL) by the kernel, for want of memory"
        if asked_to_stop:
            return "killed (SIGKILL) from outside, or did not stop in time when asked to"
        return "killed (SIGKILL); nobody was seen to ask for it, and no lack of memory was reported"
    if code == 143:
        asked = "as a stop asks for" if asked_to_stop else "though no stop was seen"
        return f"ended by SIGTERM, {asked}"
    known = _KNOWN.get(code) or _by_signal(code)
    return f"{known}; a process had run out of memory" if out_of_memory else known


def _by_signal(code: int) -> str:
    if 128 < code < 160:
        return f"ended by {SIGNALS.get(code - 128, f'signal {code - 128}')}"
    return "an error of the program's own"
