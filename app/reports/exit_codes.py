"""What a container's exit code says, and what it does not say."""

_SIGNALS = {1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 6: "SIGABRT", 7: "SIGBUS"}
_SIGNALS |= {8: "SIGFPE", 9: "SIGKILL", 11: "SIGSEGV", 13: "SIGPIPE", 14: "SIGALRM", 15: "SIGTERM"}

_KNOWN = {
    125: "the engine itself could not run the container",
    126: "the command was found but could not be run",
    127: "the command was not found",
    130: "interrupted (SIGINT, as Ctrl-C sends)",
    134: "aborted itself (SIGABRT)",
    139: "crashed by a forbidden access to memory (SIGSEGV)",
    255: "the process said 255, or the engine lost track of it",
}


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
        return f"ended by {_SIGNALS.get(code - 128, f'signal {code - 128}')}"
    return "an error of the program's own"
